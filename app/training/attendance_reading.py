"""What the reader of registers is given and what it answers: plain values, no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from typing import Literal

from app.core.sheet_problems import Problem
from app.training.completion import minutes_between
from app.training.policy import Mark

Layout = Literal["columns", "rows"]


@dataclass(frozen=True)
class PlannedSession:
    """One session of the cohort (회차); times are Korea's."""

    number: int
    date: date
    start: time
    end: time

    @property
    def minutes(self) -> int:
        return minutes_between(self.start, self.end)


Standing = Literal["enrolled", "waitlisted", "cancelled"]


@dataclass(frozen=True)
class PlannedPerson:
    """One person of the cohort. `key` is the caller's own and comes back in the entries."""

    key: str
    name: str
    birth_date: date
    standing: Standing = "enrolled"


@dataclass(frozen=True)
class CohortPlan:
    """The cohort that the file was said to be about.

    `others` wait for a seat or have cancelled: a register may name them, but nothing is recorded of them.
    """

    course: str
    cohort: str
    sessions: tuple[PlannedSession, ...]
    people: tuple[PlannedPerson, ...]
    others: tuple[PlannedPerson, ...] = ()

    def session(self, number: int) -> PlannedSession | None:
        """Answer the session with this number."""
        return self._by_number.get(number)

    def sessions_on(self, month: int, day: int) -> list[PlannedSession]:
        """Answer the sessions on a day of any year, in the order of the plan."""
        return self._by_day.get((month, day), [])

    @cached_property
    def _by_number(self) -> dict[int, PlannedSession]:
        return {session.number: session for session in self.sessions}

    @cached_property
    def _by_day(self) -> dict[tuple[int, int], list[PlannedSession]]:
        days: dict[tuple[int, int], list[PlannedSession]] = {}
        for session in self.sessions:
            days.setdefault((session.date.month, session.date.day), []).append(session)
        return days


@dataclass(frozen=True)
class Entry:
    """One person at one session as the file says it; `row` counts from 1 and `column` is Excel's letter."""

    person_key: str
    session_number: int
    mark: Mark
    minutes: int
    check_in: time | None
    check_out: time | None
    raw: str
    sheet: str
    row: int
    column: str


@dataclass(frozen=True)
class UnreadColumn:
    """A column with something in it that was not read: 비고 in column Q. `title` is empty when it has none."""

    sheet: str
    column: str
    title: str


@dataclass(frozen=True)
class AttendanceReading:
    """What was understood of a register. With any problem, nothing of it may be stored.

    `warnings` do not stand in the way but are shown before the upload is confirmed. `header_row` counts from 1 and is
    that of the first register in the file, None when there is none.
    """

    layout: Layout | None = None
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    entries: tuple[Entry, ...] = ()
    people_found: tuple[str, ...] = ()
    people_missing: tuple[str, ...] = ()
    sessions_covered: tuple[int, ...] = ()
    sessions_missing: tuple[int, ...] = ()
    unread: tuple[UnreadColumn, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the reading may be stored."""
        return not self.problems


@dataclass
class Findings:
    """Collects problems and warnings while a file is read; never leaves the reader.

    `passed_over` are the keys of the people whose rows are skipped: it is said once for each of them.
    """

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    passed_over: set[str] = field(default_factory=set)
