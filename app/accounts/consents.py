"""What people consent to. A changed text gets a new version; what was agreed to before stays what it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from app.accounts.models import Account, Consent
from app.core.db import db
from app.core.i18n import Text, _l


@dataclass(frozen=True)
class ConsentText:
    """One version of a text: purpose, items, period and the right to refuse (개인정보보호법 제15조 제2항)."""

    kind: str
    version: str
    title: Text
    purpose: Text
    items: Text
    period: Text
    refusal: Text


COLLECTION = ConsentText(
    kind="collection",
    version="2026-1",
    title=_l("개인정보 수집·이용 동의"),
    purpose=_l("회원 확인, 교육 이력 관리, 수료증 발급과 진위확인"),
    items=_l("이름, 생년월일, 이메일 주소, 비밀번호(암호화), 역할, 접속기록"),
    period=_l("탈퇴할 때까지. 발급된 수료증과 교육 이력은 법령과 발급기관의 기록 보존기간까지 보관해요."),
    refusal=_l("동의하지 않을 수 있어요. 다만 필수 항목이라 동의하지 않으면 가입할 수 없어요."),
)

# Who works for an organisation has no training record here: neither a date of birth nor a portfolio is collected.
STAFF_COLLECTION = ConsentText(
    kind="collection",
    version="2026-1-staff",
    title=_l("개인정보 수집·이용 동의 (기관 담당자)"),
    purpose=_l("회원 확인, 기관 업무 처리와 그 기록"),
    items=_l("이름, 이메일 주소, 비밀번호(암호화), 소속 기관, 접속기록"),
    period=_l("탈퇴할 때까지. 업무 처리와 접속 기록은 법령의 보존기간까지 보관해요."),
    refusal=_l("동의하지 않을 수 있어요. 다만 필수 항목이라 동의하지 않으면 가입할 수 없어요."),
)

_TEXTS = {(text.kind, text.version): text for text in (COLLECTION, STAFF_COLLECTION)}


def give(account: Account, text: ConsentText, at: datetime) -> Consent:
    """Store that the account's holder agreed to this version of the text."""
    consent = Consent(account_id=account.id, kind=text.kind, version=text.version, given_at=at)
    db.session.add(consent)
    db.session.flush()
    return consent


def forget(account: Account) -> None:
    """Delete what was agreed to for an account that nobody ever confirmed: somebody else may sign up with it now."""
    db.session.execute(delete(Consent).where(Consent.account_id == account.id))


def text_of(consent: Consent) -> ConsentText:
    """Answer the text that was agreed to."""
    return _TEXTS[consent.kind, consent.version]
