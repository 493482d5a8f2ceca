"""Monthly forms count their sessions anew: dates tell them, and without dates nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from app.training.attendance_sheet import AttendanceReading, PlannedSession
from tests.training.sheets.registers import PEOPLE, PLAN, Grid, Register, as_csv, as_xlsx, read_bytes, understood

MARCH = [date(2026, 3, day) for day in (9, 11, 13)]
APRIL = [date(2026, 4, day) for day in (6, 8, 10)]
LONG = replace(
    PLAN, sessions=tuple(PlannedSession(n, day, time(14), time(18)) for n, day in enumerate(MARCH + APRIL, start=1))
)
MARKS = {"3월": "○○×", "4월": "×○○"}


def month(name: str, heads: list[str], *, below: list[str] | None = None, marks: str = "") -> Register:
    grid: Grid = [["성명", "생년월일", *heads]]
    if below:
        grid.append(["", "", *below])
    grid += [[person, born.isoformat(), *(marks or MARKS[name])] for person, born in PEOPLE]
    return Register(grid, name=name)


def days(of: list[date]) -> list[str]:
    return [f"{day.month}/{day.day}" for day in of]


def read_long(data: bytes) -> AttendanceReading:
    return read_bytes(data, plan=LONG)


def marks_of(reading: AttendanceReading, person: str = "p1") -> list[str]:
    marks = understood(reading)
    return [marks[person, number].value for number in range(1, 7) if (person, number) in marks]


SIX = ["present", "present", "absent", "absent", "present", "present"]


@pytest.mark.parametrize(
    "write",
    [
        lambda name, of: month(name, [f"{n}회({day})" for n, day in enumerate(days(of), 1)]),
        lambda name, of: month(name, ["1회", "2회", "3회"], below=days(of)),
        lambda name, of: month(name, [f"{n}회({day.day}일)" for n, day in enumerate(of, 1)]),
        lambda name, of: month(name, [f"{day.day}일" for day in of]),
    ],
    ids=["in brackets", "on a line below", "days of the sheet's month", "days alone"],
)
def test_dates_tell_the_sessions_of_each_month(write: object) -> None:
    sheets = [write(name, of) for name, of in (("3월", MARCH), ("4월", APRIL))]  # type: ignore[operator]
    reading = read_long(as_xlsx(*sheets))

    assert [str(problem) for problem in reading.problems] == []
    assert marks_of(reading) == SIX


def test_a_date_that_contradicts_its_number_is_still_a_problem() -> None:
    heads = ["1회(3/9)", "2회(3/11)", "3회(4/8)"]
    reading = read_long(as_xlsx(month("3월", heads)))

    assert [(p.row, p.column, p.code) for p in reading.problems] == [(1, "E", "session_contradiction")]


@pytest.mark.parametrize("marks", ["", "○○○"], ids=["different", "alike"])
@pytest.mark.parametrize("names", [("3월", "4월"), ("1주차", "2주차"), ("2026년 1분기", "2026년 2분기")])
def test_numbers_alone_that_begin_again_are_refused(names: tuple[str, str], marks: str) -> None:
    heads = ["1회", "2회", "3회"]
    sheets = [month(name, heads, marks=marks or MARKS[of]) for name, of in zip(names, MARKS, strict=True)]
    reading = read_long(as_xlsx(*sheets))

    assert [(p.sheet, p.row, p.column, p.code) for p in reading.problems] == [(names[1], 1, "C", "sessions_restart")]
    assert reading.entries == ()
    assert "날짜를 적어 주세요" in str(reading.problems[0])


def test_months_above_numbers_in_one_table_are_refused() -> None:
    grid: Grid = [["", "", "3월", "", "", "4월", "", ""], ["성명", "생년월일", *["1회", "2회", "3회"] * 2]]
    grid += [[person, born.isoformat(), *"○○×○○○"] for person, born in PEOPLE]
    for data in (as_csv(Register(grid)), as_xlsx(Register(grid, [(0, 2, 0, 4), (0, 5, 0, 7)]))):
        reading = read_long(data)
        assert [(p.row, p.column, p.code) for p in reading.problems] == [(2, "F", "sessions_restart")]


def test_numbers_that_go_on_under_their_months_are_sessions() -> None:
    grid: Grid = [["", "", "3월", "", "", "4월", "", ""], ["성명", "생년월일", *(f"{n}회" for n in range(1, 7))]]
    grid += [[person, born.isoformat(), *"○○××○○"] for person, born in PEOPLE]
    reading = read_long(as_xlsx(Register(grid, [(0, 2, 0, 4), (0, 5, 0, 7)])))

    assert reading.problems == ()
    assert marks_of(reading) == SIX


def test_a_sheet_that_says_the_same_again_is_pointed_out() -> None:
    heads = ["1회", "2회", "3회"]
    reading = read_long(as_xlsx(month("출석", heads, marks="○○○"), month("사본", heads, marks="○○○")))

    assert reading.problems == ()
    assert ("사본", "same_record_twice") in [(w.sheet, w.code) for w in reading.warnings]
