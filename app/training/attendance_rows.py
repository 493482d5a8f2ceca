"""Reads registers with a row for each person and session: dates or numbers of sessions, marks or times."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from app.core.i18n import _l
from app.core.sheet_problems import quoted
from app.core.sheets import Cell
from app.training.attendance_head_words import parse_head
from app.training.attendance_heads import Block
from app.training.attendance_marks import looks_like_mark
from app.training.attendance_people import People, PersonRow, person_rows
from app.training.attendance_reading import CohortPlan, Entry, Findings, PlannedSession
from app.training.attendance_record import Places, RecordReader
from app.training.attendance_sessions import look_up, unreadable_date
from app.training.completion import credit, merge_periods
from app.training.sheet_values import WrittenDate, find_date, read_date, read_time, two_times
from app.training.sheet_words import Field, plain

_WEAK_HEADS = frozenset(("상태", "구분", "status"))


@dataclass(frozen=True)
class RowsTable:
    """A block with one record a row. `session` is that of the whole block when no column tells it."""

    block: Block
    places: Places
    session: PlannedSession | None = None

    @property
    def columns(self) -> list[int]:
        return list(self.places.columns)

    def mark_cells(self) -> list[Cell]:
        """Answer every cell that may hold a mark, to learn which signs the file uses."""
        rows = range(self.block.first, self.block.last + 1)
        return [self.block.sheet.cell(row, column) for row in rows for column in self.places.marks]

    def dates(self) -> Iterator[WrittenDate]:
        """Answer the dates of all rows, to see whether the file is about this cohort at all."""
        column = self.block.fields.get(Field.DATE)
        for row in range(self.block.first, self.block.last + 1):
            day = read_date(self.block.cell(row, column))
            if day is not None:
                yield day


def rows_table(block: Block, plan: CohortPlan, findings: Findings) -> RowsTable | None:
    """Answer the block as a table of records, None when it is no such table or lacks a column it needs."""
    fields = block.fields
    check_in, check_out, mark = (fields.get(f) for f in (Field.CHECK_IN, Field.CHECK_OUT, Field.MARK))
    if mark is not None and _says_something_else(block, mark):
        mark = None
    both_times = False
    if mark is None and check_in is None and check_out is None:
        if _is_of_people(block, plan, Field.BEGIN, Field.FINISH):
            check_in, check_out = fields[Field.BEGIN], fields[Field.FINISH]
        elif _is_of_people(block, plan, Field.TIME):
            mark, both_times = fields[Field.TIME], True
    if mark is None and (check_in is None) != (check_out is None):
        column = check_in if check_in is not None else check_out
        message = _l("입실과 퇴실 가운데 한 열만 있어요. 두 열을 모두 넣어 다시 올려 주세요.")
        findings.problems.append(block.sheet.place(block.anchor, column or 0, "time_column_missing", message))
        return None
    if mark is None and check_in is None:
        return None
    if check_in is None or check_out is None:
        check_in = check_out = None
    places = Places(() if mark is None else (mark,), check_in, check_out, both_times)
    if Field.DATE in fields or Field.SESSION in fields or _times_have_dates(block, check_in):
        return RowsTable(block, places)
    session = _session_of_title(block, plan)
    if session is None:
        message = _l(
            "어느 회차의 기록인지 알 수 없어요. ‘교육일’이나 ‘회차’ 열을 넣거나 표 위에 날짜를 적어 다시 올려 주세요."
        )
        findings.problems.append(block.sheet.place(block.anchor, places.first, "no_session", message))
        return None
    return RowsTable(block, places, session)


def read_rows(
    table: RowsTable, plan: CohortPlan, people: People, reader: RecordReader, findings: Findings
) -> tuple[list[Entry], list[PersonRow]]:
    """Answer the entries of one block and its rows of people."""
    rows = person_rows(table.block, people, table.columns, findings, fill=True)
    if Field.PERIOD in table.block.fields:
        return _read_periods(table, rows, plan, reader, findings), rows
    entries = []
    for found in rows:
        session = table.session or _session_of_row(table, found.row, plan, findings)
        entry = reader.read(found, session, table.places) if session is not None else None
        if entry is not None:
            entries.append(entry)
    return entries, rows


def _read_periods(
    table: RowsTable, rows: list[PersonRow], plan: CohortPlan, reader: RecordReader, findings: Findings
) -> list[Entry]:
    """Join the rows of one person's periods (교시) into one entry for each session."""
    by_session: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    periods: dict[tuple[str, int, str], int] = {}
    sessions: dict[int, PlannedSession] = {}
    for found in rows:
        session = table.session or _session_of_row(table, found.row, plan, findings)
        entry = reader.read(found, session, table.places) if session is not None else None
        if entry is None or session is None:
            continue
        period = plain(table.block.cell(found.row, table.block.fields[Field.PERIOD]))
        earlier = periods.setdefault((entry.person_key, session.number, period), found.row)
        if earlier != found.row:
            message = _l(
                "%(name)s 님의 %(number)s회차 같은 교시가 %(first)s행과 %(second)s행에 두 번 있어요. 한 "
                "줄만 남겨 주세요.",
                name=found.person.name,
                number=session.number,
                first=earlier + 1,
                second=found.row + 1,
            )
            column = table.block.fields[Field.PERIOD]
            findings.problems.append(table.block.sheet.place(found.row, column, "duplicate_period", message))
            continue
        sessions[session.number] = session
        by_session[entry.person_key, session.number].append(entry)
    return [_joined(parts, sessions[number], reader) for (_, number), parts in by_session.items()]


def _joined(parts: list[Entry], session: PlannedSession, reader: RecordReader) -> Entry:
    first = parts[0]
    mark = merge_periods([part.mark for part in parts], reader.rules)
    came: list[time] = [part.check_in for part in parts if part.check_in is not None]
    went: list[time] = [part.check_out for part in parts if part.check_out is not None]
    return Entry(
        person_key=first.person_key,
        session_number=first.session_number,
        mark=mark,
        minutes=credit(mark, session.minutes, reader.rules),
        check_in=min(came, default=None),
        check_out=max(went, default=None),
        raw=quoted(" ".join(part.raw for part in parts), 60),
        sheet=first.sheet,
        row=first.row,
        column=first.column,
    )


def _session_of_row(table: RowsTable, row: int, plan: CohortPlan, findings: Findings) -> PlannedSession | None:
    block = table.block
    date_column, number_column = block.fields.get(Field.DATE), block.fields.get(Field.SESSION)
    column = date_column if date_column is not None else number_column
    written, numbered = block.cell(row, date_column), block.cell(row, number_column)
    day = read_date(written) if written is not None else _date_of_times(table, row)
    number: int | None = None
    if written is not None and day is None:
        # A session may be written in the column of dates: 1회차, or 1회차(03.09).
        parts = parse_head(written)
        number, day = parts.number, parts.dates[0] if parts.dates else None
        if number is None and day is None:
            place = block.sheet.place(row, date_column or 0, "bad_date", unreadable_date(written))
            findings.problems.append(place)
            return None
    if numbered is not None:
        parts = parse_head(numbered)
        number = parts.number if parts.number is not None else parts.bare
        day = day if day is not None or not parts.dates else parts.dates[0]
    if number is None and day is None:
        message = _l("교육일이 비어 있어요. 몇 월 며칠 수업인지 적어 주세요.")
        if numbered is not None:
            message = _l("회차 ‘%(found)s’을 읽을 수 없어요. 1이나 1회차처럼 적어 주세요.", found=quoted(numbered))
        findings.problems.append(block.sheet.place(row, column or 0, "no_session", message))
        return None
    answer = look_up(plan, number, (day,) if day else ())
    if answer.session is None and answer.code == "ambiguous_session":
        session = _by_time(table, row, plan, day)
        if session is not None:
            return session
    if answer.session is None:
        at = column if column is not None else table.places.first
        findings.problems.append(block.sheet.place(row, at, answer.code, answer.message))
    return answer.session


def _by_time(table: RowsTable, row: int, plan: CohortPlan, day: WrittenDate | None) -> PlannedSession | None:
    """Of several sessions on one day, answer the only one that the written times touch."""
    came, went = (
        read_time(table.block.sheet.cell(row, column)) if column is not None else None
        for column in (table.places.check_in, table.places.check_out)
    )
    if day is None or came is None or went is None:
        return None
    touched = [
        session
        for session in plan.sessions
        if day.is_day(session.date) and came.time < session.end and went.time > session.start
    ]
    return touched[0] if len(touched) == 1 else None


def _date_of_times(table: RowsTable, row: int) -> WrittenDate | None:
    for column in (table.places.check_in, table.places.check_out):
        found = read_time(table.block.sheet.cell(row, column)) if column is not None else None
        if found is not None and found.date is not None:
            return found.date
    return None


def _times_have_dates(block: Block, check_in: int | None) -> bool:
    """Whether the times of coming carry their dates, as 2026-05-11 09:30 does."""
    if check_in is None:
        return False
    found = (read_time(block.sheet.cell(row, check_in)) for row in range(block.first, block.last + 1))
    return any(written is not None and written.date is not None for written in found)


def _says_something_else(block: Block, column: int) -> bool:
    """Whether a column of marks holds counts (출석 12), or under 상태 and 구분 what has nothing to do with marks."""
    cells = [block.sheet.cell(row, column) for row in range(block.first, block.last + 1)]
    written = [plain(cell) for cell in cells if cell is not None]
    if not {Field.DATE, Field.SESSION, Field.CHECK_IN} & block.fields.keys():
        counts = all(re.fullmatch(r"[\d.]+[회일%]?", text) for text in written)
        return bool(written) and counts and not set(written) <= {"0", "1"}
    heads = {plain(block.cell(row, column)) for row in range(block.anchor, block.first)}
    weak = Field.CHECK_IN in block.fields and bool(heads & _WEAK_HEADS)
    return weak and not any(looks_like_mark(text) for text in written)


def _is_of_people(block: Block, plan: CohortPlan, *fields: Field) -> bool:
    """Whether hours are those of people: they differ on one day, and are not those of the classes."""
    if not set(fields) <= block.fields.keys():
        return False
    day = block.fields.get(Field.DATE, block.fields.get(Field.SESSION))
    by_day: dict[str, set[tuple[time, time]]] = defaultdict(set)
    for row in range(block.first, block.last + 1):
        cells = [block.sheet.cell(row, block.fields[each]) for each in fields]
        found = two_times(cells[0]) if len(cells) == 1 else two_times(f"{_clock(cells[0])}~{_clock(cells[1])}")
        if found is not None:
            by_day[plain(block.cell(row, day))].add(found)
    classes = {(session.start, session.end) for session in plan.sessions}
    differ = any(len(hours) > 1 for hours in by_day.values())
    return differ and not all(hours <= classes for hours in by_day.values())


def _clock(cell: Cell) -> str:
    found = read_time(cell)
    return f"{found.time:%H:%M}" if found is not None else ""


def _session_of_title(block: Block, plan: CohortPlan) -> PlannedSession | None:
    """Answer the session that the name of the sheet or the lines above the table speak of, if it is only "
    "one."""
    named: dict[int, PlannedSession] = {}
    for text in (block.sheet.name, *block.title):
        parts = parse_head(text)
        found = find_date(text)
        dates = parts.dates or ((found[0],) if found else ())
        if parts.number is None and not dates:
            continue
        answer = look_up(plan, parts.number, dates)
        if answer.session is None and dates:
            answer = look_up(plan, None, dates)
        if answer.session is not None:
            named[answer.session.number] = answer.session
    only = list(named.values())
    return only[0] if len(only) == 1 else None
