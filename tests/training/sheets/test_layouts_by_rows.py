"""Registers with a row for each person and session, as terminals and offices export them, all say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import pytest

from app.training.attendance_sheet import PlannedSession
from app.training.policy import Mark
from tests.training.sheets.registers import (
    DAYS,
    MARKS,
    PEOPLE,
    PLAN,
    SYMBOLS,
    TRUTH,
    C,
    P,
    Register,
    X,
    as_csv,
    as_xls,
    as_xlsx,
    clock,
    day_fraction,
    read_bytes,
    rows_register,
    understood,
)

TIMED = ("일자", "성명", "생년월일", "입실시각", "퇴실시각")
MARKED = ("교육일", "이름", "생년월일", "출결")


@dataclass(frozen=True)
class Case:
    name: str
    write: Callable[[], bytes]


def text(encoding: str = "utf-8", **how: Any) -> Callable[[], bytes]:
    return lambda: as_csv(rows_register(**how), encoding)


def xlsx(**how: Any) -> Callable[[], bytes]:
    return lambda: as_xlsx(rows_register(**how))


def xls(**how: Any) -> Callable[[], bytes]:
    return lambda: as_xls(rows_register(**how))


def spelled(pattern: str) -> Callable[[str], str]:
    def spell(moment: str) -> str:
        t = clock(moment)
        half = "오전" if t.hour < 12 else "오후"
        return pattern.format(t=t, half=half, hour12=(t.hour - 1) % 12 + 1, ampm="AM" if t.hour < 12 else "PM")

    return spell


def dated(pattern: str) -> Callable[[date], str]:
    return lambda day: pattern.format(d=day, w="월화수목금토일"[day.weekday()])


def with_dates_in_times() -> bytes:
    register = rows_register(header=("성명", "생년월일", "입실일시", "퇴실일시"))
    for position, row in enumerate(register.grid[1:]):
        day = DAYS[position // len(PEOPLE)]
        row[2:] = [f"{day} {cell}" if cell[:1].isdigit() else cell for cell in row[2:]]
        if not row[2]:
            row[2:] = [f"{day} 14:00", f"{day} 14:01"]
    return as_csv(register, "cp949")


def excel_date_times() -> bytes:
    register = rows_register(header=TIMED, day=lambda day: day)
    for row in register.grid[1:]:
        row[3:] = [datetime.combine(row[0], clock(cell)) if cell[:1].isdigit() else cell for cell in row[3:]]
    return as_xlsx(register)


def merged_by_person() -> bytes:
    """One person after another, name and birth date merged over the sessions."""
    grid: list[list[Any]] = [["성명", "생년월일", "회차", "출결"]]
    merges = []
    for (name, born), marks in zip(PEOPLE, MARKS, strict=True):
        top = len(grid)
        merges += [(top, c, top + len(marks) - 1, c) for c in (0, 1)]
        for n, mark in enumerate(marks, start=1):
            grid.append([name if n == 1 else "", born if n == 1 else "", n, SYMBOLS[mark]])
    return as_xlsx(Register(grid, merges))


def merged_by_date() -> bytes:
    register = rows_register(header=MARKED)
    merges = [(1 + n * len(PEOPLE), 0, (n + 1) * len(PEOPLE), 0) for n in range(len(DAYS))]
    return as_xlsx(Register(register.grid, merges))


def periods_by_rows() -> bytes:
    parts = {"○": "○○○○", "△": "△○○○", "조퇴": "○○○×", "×": "×××○", "공결": "cccc"}
    grid: list[list[Any]] = [["교육일", "교시", "성명", "생년월일", "출결"]]
    for n, day in enumerate(DAYS):
        for (name, born), marks in zip(PEOPLE, MARKS, strict=True):
            for period, sign in enumerate(parts[SYMBOLS[marks[n]]], start=1):
                grid.append([day, f"{period}교시", name, born, "공결" if sign == "c" else sign])
    return as_xlsx(Register(grid))


def marks_and_times() -> bytes:
    header = ("회차", "일자", "성명", "생년월일", "입실", "퇴실", "출결상태")
    register = rows_register(header=header)
    for row in register.grid[1:]:
        if row[4] == "공결":
            row[4] = ""
    return as_csv(register)


CASES = [
    Case("as the sample, CP949", text("cp949")),
    Case("UTF-8", text()),
    Case("UTF-8 with BOM", text("utf-8-sig")),
    Case("XLSX", xlsx()),
    Case("XLS", xls()),
    Case("Excel dates and times", xlsx(day=lambda d: d, moment=clock, birth=lambda b: b)),
    Case("Excel dates and times in XLS", xls(day=lambda d: d, moment=clock, birth=lambda b: b)),
    Case("Excel date-times", excel_date_times),
    Case("fractions of a day", xlsx(moment=day_fraction)),
    Case("times as numbers", xlsx(moment=lambda t: int(t.replace(":", "")))),
    Case("times of four digits", text(moment=lambda t: t.replace(":", ""))),
    Case("오전 and 오후", text("cp949", moment=spelled("{half} {hour12}:{t:%M}"))),
    Case("시 and 분", text(moment=spelled("{t.hour}시 {t.minute}분"))),
    Case("with seconds", text(moment=spelled("{t:%H:%M}:12"))),
    Case("오후 with seconds", text(moment=spelled("{half} {hour12}:{t:%M}:05"))),
    Case("PM", text(moment=spelled("{hour12}:{t:%M} {ampm}"))),
    Case("dotted dates", text(day=dated("{d.year}.{d.month}.{d.day}"))),
    Case("dotted dates with spaces", text(day=dated("{d.year}. {d.month}. {d.day}."))),
    Case("two-digit years", text(day=dated("{d:%y.%m.%d}"))),
    Case("eight digits", text(day=dated("{d:%Y%m%d}"))),
    Case("eight digits as numbers", xlsx(day=lambda d: int(f"{d:%Y%m%d}"))),
    Case("month and day", text(day=dated("{d.month}/{d.day}"))),
    Case("month and day in words", text(day=dated("{d.month}월 {d.day}일"))),
    Case("with the weekday", text(day=dated("{d} ({w})"))),
    Case("Korean with the weekday", text(day=dated("{d.year}년 {d.month}월 {d.day}일 {w}요일"))),
    Case("sessions in the date column", text(day=lambda d: f"{DAYS.index(d) + 1}회차")),
    Case("Excel dates without a format", xlsx(day=lambda d: (d - date(1899, 12, 30)).days)),
    Case("other words", text(header=("교육과정", "차수", "날짜", "수강생명", "생일", "출석시간", "퇴근시간"))),
    Case("more other words", text("cp949", header=("수업일자", "교육생", "출생일자", "체크인", "체크아웃"))),
    Case("number of the session only", text(header=("회차", "성명", "생년월일", "입실", "퇴실"))),
    Case("number and date", xlsx(header=("차시", "출석일", "성함", "출생일", "입실시간", "퇴실시간"))),
    Case("titles above", text(above=[["입퇴실 기록"], ["2026-03-09 ~ 2026-03-20"], []])),
    Case("marks", xlsx(header=MARKED)),
    Case("marks with numbers", text("cp949", header=("회차", "성명", "생년월일", "출석여부"))),
    Case("O and X", text(header=MARKED, symbols=SYMBOLS | {P: "O", X: "X"})),
    Case("one and nought", text(header=MARKED, symbols=SYMBOLS | {P: "1", X: "0"})),
    Case("marks beside times", marks_and_times),
    Case("names merged", merged_by_person),
    Case("dates merged", merged_by_date),
    Case("a row for each period", periods_by_rows),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_layout_says_the_same(case: Case) -> None:
    reading = read_bytes(case.write(), "입퇴실.csv")

    assert [str(problem) for problem in reading.problems] == []
    assert understood(reading) == TRUTH
    assert reading.layout == "rows"
    assert reading.people_missing == ()


def test_dates_may_stand_in_the_times() -> None:
    reading = read_bytes(with_dates_in_times())

    assert understood(reading) == {place: mark for place, mark in TRUTH.items() if mark is not C}
    assert [problem.code for problem in reading.problems] == ["no_session"]  # 공결 without any date.


def test_times_give_the_mark_and_the_minutes() -> None:
    reading = read_bytes(as_csv(rows_register(header=TIMED)))

    by_place = {(e.person_key, e.session_number): e for e in reading.entries}
    late = by_place["p0", 3]
    assert (late.mark, late.minutes, late.check_in) == (Mark.LATE, 210, time(14, 30))
    assert (by_place["p0", 5].mark, by_place["p0", 5].minutes) == (Mark.ABSENT, 0)


def test_two_sessions_on_one_day_are_told_apart_by_the_times() -> None:
    afternoon = PlannedSession(7, DAYS[0], time(19), time(21))
    plan = replace(PLAN, sessions=(*PLAN.sessions, afternoon))
    grid = [
        list(TIMED),
        [DAYS[0].isoformat(), "박영길", "1977-02-16", "13:50", "18:05"],
        [DAYS[0].isoformat(), "박영길", "1977-02-16", "18:55", "21:00"],
    ]
    reading = read_bytes(as_csv(Register(grid)), plan=plan)

    assert reading.accepted
    assert understood(reading) == {("p1", 1): Mark.PRESENT, ("p1", 7): Mark.PRESENT}


def test_a_time_missing_on_one_side_is_absence_with_a_warning() -> None:
    grid = [list(TIMED), [DAYS[0].isoformat(), "박영길", "1977-02-16", "13:50", ""]]
    reading = read_bytes(as_csv(Register(grid)))

    assert reading.accepted
    assert understood(reading) == {("p1", 1): Mark.ABSENT}
    assert "one_time_missing" in [warning.code for warning in reading.warnings]


def test_excused_in_words_goes_before_times() -> None:
    grid = [[*TIMED, "출결"], [DAYS[0].isoformat(), "박영길", "1977-02-16", "13:50", "14:10", "공결"]]
    reading = read_bytes(as_csv(Register(grid)))

    assert [(e.mark, e.minutes) for e in reading.entries] == [(C, 240)]
