"""What somebody is told before applying: for each requirement whether it is met, by what, or how to get there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.accounts.models import Person
from app.core.clock import seoul_date
from app.core.db import db
from app.jobs.matching import eligibility
from app.jobs.matching.eligibility import Asked, Record, Result
from app.jobs.matching.finding_words import proof_text, short_text
from app.jobs.matching.record_queries import record_of
from app.jobs.opening_models import Opening, Requirement
from app.jobs.opening_words import RequirementKind, RequirementLevel
from app.jobs.wording import requirement as requirement_text
from app.training.models import Cohort, Course


@dataclass(frozen=True)
class NextCourse:
    """A cohort that has not begun and would bring somebody nearer: what, where, when, how long."""

    cohort_public_id: str
    course_name: str
    cohort_name: str
    centre_name: str
    starts_on: date
    minutes: int


@dataclass(frozen=True)
class Finding:
    """One requirement and what the record says of it; `met` None: it cannot be told. `words` says it in a phrase."""

    requirement_id: int
    level: str
    met: bool | None
    text: str
    words: str
    proven_by: tuple[str, ...] = ()
    short_minutes: int = 0
    next_course: NextCourse | None = None

    @property
    def next_course_public_id(self) -> str:
        """The cohort that would help, or nothing."""
        return self.next_course.cohort_public_id if self.next_course is not None else ""

    def as_json(self) -> dict[str, Any]:
        """Answer what an application keeps of it, without `words`: they may name a serial."""
        return {
            "requirement_id": self.requirement_id,
            "level": self.level,
            "met": self.met,
            "text": self.text,
            "proven_by": list(self.proven_by),
            "short_minutes": self.short_minutes,
        }


def findings_for(person: Person, opening: Opening, at: datetime) -> tuple[Finding, ...]:
    """Judge every requirement of an opening by one person's record, in the words of the present language."""
    return findings_by(record_of(person), opening, at)


def findings_by(record: Record, opening: Opening, at: datetime) -> tuple[Finding, ...]:
    """Judge every requirement of an opening by a record that has been read already."""
    today = seoul_date(at)
    results = eligibility.judge_all(map(asked_of, opening.requirements), record, today)
    courses = _coming_courses(results, today, opening)
    return tuple(
        _finding(result, requirement_text(requirement), _helping(result, courses))
        for result, requirement in zip(results, opening.requirements, strict=True)
    )


def fits(findings: Iterable[Finding]) -> bool:
    """Tell whether nothing that is required is known to be missing."""
    return not any(f.met is False and f.level == RequirementLevel.REQUIRED for f in findings)


def asked_of(requirement: Requirement) -> Asked:
    """Answer a stored requirement as the rules take it."""
    names = ("id", "kind", "level", "course_kind", "minutes", "within_months", "months", "name", "issuer", "text")
    return Asked(**{name: getattr(requirement, name) for name in names})


def _finding(result: Result, text: str, course: NextCourse | None) -> Finding:
    is_hours = result.asked.kind == RequirementKind.HOURS
    words = proof_text(result) if result.met else short_text(result)
    return Finding(
        requirement_id=result.asked.id,
        level=result.asked.level,
        met=result.met,
        text=text,
        words=words,
        proven_by=result.proven_by,
        short_minutes=result.short if is_hours else 0,
        next_course=course,
    )


def _coming_courses(results: Sequence[Result], today: date, opening: Opening) -> list[Cohort]:
    """Answer the next cohorts of the courses that are missing, the soonest first; no query when nothing is."""
    kinds, names = set[str](), set[str]()
    for result in results:
        if result.met is False and result.asked.kind == RequirementKind.HOURS:
            kinds.add(result.asked.course_kind)
        if result.met is False and result.asked.kind == RequirementKind.COURSE:
            names.add(result.asked.name)
    if not kinds and not names:
        return []
    rows = select(Cohort).join(Cohort.course).where(Cohort.starts_on > today)
    if "" not in kinds and not names:
        rows = rows.where(Course.kind.in_(kinds))
    rows = rows.options(contains_eager(Cohort.course), joinedload(Cohort.organisation), selectinload(Cohort.sessions))
    return list(db.session.scalars(rows.order_by(Cohort.starts_on, Cohort.id).limit(100)))


def _helping(result: Result, cohorts: Iterable[Cohort]) -> NextCourse | None:
    if result.met is not False:
        return None
    for cohort in cohorts:
        course = cohort.course
        if _helps(result.asked, course):
            minutes = sum(session.minutes for session in cohort.sessions)
            return NextCourse(
                cohort.public_id, course.name, cohort.name, cohort.organisation.name, cohort.starts_on, minutes
            )
    return None


def _helps(asked: Asked, course: Course) -> bool:
    if asked.kind == RequirementKind.HOURS:
        return asked.course_kind in ("", course.kind)
    return asked.kind == RequirementKind.COURSE and eligibility.covers(course.name, asked.name)
