"""What one person can show: training, hours of a year, certificates. Everything starts from the person's own id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, extract, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.certificates.models import Certificate
from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFound
from app.training import queries as training
from app.training.models import (
    Attendance,
    AttendanceUpload,
    Cohort,
    Course,
    CourseKind,
    CreditEntry,
    Enrolment,
    EnrolmentStatus,
    Session,
)
from app.training.queries import PersonReport


@dataclass(frozen=True)
class YearOfHours:
    """Credited minutes of one calendar year: in-service training (the target counts these) and all training."""

    year: int
    in_service_minutes: int
    all_minutes: int
    target_minutes: int


@dataclass(frozen=True)
class SessionLine:
    """One session of a person's course and what is recorded of it (None: nothing yet)."""

    session: Session
    attendance: Attendance | None
    upload: AttendanceUpload | None


def person_of(actor: Actor) -> Person | None:
    """Answer the person behind the signed-in account; None for an account that only acts for an organisation."""
    return db.session.get(Person, actor.person_id) if actor.person_id is not None else None


def years_of(person: Person, today: date) -> list[int]:
    """Answer the years with credited time, the newest first; this year always among them."""
    year = extract("year", CreditEntry.held_on)
    # A year in which everything was taken back holds nothing to show.
    counted = select(year).where(CreditEntry.person_id == person.id).group_by(year)
    found = db.session.scalars(counted.having(func.sum(CreditEntry.minutes) > 0))
    return sorted({int(y) for y in found} | {today.year}, reverse=True)


def hours_of_year(person: Person, year: int, target_hours: int) -> YearOfHours:
    """Sum the ledger over one calendar year in one query."""
    by_kind = (
        select(CreditEntry.course_kind, func.sum(CreditEntry.minutes))
        .where(CreditEntry.person_id == person.id, CreditEntry.held_on.between(date(year, 1, 1), date(year, 12, 31)))
        .group_by(CreditEntry.course_kind)
    )
    minutes = {kind: int(total) for kind, total in db.session.execute(by_kind)}
    return YearOfHours(year, minutes.get(CourseKind.IN_SERVICE, 0), sum(minutes.values()), target_hours * 60)


def courses_of(person: Person) -> Select[Enrolment]:
    """Select a person's training history (교육이수내역) for a paged list, cancelled enrolments left out."""
    return (
        training.enrolments_of_person(person.id)
        .where(Enrolment.status != EnrolmentStatus.CANCELLED.value)
        .options(
            joinedload(Enrolment.cohort).joinedload(Cohort.policy),
            joinedload(Enrolment.cohort).selectinload(Cohort.sessions),
        )
    )


def course_of(person: Person, enrolment_id: str) -> PersonReport:
    """Answer one course of this person with marks and decision. Raises `NotFound` for anybody else's."""
    rows = select(Enrolment).where(Enrolment.person_id == person.id, Enrolment.public_id == enrolment_id)
    enrolment = db.session.scalars(
        rows.options(
            joinedload(Enrolment.cohort).joinedload(Cohort.course).joinedload(Course.organisation),
            joinedload(Enrolment.cohort).joinedload(Cohort.policy),
            joinedload(Enrolment.cohort).options(selectinload(Cohort.sessions)),
        )
    ).one_or_none()
    if enrolment is None:
        raise NotFound
    return training.reports_of([enrolment])[0]


def sessions_of(enrolment: Enrolment) -> list[SessionLine]:
    """Answer a course session by session with what is recorded and which upload it came from."""
    own = select(Enrolment.id).where(Enrolment.id == enrolment.id)
    current = training.current_attendance(own).options(joinedload(Attendance.upload))
    recorded = {a.session_id: a for a in db.session.scalars(current) if a.mark}
    return [
        SessionLine(session, found, found.upload if found is not None else None)
        for session in enrolment.cohort.sessions
        for found in (recorded.get(session.id),)
    ]


def certificates_of(person: Person) -> Select[Certificate]:
    """Select a person's certificates, the newest first, for a paged list."""
    return (
        select(Certificate)
        .where(Certificate.person_public_id == person.public_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )


def certificate_for(enrolment: Enrolment) -> Certificate | None:
    """Find the newest certificate that came from this enrolment."""
    rows = select(Certificate).where(Certificate.enrolment_public_id == enrolment.public_id)
    return db.session.scalars(rows.order_by(Certificate.id.desc()).limit(1)).one_or_none()
