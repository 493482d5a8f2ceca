"""What a person's portfolio holds that can be handed in. Every question starts from the person's own id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import extract, func, select
from sqlalchemy.orm import undefer

from app.accounts.models import Person
from app.certificates.models import Certificate, CertificateStatus
from app.core.db import db
from app.portfolio.experience_models import Experience
from app.portfolio.experience_queries import experiences_of
from app.portfolio.foreign_badge_models import BadgeState, ForeignBadge
from app.portfolio.foreign_badge_queries import badges_of
from app.portfolio.queries import certificates_of, courses_of
from app.training.models import CreditEntry, EnrolmentStatus
from app.training.queries import PersonReport, reports_of


@dataclass(frozen=True)
class HoursOfYear:
    """Credited minutes of one calendar year and kind of course."""

    year: int
    course_kind: str
    minutes: int


def valid_certificates(person: Person) -> Sequence[Certificate]:
    """Answer the certificates that hold by our record, the newest first."""
    rows = certificates_of(person).where(Certificate.status == CertificateStatus.VALID.value)
    return db.session.scalars(rows).all()


def hours_by_year(person: Person) -> list[HoursOfYear]:
    """Sum the ledger by year and kind of course, the newest year first."""
    year = extract("year", CreditEntry.held_on)
    minutes = func.sum(CreditEntry.minutes)
    rows = (
        select(year, CreditEntry.course_kind, minutes)
        .where(CreditEntry.person_id == person.id)
        .group_by(year, CreditEntry.course_kind)
        .having(minutes > 0)
        .order_by(year.desc(), CreditEntry.course_kind)
    )
    return [HoursOfYear(int(y), kind, int(total)) for y, kind, total in db.session.execute(rows)]


def course_reports(person: Person) -> list[PersonReport]:
    """Answer the courses that this person takes or took with what is recorded, the newest first."""
    enrolled = [e for e in db.session.scalars(courses_of(person)).unique() if e.status == EnrolmentStatus.ENROLLED]
    return reports_of(enrolled)


def valid_badges(person: Person) -> Sequence[ForeignBadge]:
    """Answer the badges from elsewhere whose check found them valid, with their bytes."""
    rows = badges_of(person).where(ForeignBadge.state == BadgeState.VALID.value).options(undefer(ForeignBadge.file))
    return db.session.scalars(rows).all()


def all_experiences(person: Person) -> Sequence[Experience]:
    """Answer what the person states and employers have confirmed, the newest first."""
    return db.session.scalars(experiences_of(person)).all()
