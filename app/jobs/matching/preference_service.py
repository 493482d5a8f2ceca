"""What somebody looks for, kept; what she agrees to, with its version; offers sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account, Person
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.holding import hold
from app.core.i18n import Text, _l
from app.core.mail import send_later
from app.jobs.matching.expert_models import ExpertInvitation
from app.jobs.opening_models import Opening
from app.jobs.preference_models import JobOffer, JobPreference, OfferState
from app.portfolio.foreign_badge_queries import hold_account

CONSENT_VERSION = "2026-1"
# What she agrees to (개인정보보호법 제15조 제2항): purpose, items, period, right to refuse.
CONSENT_TEXT: dict[str, Text] = {
    "purpose": _l("맞는 일자리나 현장센터의 제안을 받기 위해"),
    "items": _l("이름 없이: 이수시간, 수료한 과정, 확인된 증서와 경력, 찾는 지역과 일"),
    "period": _l("동의를 거둘 때까지. 거두면 바로 보이지 않아요."),
    "refusal": _l("동의하지 않아도 공고를 찾고 지원하는 데에는 아무 영향이 없어요."),
}


@dataclass(frozen=True)
class Wishes:
    """What the form of preferences yields."""

    provinces: Sequence[str]
    work_kinds: Sequence[str]
    employment_types: Sequence[str]
    takes_offers: bool
    is_expert: bool
    expert_fields: Sequence[str]


def preference_of(person: Person) -> JobPreference | None:
    """Answer what this person has said she looks for."""
    rows = select(JobPreference).where(JobPreference.person_id == person.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one_or_none()


def keep_preference(person: Person, wishes: Wishes, actor: Actor, at: datetime) -> JobPreference:
    """Store what somebody looks for and agrees to; what she takes back ends at once.

    Raises `NotFound` when her account has just been closed.
    """
    # Whoever closes the account waits, and deletes this with the rest.
    hold_account(person)
    hold(person)
    preference = preference_of(person)
    if preference is None:
        preference = JobPreference(person_id=person.id, updated_at=at)
        db.session.add(preference)
    before = {"offers": preference.offers_since is not None, "expert": preference.expert_since is not None}
    preference.provinces, preference.work_kinds = list(wishes.provinces), list(wishes.work_kinds)
    preference.employment_types = list(wishes.employment_types)
    preference.offers_since = (preference.offers_since or at) if wishes.takes_offers else None
    preference.expert_since = (preference.expert_since or at) if wishes.is_expert else None
    preference.expert_fields = list(wishes.expert_fields) if wishes.is_expert else []
    preference.consent_version = CONSENT_VERSION if wishes.takes_offers or wishes.is_expert else ""
    preference.updated_at = at
    db.session.flush()
    after = {"offers": wishes.takes_offers, "expert": wishes.is_expert, "version": preference.consent_version}
    audit.record(actor, "job_preference.keep", preference, at=at, before=before, after=after)
    return preference


def forget_preferences(account: Account, at: datetime, **_more: Any) -> None:
    """Delete what somebody looks for who closes their account, so that nobody proposes them any more, and how centres
    could reach them (receives `account-closed`)."""
    if account.person_id is None:
        return
    db.session.execute(delete(JobPreference).where(JobPreference.person_id == account.person_id))
    mine = ExpertInvitation.person_id == account.person_id
    db.session.execute(update(ExpertInvitation).where(mine).values(contact=""))


def send_offer(opening: Opening, preference: JobPreference, words: str, actor: Actor, at: datetime) -> JobOffer:
    """Ask somebody who agreed to it to apply. Raises `Conflict` when the opening has ended or she was asked before,
    `NotFound` when she has taken her consent back since."""
    hold(opening, shared=True)
    if not opening.takes_applications(at):
        raise Conflict(_l("모집 중인 공고로만 제안할 수 있어요."))
    hold(preference)
    if preference.offers_since is None or opening.organisation_id is None:
        raise NotFound
    offer = JobOffer(opening_id=opening.id, organisation_id=opening.organisation_id, person_id=preference.person_id)
    offer.words, offer.state, offer.sent_at = words, OfferState.SENT, at
    try:
        with db.session.begin_nested():
            db.session.add(offer)
    except IntegrityError:
        raise Conflict(_l("이미 제안한 분이에요.")) from None
    account = db.session.scalars(select(Account).where(Account.person_id == preference.person_id)).one_or_none()
    if account is not None:
        send_later(
            account.email,
            "job_offer",
            at,
            language=account.language,
            name=account.name,
            opening_title=opening.title,
            employer=opening.employer_name,
        )
    audit.record(actor, "job_offer.send", offer, at=at, after={"opening": opening.public_id})
    return offer


def offer_to(person: Person, public_id: str) -> JobOffer:
    """Answer an offer to this person. Raises `NotFound` for anybody else's."""
    rows = select(JobOffer).where(JobOffer.person_id == person.id, JobOffer.public_id == public_id)
    offer = db.session.scalars(rows).one_or_none()
    if offer is None:
        raise NotFound
    return offer


def answer_offer(offer: JobOffer, interested: bool, actor: Actor, at: datetime) -> None:
    """Say whether she is interested; she may change her mind."""
    hold(offer)
    wanted = OfferState.INTERESTED if interested else OfferState.DECLINED
    if offer.state == wanted:
        return
    before = {"state": str(offer.state)}
    offer.state, offer.answered_at = wanted, at
    audit.record(actor, "job_offer.answer", offer, at=at, before=before, after={"state": wanted.value})
