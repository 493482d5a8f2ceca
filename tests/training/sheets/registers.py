"""One small cohort and what is true of it, and ways to write the same register as different centres would."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import xlwt

from app.core.sheets import read_workbook
from app.training.attendance_sheet import AttendanceReading, CohortPlan, PlannedPerson, PlannedSession, read
from app.training.policy import Mark, PolicyRules

RULES = PolicyRules.of(
    name="standard", version=1, completion_rate="0.8", slips_per_absence=3, grace_minutes=10, absent_below="0.5"
)
START, END = time(14, 0), time(18, 0)
DAYS = [date(2026, 3, day) for day in (9, 11, 13, 16, 18, 20)]
PEOPLE = (
    ("홍정훈", date(1969, 10, 28)),
    ("박영길", date(1977, 2, 16)),
    ("이보람", date(2001, 2, 3)),
    ("홍정훈", date(1974, 7, 2)),
    ("남궁 민수", date(1988, 12, 25)),
)
PLAN = CohortPlan(
    course="도시재생 코디네이터 양성교육",
    cohort="2026년 상반기 1기",
    sessions=tuple(PlannedSession(n, day, START, END) for n, day in enumerate(DAYS, start=1)),
    people=tuple(PlannedPerson(f"p{n}", name, born) for n, (name, born) in enumerate(PEOPLE)),
)
P, L, E, X, C = Mark.PRESENT, Mark.LATE, Mark.LEFT_EARLY, Mark.ABSENT, Mark.EXCUSED
MARKS: tuple[tuple[Mark, ...], ...] = (
    (P, P, L, P, X, P),
    (P, X, P, P, P, E),
    (L, P, P, C, P, P),
    (P, P, X, X, P, P),
    (P, P, P, P, P, L),
)
TRUTH = {(f"p{n}", s): mark for n, row in enumerate(MARKS) for s, mark in enumerate(row, start=1)}
SYMBOLS = {P: "○", L: "△", E: "조퇴", X: "×", C: "공결"}
TIMES = {P: ("13:55", "18:02"), L: ("14:30", "18:01"), E: ("13:58", "17:20"), X: ("", ""), C: ("공결", "")}
# From times alone there is no 공결: those registers write the word into the first cell.
Grid = list[list[Any]]
Merges = list[tuple[int, int, int, int]]


@dataclass
class Register:
    """A table as it will be written: cells from A1 on, merged ranges (top, left, bottom, right, counted from 0)."""

    grid: Grid
    merged: Merges = field(default_factory=list)
    name: str = "출석부"


def columns_register(
    heads: Sequence[Any] | None = None,
    *,
    symbols: dict[Mark, Any] = SYMBOLS,
    identity: Sequence[str] = ("연번", "성명", "생년월일"),
    birth: Callable[[date], Any] = date.isoformat,
    name: Callable[[str], str] = str,
    above: Grid | None = None,
    tail: Sequence[Any] = ("비고",),
    footers: Grid | None = None,
) -> Register:
    """Answer a register with a column for each session."""
    heads = heads or [f"{n}회차({day:%m.%d})" for n, day in enumerate(DAYS, start=1)]
    grid: Grid = [list(row) for row in above or []]
    grid.append([*identity, *heads, *tail])
    for number, ((person, born), marks) in enumerate(zip(PEOPLE, MARKS, strict=True), start=1):
        cells = {"연번": number, "번호": number, "No": number, "소속": "성동구", "연락처": "010-8572-1033"}
        row = [
            cells.get(column, birth(born) if "생" in column and "일" in column else name(person))
            for column in identity
        ]
        grid.append([*row, *(symbols[mark] for mark in marks), *("" for _ in tail)])
    grid.extend(footers or [])
    return Register(grid)


def rows_register(
    *,
    header: Sequence[str] = ("과정명", "기수", "일자", "성명", "생년월일", "입실시각", "퇴실시각"),
    day: Callable[[date], Any] = date.isoformat,
    moment: Callable[[str], Any] = str,
    birth: Callable[[date], Any] = date.isoformat,
    above: Grid | None = None,
    symbols: dict[Mark, Any] = SYMBOLS,
) -> Register:
    """Answer a register with a row for each person and session."""
    grid: Grid = [list(row) for row in above or []]
    grid.append(list(header))
    for session, on in enumerate(DAYS):
        for (person, born), marks in zip(PEOPLE, MARKS, strict=True):
            came, went = TIMES[marks[session]]
            cells = {
                "과정": PLAN.course,
                "기수": PLAN.cohort,
                "일자": day(on),
                "회차": session + 1,
                "성명": person,
                "생년": birth(born),
                "입실": moment(came) if came[:1].isdigit() else came,
                "퇴실": moment(went) if went[:1].isdigit() else went,
                "출결": symbols[marks[session]],
            }
            grid.append([cells[_KIND[column]] for column in header])
    return Register(grid)


_KIND = {
    word: kind
    for kind, words in {
        "과정": "과정명 교육과정",
        "기수": "기수 차수",
        "일자": "일자 날짜 교육일 출석일 교육일자 수업일자",
        "회차": "회차 차시",
        "성명": "성명 이름 수강생명 교육생 성함 훈련생명",
        "생년": "생년월일 생일 출생일 출생일자",
        "입실": "입실 입실시각 입실시간 출석시간 체크인 입실일시 등원시각",
        "퇴실": "퇴실 퇴실시각 퇴실시간 퇴근시간 체크아웃 퇴실일시 하원시각",
        "출결": "출결 출결상태 출석여부 출결구분",
    }.items()
    for word in words.split()
}


def as_xlsx(*registers: Register, hidden: Sequence[str] = ()) -> bytes:
    """Write the registers as sheets of one XLSX."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)  # type: ignore[arg-type]
    for register in registers:
        sheet = workbook.create_sheet(register.name)
        for row in register.grid:
            sheet.append([None if cell == "" else cell for cell in row])
        for top, left, bottom, right in register.merged:
            sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
        if register.name in hidden:
            sheet.sheet_state = "hidden"
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def as_xls(register: Register) -> bytes:
    """Write a register as XLS (Excel 97-2003)."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(register.name)
    styles = {
        datetime: xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm"),
        date: xlwt.easyxf(num_format_str="yyyy-mm-dd"),
        time: xlwt.easyxf(num_format_str="hh:mm"),
    }
    inside = {
        (r, c)
        for top, left, bottom, right in register.merged
        for r in range(top, bottom + 1)
        for c in range(left, right + 1)
    }
    for top, left, bottom, right in register.merged:
        sheet.write_merge(top, bottom, left, right, register.grid[top][left])
    for r, row in enumerate(register.grid):
        for c, cell in enumerate(row):
            if cell in ("", None) or (r, c) in inside:
                continue
            style = styles.get(type(cell))
            sheet.write(r, c, cell, style) if style else sheet.write(r, c, cell)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def as_csv(register: Register, encoding: str = "utf-8", delimiter: str = ",", newline: str = "\r\n") -> bytes:
    """Write a register as text."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter, lineterminator=newline)
    writer.writerows([_as_text(cell) for cell in row] for row in register.grid)
    return target.getvalue().encode(encoding)


def _as_text(cell: Any) -> str:
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return "" if cell is None else str(cell)


def read_bytes(data: bytes, filename: str = "출석부.xlsx", plan: CohortPlan = PLAN) -> AttendanceReading:
    """Read an uploaded register against a plan."""
    return read(read_workbook(data, filename), plan, RULES)


def understood(reading: AttendanceReading) -> dict[tuple[str, int], Mark]:
    """Answer the marks by person and session."""
    return {(entry.person_key, entry.session_number): entry.mark for entry in reading.entries}


def clock(text: str) -> time:
    """Answer 13:55 as a time."""
    return time.fromisoformat(text)


def day_fraction(text: str) -> float:
    """Answer a time as a sheet keeps it when its format is lost."""
    moment = clock(text)
    return timedelta(hours=moment.hour, minutes=moment.minute) / timedelta(days=1)
