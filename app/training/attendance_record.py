"""Turns what one row says of one session, marks or times or both, into one entry.

Times are evidence and marks are judgement. Where a file has both, times decide between 출석, 지각 and 조퇴, with a
warning when the mark says otherwise; 공결 and 외출 are the centre's to say. A mark that says 결석 against times that
say attendance, or the other way round, is a problem: nobody but the centre knows which is true.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from app.core.i18n import Text, _l
from app.core.sheet_problems import quoted
from app.core.sheets import Cell, Sheet
from app.training.attendance_marks import MarkReader, normal
from app.training.attendance_people import PersonRow
from app.training.attendance_questions import disputed_mark, one_time, other_day, why_no_mark
from app.training.attendance_reading import Entry, Findings, PlannedSession
from app.training.completion import Credit, credit, credit_from_times, merge_periods
from app.training.policy import Mark, PolicyRules
from app.training.sheet_values import read_time, two_times

_NOTHING = re.compile(r"[-–—_.:\s]*|미체크|미입실|미퇴실|기록없음|없음|none|null|n/a", re.IGNORECASE)


@dataclass(frozen=True)
class Places:
    """The columns that one row uses for one session, counted from 0."""

    marks: tuple[int, ...] = ()
    check_in: int | None = None
    check_out: int | None = None
    both_times: bool = False
    """Whether the only column holds coming and going in one cell, so that an empty one says: did not come."""

    @property
    def has_times(self) -> bool:
        return self.check_in is not None and self.check_out is not None

    @property
    def first(self) -> int:
        return min(column for column in (*self.marks, self.check_in, self.check_out) if column is not None)

    @property
    def columns(self) -> tuple[int, ...]:
        return tuple(c for c in (*self.marks, self.check_in, self.check_out) if c is not None)


class _Unreadable(Exception):
    """A cell of the record has a problem, which is already among the findings."""


@dataclass(frozen=True)
class RecordReader:
    """Reads records of one sheet by the signs of its file and the rules of the course."""

    sheet: Sheet
    marks: MarkReader
    rules: PolicyRules
    findings: Findings

    def read(self, found: PersonRow, session: PlannedSession, places: Places) -> Entry | None:
        """Answer the entry, None when something in its cells has to be put right first."""
        try:
            stated = self._stated(found.row, places)
            came, went = self._times(found.row, session, places)
            mark, minutes = self._judged(found.row, session, places, stated, (came, went))
        except _Unreadable:
            return None
        cells = [self.sheet.cell(found.row, column) for column in places.columns]
        place = self.sheet.place(found.row, places.first, "", "")
        return Entry(
            person_key=found.person.key,
            session_number=session.number,
            mark=mark,
            minutes=minutes,
            check_in=came,
            check_out=went,
            raw="~".join(quoted(cell) for cell in cells if cell is not None),
            sheet=self.sheet.name,
            row=place.row,
            column=place.column,
        )

    def _fail(self, row: int, column: int, code: str, message: Text) -> _Unreadable:
        self.findings.problems.append(self.sheet.place(row, column, code, message))
        return _Unreadable()

    def _warn(self, row: int, column: int, code: str, message: Text) -> None:
        self.findings.warnings.append(self.sheet.place(row, column, code, message))

    def _stated(self, row: int, places: Places) -> Mark | None:
        """Answer the mark in words or signs; None when times are to tell."""
        cells = [(column, self.sheet.cell(row, column)) for column in places.marks]
        if not cells or (len(cells) == 1 and two_times(cells[0][1])):
            return self._stated_in_times(row, places)
        if places.both_times and all(_says_nothing(cell) for _, cell in cells):
            return self._stated_in_times(row, places)
        if places.has_times and all(cell is None for _, cell in cells):
            return self._stated_in_times(row, places)
        marks: list[Mark] = []
        failure: _Unreadable | None = None
        for column, cell in cells:
            mark = self.marks.read(cell)
            if mark is None:
                disputed = normal(cell) in self.marks.disputed
                failure = self._fail(row, column, *(disputed_mark(cell) if disputed else why_no_mark(cell)))
            else:
                marks.append(mark)
        if failure is not None:
            raise failure
        return marks[0] if len(marks) == 1 else merge_periods(marks, self.rules)

    def _stated_in_times(self, row: int, places: Places) -> Mark | None:
        """Centres write 공결 or 결석 into the cell of a time."""
        stated = set()
        for column in (places.check_in, places.check_out):
            cell = self.sheet.cell(row, column) if column is not None else None
            if isinstance(cell, str) and not _NOTHING.fullmatch(cell) and read_time(cell) is None:
                stated.add(self.marks.read(cell))
        return stated.pop() if len(stated) == 1 else None

    def _times(self, row: int, session: PlannedSession, places: Places) -> tuple[time | None, time | None]:
        came: time | None
        went: time | None
        if len(places.marks) == 1 and not places.has_times:
            both = two_times(self.sheet.cell(row, places.marks[0]))
            if both is None:
                return None, None
            came, went = both
            last = places.marks[0]
        elif places.check_in is not None and places.check_out is not None:
            came = self._time(row, places.check_in, session)
            went = self._time(row, places.check_out, session)
            last = places.check_out
        else:
            return None, None
        if came is not None and went is not None and went < came:
            message = _l(
                "퇴실 %(went)s이 입실 %(came)s보다 빨라요. 시각을 고쳐 주세요.",
                went=f"{went:%H:%M}",
                came=f"{came:%H:%M}",
            )
            raise self._fail(row, last, "check_out_before_check_in", message)
        return came, went

    def _time(self, row: int, column: int, session: PlannedSession) -> time | None:
        cell = self.sheet.cell(row, column)
        if _says_nothing(cell):
            return None
        found = read_time(cell)
        if found is None:
            if isinstance(cell, str) and self.marks.read(cell) is not None:
                return None
            message = _l("시각 ‘%(found)s’을 읽을 수 없어요. 09:30처럼 적어 주세요.", found=quoted(cell))
            raise self._fail(row, column, "bad_time", message)
        if found.date is not None and not found.date.is_day(session.date):
            raise self._fail(row, column, "date_contradiction", other_day(found, session))
        return found.time

    def _judged(
        self,
        row: int,
        session: PlannedSession,
        places: Places,
        stated: Mark | None,
        times: tuple[time | None, time | None],
    ) -> Credit:
        came, went = times
        if stated is not None and (stated is Mark.EXCUSED or (came is None and went is None)):
            return Credit(stated, credit(stated, session.minutes, self.rules))
        if came is not None and went is not None and (went < session.start or came > session.end):
            message = _l(
                "입실·퇴실 시각(%(found)s)이 수업 시간(%(hours)s)과 겹치지 않아요. 시각을 고쳐 주세요. "
                "오후면 14:00처럼 적어 주세요.",
                found=f"{came:%H:%M}~{went:%H:%M}",
                hours=f"{session.start:%H:%M}~{session.end:%H:%M}",
            )
            raise self._fail(row, places.first, "times_outside_session", message)
        measured = credit_from_times(came, went, session, self.rules)
        if stated is None:
            if (came is None) != (went is None):
                self._warn(row, places.first, "one_time_missing", one_time(came is None))
            return measured
        if (stated is Mark.ABSENT) != (measured.mark is Mark.ABSENT):
            message = _l(
                "출결 표시(%(stated)s)와 시각으로 본 출결(%(measured)s)이 달라요. 맞는 쪽으로 고쳐 주세요.",
                stated=stated.label,
                measured=measured.mark.label,
            )
            raise self._fail(row, places.first, "mark_contradicts_times", message)
        if stated is Mark.OUTING:
            return Credit(stated, credit(stated, session.minutes, self.rules))
        if stated is not measured.mark:
            message = _l(
                "출결 표시(%(stated)s)와 시각으로 본 출결(%(measured)s)이 달라요. 시각을 따라 읽었어요.",
                stated=stated.label,
                measured=measured.mark.label,
            )
            self._warn(row, places.first, "mark_differs_from_times", message)
        return measured


def _says_nothing(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and _NOTHING.fullmatch(cell) is not None)


def is_blank(sheet: Sheet, row: int, columns: Sequence[int]) -> bool:
    """Tell whether nothing at all stands in these cells."""
    return all(sheet.cell(row, column) is None for column in columns)
