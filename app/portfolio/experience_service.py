"""Experience: stated, changed and deleted by the person; confirmed by an employer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete

from app.accounts.models import Account, Organisation, Person
from app.core import audit, clock
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.holding import hold
from app.core.i18n import _, _l
from app.portfolio import experience_queries as queries
from app.portfolio.experience_models import Experience, ExperienceKind
from app.portfolio.foreign_badge_queries import hold_account

MOST_EXPERIENCES = 100


@dataclass(frozen=True)
class Stated:
    """What somebody states of one experience; `ends_on` None: it goes on."""

    kind: ExperienceKind
    organisation: str
    title: str
    field: str
    starts_on: date
    ends_on: date | None
    description: str = ""

    @classmethod
    def of(cls, experience: Experience) -> Stated:
        """Answer what a stored experience says."""
        e = experience
        return cls(ExperienceKind(e.kind), e.organisation, e.title, e.field, e.starts_on, e.ends_on, e.description)


def state_experience(person: Person, stated: Stated, actor: Actor, at: datetime) -> Experience:
    """Add an experience; the very same again is the one that is there.

    Raises `Invalid` for days that cannot be, `Conflict` when there are as many as may be.
    """
    _check(stated, at)
    # Whoever closes the account waits, and deletes this with the rest.
    hold_account(person)
    hold(person)
    same = next((e for e in queries.stated_experiences_of(person) if Stated.of(e) == stated), None)
    if same is not None:
        return same
    if queries.number_of_experiences(person) >= MOST_EXPERIENCES:
        raise Conflict(_("경력은 %(most)s개까지 적을 수 있어요.", most=MOST_EXPERIENCES))
    experience = Experience(person_id=person.id, confirmed_by="", created_at=at, **asdict(stated))
    db.session.add(experience)
    db.session.flush()
    audit.record(actor, "experience.add", experience, at=at, after=_facts(stated))
    return experience


def change_experience(person: Person, public_id: str, stated: Stated, actor: Actor, at: datetime) -> None:
    """Change what was stated. Raises `Conflict` for what was confirmed, `Invalid` for days that cannot be."""
    experience = _own_words(person, public_id)
    _check(stated, at)
    before = _facts(Stated.of(experience))
    for name, value in asdict(stated).items():
        setattr(experience, name, value)
    db.session.flush()
    audit.record(actor, "experience.change", experience, at=at, before=before, after=_facts(stated))


def delete_experience(person: Person, public_id: str, actor: Actor, at: datetime) -> None:
    """Delete what was stated. Raises `Conflict` for what was confirmed."""
    experience = _own_words(person, public_id)
    audit.record(actor, "experience.delete", experience, at=at, before=_facts(Stated.of(experience)))
    db.session.delete(experience)
    db.session.flush()


def record_confirmed_experience(
    person: Person,
    organisation: Organisation,
    title: str,
    kind: ExperienceKind,
    starts_on: date,
    ends_on: date | None,
    actor: Actor,
    at: datetime,
    *,
    field: str = "",
) -> Experience:
    """Record an experience that an organisation confirms; the person cannot change it. Raises `Invalid`."""
    stated = Stated(kind, organisation.name, title[:120], field[:120], starts_on, ends_on)
    if ends_on is not None and ends_on < starts_on:
        raise Invalid(_l("끝난 날이 시작한 날보다 빨라요."))
    experience = Experience(person_id=person.id, created_at=at, **asdict(stated))
    experience.confirmed_by, experience.confirmed_at = organisation.name, at
    db.session.add(experience)
    db.session.flush()
    audit.record(
        actor, "experience.confirm", experience, at=at, after=_facts(stated) | {"confirmed_by": organisation.name}
    )
    return experience


def withdraw_confirmed_experience(experience: Experience, actor: Actor, at: datetime) -> None:
    """Take a confirmation back that was a mistake: the experience is shown and counted nowhere any more."""
    experience.withdrawn_at = at
    db.session.flush()
    audit.record(actor, "experience.withdraw", experience, at=at, before=_facts(Stated.of(experience)))


def forget_experiences(account: Account, at: datetime, **_more: Any) -> None:
    """Delete what somebody has stated who closes their account (receives `account-closed`); what employers have
    confirmed is record and stays."""
    mine = (Experience.person_id == account.person_id, Experience.confirmed_at.is_(None))
    db.session.execute(delete(Experience).where(*mine))


def _own_words(person: Person, public_id: str) -> Experience:
    experience = queries.experience_of(person, public_id, for_change=True)
    if experience.is_confirmed:
        raise Conflict(_l("기관이 확인한 경력은 고치거나 지울 수 없어요. 틀린 내용이 있으면 그 기관에 알려 주세요."))
    return experience


def _check(stated: Stated, at: datetime) -> None:
    if stated.starts_on > clock.seoul_date(at):
        raise Invalid(_l("시작한 날이 오늘보다 뒤예요."))
    if stated.ends_on is not None and stated.ends_on < stated.starts_on:
        raise Invalid(_l("끝난 날이 시작한 날보다 빨라요."))


def _facts(stated: Stated) -> dict[str, Any]:
    # Kind and days only: the words are the person's own, and the audit trail is kept for longer than they are.
    return {
        "kind": stated.kind.value,
        "starts_on": stated.starts_on.isoformat(),
        "ends_on": stated.ends_on.isoformat() if stated.ends_on is not None else None,
    }
