"""A cohort that exists is edited: its capacity, and sessions that nobody has attended yet. Preview, then apply."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.i18n import _
from app.training import enrolment_service, progress_queries
from app.training.models import Attendance, Cohort, Session
from app.training.record import basis_of, lock_cohort
from app.training.session_changes import SessionChange, WantedSessions, changes
from app.training.session_dates import SessionTime


@dataclass(frozen=True)
class WantedCohort:
    """What a cohort is to be, and the state of it that this was worked out on."""

    basis: str
    capacity: int
    sessions: WantedSessions


@dataclass(frozen=True)
class CohortPreview:
    """What an edit would do: the capacity, how many of the waitlist get a seat, and the sessions that change."""

    wanted: WantedCohort
    capacity_before: int
    seated: int
    sessions: tuple[SessionChange, ...]

    @property
    def capacity_after(self) -> int:
        return self.wanted.capacity

    @property
    def added(self) -> list[SessionChange]:
        return [change for change in self.sessions if change.before is None]

    @property
    def moved(self) -> list[SessionChange]:
        return [change for change in self.sessions if change.before is not None and change.after is not None]

    @property
    def cancelled(self) -> list[SessionChange]:
        return [change for change in self.sessions if change.after is None]


def recorded_numbers(cohort: Cohort) -> frozenset[int]:
    """Answer the numbers of the sessions that ever had a record; undoing leaves the record's history."""
    rows = select(Session.number).where(
        Session.cohort_id == cohort.id, Session.id.in_(select(Attendance.session_id).distinct())
    )
    return frozenset(db.session.scalars(rows))


def preview(cohort: Cohort, capacity: int, sessions: WantedSessions) -> CohortPreview:
    """Work out what an edit would do. Stores nothing.

    Raises `Conflict` when people, records or certificates stand in the way, `Invalid` when nothing would change or
    the sessions cannot be.
    """
    found = changes(_times(cohort), recorded_numbers(cohort), sessions)
    if capacity == cohort.capacity and not found:
        raise Invalid(_("바뀐 내용이 없어요. 정원이나 회차를 고친 뒤 다시 눌러 주세요."))
    enrolment_service.check_capacity(cohort, capacity)
    if found and progress_queries.progress_of([cohort.id])[cohort.id].certificates:
        raise Conflict(_("수료증을 발급한 기수라서 회차를 바꿀 수 없어요. 정원은 바꿀 수 있어요."))
    wanted = WantedCohort(_basis(cohort), capacity, sessions)
    return CohortPreview(wanted, cohort.capacity, enrolment_service.would_be_seated(cohort, capacity), found)


def apply(cohort: Cohort, wanted: WantedCohort, actor: Actor, at: datetime) -> CohortPreview:
    """Do what was previewed, and answer what has been done. Raises like `preview`, and `Conflict` when the cohort
    has changed since.
    """
    lock_cohort(cohort)
    db.session.refresh(cohort)
    if _basis(cohort) != wanted.basis:
        raise Conflict(
            _("미리보기를 본 뒤에 이 기수의 회차, 명단이나 출결이 바뀌었어요. 기수 고치기를 다시 열어 주세요.")
        )
    done = preview(cohort, wanted.capacity, wanted.sessions)
    if wanted.capacity != cohort.capacity:
        enrolment_service.change_capacity(cohort, wanted.capacity, actor, at)
    if done.sessions:
        _change_sessions(cohort, done.sessions, actor, at)
    return done


def _change_sessions(cohort: Cohort, found: tuple[SessionChange, ...], actor: Actor, at: datetime) -> None:
    known = {session.number: session for session in cohort.sessions}
    for change in found:
        if change.after is None:
            db.session.delete(known[change.number])
        elif change.before is None:
            db.session.add(Session(cohort_id=cohort.id, number=change.number, **vars(change.after)))
        else:
            session = known[change.number]
            session.date, session.start, session.end = change.after.date, change.after.start, change.after.end
    db.session.flush()
    db.session.refresh(cohort)
    cohort.starts_on = min(session.date for session in cohort.sessions)
    cohort.ends_on = max(session.date for session in cohort.sessions)
    db.session.flush()
    audit.record(
        actor,
        "cohort.change_sessions",
        cohort,
        at=at,
        before={str(change.number): _written(change.before) for change in found},
        after={str(change.number): _written(change.after) for change in found},
    )


def _times(cohort: Cohort) -> dict[int, SessionTime]:
    return {session.number: SessionTime(session.date, session.start, session.end) for session in cohort.sessions}


def _basis(cohort: Cohort) -> str:
    state = f"{basis_of(cohort)}|{sorted(recorded_numbers(cohort))}"
    return hashlib.sha256(state.encode()).hexdigest()[:32]


def _written(session: SessionTime | None) -> str | None:
    return None if session is None else f"{session.date} {session.start:%H:%M}-{session.end:%H:%M}"


def pack(wanted: WantedCohort) -> dict[str, Any]:
    """Answer what travels with the preview's page, as JSON values."""
    return {
        "basis": wanted.basis,
        "capacity": wanted.capacity,
        "known": {str(number): _packed(session) for number, session in wanted.sessions.known.items()},
        "added": [_packed(session) for session in wanted.sessions.added],
    }


def unpack(content: dict[str, Any]) -> WantedCohort:
    """Answer what `pack` has packed. Only signed content comes here, so its form is not doubted."""
    known = {int(number): None if parts is None else _unpacked(parts) for number, parts in content["known"].items()}
    added = tuple(_unpacked(parts) for parts in content["added"])
    return WantedCohort(content["basis"], content["capacity"], WantedSessions(known, added))


def _packed(session: SessionTime | None) -> list[str] | None:
    if session is None:
        return None
    return [session.date.isoformat(), session.start.isoformat(), session.end.isoformat()]


def _unpacked(parts: list[str]) -> SessionTime:
    day, start, end = parts
    return SessionTime(date.fromisoformat(day), time.fromisoformat(start), time.fromisoformat(end))
