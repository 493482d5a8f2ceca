"""The consent to give one application to one employer: the five notices of 개인정보보호법 제17조 제2항.

A changed text gets a new version. What was agreed to is kept as it was shown, so a draft whose opening, or whose
items, have changed since is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.clock import iso_utc
from app.core.i18n import Text, _, _l
from app.jobs.application_words import ItemKind
from app.jobs.opening_models import Opening

VERSION = "2026-2"
PURPOSE = _l("채용 심사(자격 확인, 서류·면접 심사), 결과 안내와 채용 절차에 관한 연락")
REFUSAL = _l("동의하지 않을 수 있어요. 다만 동의하지 않으면 이 공고에 지원할 수 없어요. 다른 불이익은 없어요.")
IDENTITY_ITEMS = ("name", "birth_date", "phone", "email")
_ITEMS: dict[str, Text] = {
    "name": _l("이름"),
    "birth_date": _l("생년월일"),
    "phone": _l("전화번호"),
    "email": _l("이메일"),
    "words": _l("하고 싶은 말"),
    "resume": _l("이력서"),
    "files": _l("올린 파일"),
    "eligibility": _l("자격요건 확인 결과"),
}


@dataclass(frozen=True)
class Notices:
    """What somebody is told before agreeing: to whom, what for, what, for how long, and the right to refuse."""

    recipient: str
    items: tuple[str, ...]
    retention_days: int
    version: str = VERSION

    @property
    def purpose(self) -> Text:
        return PURPOSE

    @property
    def refusal(self) -> Text:
        return REFUSAL

    @property
    def period(self) -> Text:
        """Write for how long the employer keeps it, and what ends it sooner."""
        return _(
            "채용 여부가 정해진 날부터 %(days)s일 보관하고 파기해요. 끝내 정해지지 않으면 "
            "그렇게 알려 드린 날부터 같은 기간을 보관해요. 지원을 취소하거나 동의를 철회하면 바로 지워요.",
            days=self.retention_days,
        )

    @property
    def item_names(self) -> list[Text]:
        return [item_name(item) for item in self.items]

    def as_json(self, at: datetime) -> dict[str, Any]:
        """Answer what a draft keeps of the consent to these notices."""
        return self._told | {"given_at": iso_utc(at)}

    def were_agreed_to(self, consent: Mapping[str, Any] | None) -> bool:
        """Tell whether a kept consent is one to these very notices."""
        return consent is not None and all(consent.get(name) == value for name, value in self._told.items())

    @property
    def _told(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "recipient": self.recipient,
            "items": list(self.items),
            "retention_days": self.retention_days,
        }


def notices_of(opening: Opening, kinds: Iterable[ItemKind], *, words: bool, resume: bool, files: bool) -> Notices:
    """Answer the notices for what is about to be handed in."""
    said = [name for name, there in (("words", words), ("resume", resume), ("files", files)) if there]
    chosen = set(kinds)
    portfolio = [kind.value for kind in ItemKind if kind in chosen]
    asked = ["eligibility"] if opening.requirements else []
    return Notices(opening.employer_name, (*IDENTITY_ITEMS, *portfolio, *said, *asked), opening.retention_days)


def item_name(item: str) -> Text:
    """Name an item of a consent."""
    return _ITEMS[item] if item in _ITEMS else ItemKind(item).label
