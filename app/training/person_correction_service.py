"""Putting right how a person is recorded: a misspelt name, a mistyped date of birth.

Certificates stay as they were signed; the centre corrects those one by one afterwards.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.accounts.normal import normal_name
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.i18n import _
from app.training.models import Cohort, Enrolment


def correct_person(
    enrolment: Enrolment, name: str, birth_date: date, actor: Actor, at: datetime, *, why: str = ""
) -> bool:
    """Record another name or date of birth for a person of a centre; answer whether anything changed.

    Raises `Conflict` when another centre has the person on its record, too, since it would be changed for both, or
    when a cohort of the person's already has somebody of that name and date of birth, since attendance could not tell
    them apart.
    """
    return _correct(enrolment.person, enrolment.organisation_id, name, birth_date, actor, at, why)


def correct_everywhere(
    public_id: str, name: str, birth_date: date, actor: Actor, at: datetime, *, why: str = ""
) -> bool:
    """Do the same for the operating authority, whichever centres have the person. Raises `NotFound`, `Conflict`."""
    person = db.session.scalars(select(Person).where(Person.public_id == public_id)).one_or_none()
    if person is None:
        raise NotFound(_("이런 사람 번호는 없어요: %(id)s", id=public_id))
    return _correct(person, None, name, birth_date, actor, at, why)


def _correct(
    person: Person, centre_id: int | None, name: str, birth_date: date, actor: Actor, at: datetime, why: str
) -> bool:
    new = normal_name(name)
    changed = [
        field for field, value in (("name", new), ("birth_date", birth_date)) if getattr(person, field) != value
    ]
    if not changed:
        return False
    _lock_cohorts_of(person)
    if centre_id is not None:
        _check_nobody_else_has_them(person, centre_id)
    _check_nobody_is_alike(person, new, birth_date)
    person.name, person.birth_date = new, birth_date
    db.session.flush()
    # What was recorded before stands on the certificates; the trail says that it changed, not what it was.
    audit.record(actor, "person.correct", person, at=at, after={"fields": changed}, why=why)
    return True


def _lock_cohorts_of(person: Person) -> None:
    """Hold every cohort that the person is in, always in the same order, so that two never wait for each other."""
    mine = select(Enrolment.cohort_id).where(Enrolment.person_id == person.id)
    db.session.execute(select(Cohort.id).where(Cohort.id.in_(mine)).order_by(Cohort.id).with_for_update())


def _check_nobody_else_has_them(person: Person, centre_id: int) -> None:
    elsewhere = select(exists().where(Enrolment.person_id == person.id, Enrolment.organisation_id != centre_id))
    if db.session.scalar(elsewhere):
        raise Conflict(
            _(
                "다른 교육기관에도 기록이 있는 사람이에요. 함께 바뀌지 않도록 운영기관에 사람 번호 %(id)s와 함께 "
                "정정을 요청해 주세요.",
                id=person.public_id,
            )
        )


def _check_nobody_is_alike(person: Person, name: str, birth_date: date) -> None:
    mine, theirs = aliased(Enrolment), aliased(Enrolment)
    alike = (
        select(Cohort.name)
        .join(mine, mine.cohort_id == Cohort.id)
        .join(theirs, theirs.cohort_id == Cohort.id)
        .join(Person, Person.id == theirs.person_id)
        .where(
            mine.person_id == person.id,
            Person.id != person.id,
            Person.name == name,
            Person.birth_date == birth_date,
        )
        .order_by(Cohort.id)
    )
    found = db.session.scalars(alike.limit(1)).first()
    if found is not None:
        raise Conflict(_("%(cohort)s 기수에 이름과 생년월일이 같은 사람이 이미 있어요.", cohort=found))
