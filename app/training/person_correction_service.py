"""Putting right how a person is recorded: a misspelt name, a mistyped date of birth.

Certificates stay as they were signed; the centre corrects those one by one afterwards.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import exists, select

from app.accounts.models import Person
from app.accounts.normal import normal_name
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.i18n import _
from app.training.models import Cohort, Enrolment
from app.training.record import lock_cohort


def correct_person(
    enrolment: Enrolment, name: str, birth_date: date, actor: Actor, at: datetime, *, why: str = ""
) -> bool:
    """Record another name or date of birth for a person; answer whether anything changed.

    Raises `Conflict` when another centre has the person on its record, too, since it would be changed for both, or
    when the cohort already has somebody of that name and date of birth, since attendance could not tell them apart.
    """
    person, new = enrolment.person, normal_name(name)
    changed = [
        field for field, value in (("name", new), ("birth_date", birth_date)) if getattr(person, field) != value
    ]
    if not changed:
        return False
    lock_cohort(enrolment.cohort)
    _check_nobody_else_has_them(enrolment)
    _check_nobody_is_alike(enrolment.cohort, person, new, birth_date)
    person.name, person.birth_date = new, birth_date
    db.session.flush()
    # What was recorded before stands on the certificates; the trail says that it changed, not what it was.
    audit.record(actor, "person.correct", person, at=at, after={"fields": changed}, why=why)
    return True


def _check_nobody_else_has_them(enrolment: Enrolment) -> None:
    elsewhere = select(
        exists().where(
            Enrolment.person_id == enrolment.person_id, Enrolment.organisation_id != enrolment.organisation_id
        )
    )
    if db.session.scalar(elsewhere):
        raise Conflict(
            _("다른 교육기관에도 기록이 있는 사람이에요. 함께 바뀌지 않도록 운영기관에 정정을 요청해 주세요.")
        )


def _check_nobody_is_alike(cohort: Cohort, person: Person, name: str, birth_date: date) -> None:
    alike = select(
        exists().where(
            Enrolment.cohort_id == cohort.id,
            Enrolment.person_id == Person.id,
            Person.id != person.id,
            Person.name == name,
            Person.birth_date == birth_date,
        )
    )
    if db.session.scalar(alike):
        raise Conflict(_("이 기수에 이름과 생년월일이 같은 사람이 이미 있어요."))
