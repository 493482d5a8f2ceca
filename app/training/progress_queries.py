"""How far cohorts have come: roster, attendance, decision. A handful of queries whatever their number."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from sqlalchemy import func, select

from app.core.access import Actor, owned
from app.core.db import db
from app.core.i18n import Text, _l
from app.training.models import Attendance, Cohort, Course, Enrolment, EnrolmentStatus, Session
from app.training.queries import cohorts_of, current_attendance
from app.training.signals import certificates_counted

SHOWN_AFTER_END_DAYS = 365
MAX_ON_DASHBOARD = 100


class Step(IntEnum):
    """The steps of a cohort, in the order in which a clerk takes them."""

    ROSTER = 1
    ATTENDANCE = 2
    DECISION = 3
    CERTIFICATES = 4
    DONE = 5

    @property
    def label(self) -> Text:
        return _STEPS[self]


_STEPS: dict[Step, Text] = {
    Step.ROSTER: _l("명단"),
    Step.ATTENDANCE: _l("출결"),
    Step.DECISION: _l("수료판정"),
    Step.CERTIFICATES: _l("수료증"),
    Step.DONE: _l("완료"),
}


@dataclass(frozen=True)
class Progress:
    """What is there of a cohort: people by status, sessions, sessions with marks, and marks still missing."""

    enrolled: int = 0
    waitlisted: int = 0
    cancelled: int = 0
    sessions: int = 0
    recorded_sessions: int = 0
    missing_marks: int = 0
    certificates: int = 0

    @property
    def step(self) -> Step:
        """The step that comes next."""
        if not self.enrolled:
            return Step.ROSTER
        if self.recorded_sessions < self.sessions:
            return Step.ATTENDANCE
        if self.missing_marks:
            return Step.DECISION
        return Step.DONE if self.certificates else Step.CERTIFICATES


def progress_of(cohort_ids: Collection[int]) -> dict[int, Progress]:
    """Answer how far each of these cohorts has come; three queries."""
    people: dict[int, dict[str, int]] = {}
    counted = (
        select(Enrolment.cohort_id, Enrolment.status, func.count())
        .where(Enrolment.cohort_id.in_(cohort_ids))
        .group_by(Enrolment.cohort_id, Enrolment.status)
    )
    for cohort_id, status, number in db.session.execute(counted):
        people.setdefault(cohort_id, {})[status] = number
    held = (
        select(Session.cohort_id, func.count()).where(Session.cohort_id.in_(cohort_ids)).group_by(Session.cohort_id)
    )
    sessions = dict(db.session.execute(held).all())
    marks = _recorded(cohort_ids)
    certificates = _certificates(cohort_ids)
    return {
        cohort_id: _progress(
            people.get(cohort_id, {}),
            sessions.get(cohort_id, 0),
            *marks.get(cohort_id, (0, 0)),
            certificates.get(cohort_id, 0),
        )
        for cohort_id in cohort_ids
    }


def _recorded(cohort_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    enrolled = select(Enrolment.id).where(
        Enrolment.cohort_id.in_(cohort_ids), Enrolment.status == EnrolmentStatus.ENROLLED.value
    )
    current = current_attendance(enrolled).where(Attendance.mark.is_not(None)).subquery()
    counted = (
        select(Session.cohort_id, func.count(current.c.session_id.distinct()), func.count())
        .join(current, current.c.session_id == Session.id)
        .group_by(Session.cohort_id)
    )
    return {cohort_id: (held, marks) for cohort_id, held, marks in db.session.execute(counted)}


def _certificates(cohort_ids: Collection[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for _receiver, answer in certificates_counted.send(frozenset(cohort_ids)):
        counts.update(answer)
    return counts


def _progress(
    people: dict[str, int], sessions: int, recorded_sessions: int, marks: int, certificates: int
) -> Progress:
    enrolled = people.get(EnrolmentStatus.ENROLLED.value, 0)
    return Progress(
        enrolled=enrolled,
        waitlisted=people.get(EnrolmentStatus.WAITLISTED.value, 0),
        cancelled=people.get(EnrolmentStatus.CANCELLED.value, 0),
        sessions=sessions,
        recorded_sessions=recorded_sessions,
        missing_marks=enrolled * sessions - marks,
        certificates=certificates,
    )


@dataclass(frozen=True)
class CohortRow:
    """One cohort in a list, with how far it has come."""

    cohort: Cohort
    progress: Progress


@dataclass(frozen=True)
class Dashboard:
    """A centre's day: what needs doing, what runs, what comes; `any_cohort` is False for a centre that begins."""

    to_do: tuple[CohortRow, ...]
    running: tuple[CohortRow, ...]
    coming: tuple[CohortRow, ...]
    any_course: bool
    any_cohort: bool


def with_progress(cohorts: Sequence[Cohort]) -> list[CohortRow]:
    """Add to each cohort how far it has come."""
    progress = progress_of([cohort.id for cohort in cohorts])
    return [CohortRow(cohort, progress[cohort.id]) for cohort in cohorts]


def dashboard(actor: Actor, today: date) -> Dashboard:
    """Answer what this actor's centres have to do today; cohorts that ended long ago and are done are left out."""
    recent = (
        cohorts_of(actor)
        .where(Cohort.ends_on >= today - timedelta(days=SHOWN_AFTER_END_DAYS))
        .limit(MAX_ON_DASHBOARD)
    )
    rows = with_progress(db.session.scalars(recent).unique().all())
    return Dashboard(
        to_do=tuple(row for row in rows if _needs_something(row, today)),
        running=tuple(row for row in rows if row.cohort.starts_on <= today <= row.cohort.ends_on),
        coming=tuple(row for row in rows if row.cohort.starts_on > today),
        any_course=_has_any(Course, actor),
        any_cohort=_has_any(Cohort, actor),
    )


def _needs_something(row: CohortRow, today: date) -> bool:
    # Attendance can be waited for only until the first session has been held.
    step = row.progress.step
    return step is Step.ROSTER or (step is not Step.DONE and row.cohort.starts_on <= today)


def _has_any(model: type[Course] | type[Cohort], actor: Actor) -> bool:
    return db.session.scalar(owned(model, actor).with_only_columns(model.id).limit(1)) is not None
