"""What the records of people hold that may prove something: a few queries, however many people and courses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from app.accounts.models import Account, Person
from app.certificates.models import Certificate, CertificateStatus
from app.core.db import db
from app.jobs.matching.eligibility import Credit, Experience, HeldBadge, HeldCertificate, Record
from app.portfolio.experience_models import Experience as StoredExperience
from app.portfolio.foreign_badge_models import BadgeState, ForeignBadge
from app.portfolio.foreign_badge_queries import is_own
from app.training.models import Cohort, Course, CreditEntry, Enrolment


@dataclass(frozen=True)
class _Held:
    enrolment: str
    certificate: HeldCertificate


def record_of(person: Person) -> Record:
    """Answer the record of one person."""
    return records_of([person])[person.id]


def records_of(people: Sequence[Person]) -> dict[int, Record]:
    """Answer the records of these people by their ids; everybody has one, if an empty one."""
    ids = [person.id for person in people]
    held = _certificates([person.public_id for person in people])
    credited, badges, experiences = _credits(ids), _badges(people), _experiences(ids)
    return {
        person.id: Record(
            credits=tuple(
                Credit(on, kind, name, minutes, _serial(held[person.public_id], enrolment))
                for on, kind, name, minutes, enrolment in credited[person.id]
            ),
            certificates=tuple(one.certificate for one in held[person.public_id]),
            badges=tuple(badges[person.id]),
            experiences=tuple(experiences[person.id]),
        )
        for person in people
    }


def _credits(ids: Sequence[int]) -> dict[int, list[tuple[date, str, str, int, str]]]:
    found: dict[int, list[tuple[date, str, str, int, str]]] = defaultdict(list)
    minutes = func.sum(CreditEntry.minutes)
    rows = (
        select(
            CreditEntry.person_id,
            CreditEntry.held_on,
            CreditEntry.course_kind,
            Course.name,
            minutes,
            Enrolment.public_id,
        )
        .join(Enrolment, CreditEntry.enrolment_id == Enrolment.id)
        .join(Cohort, Enrolment.cohort_id == Cohort.id)
        .join(Course, Cohort.course_id == Course.id)
        .where(CreditEntry.person_id.in_(ids))
        .group_by(
            CreditEntry.person_id, CreditEntry.held_on, CreditEntry.course_kind, Course.name, Enrolment.public_id
        )
        .having(minutes > 0)
        .order_by(CreditEntry.held_on)
    )
    for person_id, held_on, kind, name, total, enrolment in db.session.execute(rows):
        found[person_id].append((held_on, kind, name, int(total), enrolment))
    return found


def _certificates(person_public_ids: Sequence[str]) -> dict[str, list[_Held]]:
    found: dict[str, list[_Held]] = defaultdict(list)
    rows = select(
        Certificate.person_public_id,
        Certificate.enrolment_public_id,
        Certificate.serial,
        Certificate.course_kind,
        Certificate.course_name,
        Certificate.credited_minutes,
    ).where(Certificate.person_public_id.in_(person_public_ids), Certificate.status == CertificateStatus.VALID.value)
    for person, enrolment, serial, kind, name, minutes in db.session.execute(
        rows.order_by(Certificate.issued_at, Certificate.id)
    ):
        found[person].append(_Held(enrolment, HeldCertificate(serial, kind, name, minutes)))
    return found


def _badges(people: Sequence[Person]) -> dict[int, list[HeldBadge]]:
    # A badge that was issued to somebody else proves nothing, however valid it is.
    by_id = {person.id: person for person in people}
    found: dict[int, list[HeldBadge]] = defaultdict(list)
    rows = (
        select(ForeignBadge, Account)
        .join(Account, Account.person_id == ForeignBadge.person_id)
        .where(ForeignBadge.person_id.in_(list(by_id)), ForeignBadge.state == BadgeState.VALID.value)
        .options(undefer(ForeignBadge.content))
        .order_by(ForeignBadge.id)
    )
    for badge, account in db.session.execute(rows):
        if is_own(badge, account, by_id[badge.person_id]):
            found[badge.person_id].append(HeldBadge(badge.name, badge.issuer_name or badge.host))
    return found


def _experiences(ids: Sequence[int]) -> dict[int, list[Experience]]:
    found: dict[int, list[Experience]] = defaultdict(list)
    rows = select(StoredExperience).where(
        StoredExperience.person_id.in_(ids), StoredExperience.withdrawn_at.is_(None)
    )
    rows = rows.order_by(StoredExperience.starts_on)
    for one in db.session.scalars(rows):
        # Which field it was is said by the title as well as by the field.
        field = f"{one.title} {one.field}"
        found[one.person_id].append(
            Experience(one.kind, one.organisation, field, one.starts_on, one.ends_on, one.confirmed_by)
        )
    return found


def _serial(held: Iterable[_Held], enrolment_public_id: str) -> str:
    return next((one.certificate.serial for one in held if one.enrolment == enrolment_public_id), "")
