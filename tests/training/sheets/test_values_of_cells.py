"""Marks, times and dates in the spellings of centres: what is certain is read, the rest is asked about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from app.training.attendance_marks import legend_of
from app.training.attendance_sheet import AttendanceReading
from app.training.policy import Mark
from app.training.sheet_values import read_birth_dates, read_time
from tests.training.sheets.registers import (
    DAYS,
    SYMBOLS,
    TRUTH,
    C,
    E,
    L,
    P,
    Register,
    X,
    as_csv,
    as_xlsx,
    columns_register,
    read_bytes,
    rows_register,
    understood,
)

TIMED = ("일자", "성명", "생년월일", "입실", "퇴실")


def places(reading: AttendanceReading) -> list[tuple[str, str]]:
    return [(f"{problem.row}{problem.column}", problem.code) for problem in reading.problems]


def changed(value: Any, note: str = "") -> AttendanceReading:
    """Answer the register with one mark replaced, at E3."""
    register = columns_register(above=[[note]] if note else None)
    register.grid[-4][4] = value
    return read_bytes(as_xlsx(register))


@pytest.mark.parametrize("word", ["조기퇴실", "조기 퇴실", "조기하원", "미인정조퇴"])
def test_leaving_early_has_many_words(word: str) -> None:
    assert understood(changed(word))["p1", 2] is Mark.LEFT_EARLY


@pytest.mark.parametrize("word", ["병가", "병결", "경조사", "연차", "예비군 훈련", "코로나 격리"])
def test_leave_is_for_the_centre_to_judge(word: str) -> None:
    reading = changed(word)

    assert [code for _, code in places(reading)] == ["unknown_mark"]
    if word[:1] != "코":
        assert f"{word}=공결" in str(reading.problems[0])


@pytest.mark.parametrize(
    ("note", "mark"),
    [("※ 병가=공결", C), ("병가 = 결석", X), ("○ 출석, × 결석, △ 지각, 병가=공결", C)],
)
def test_a_legend_judges_leave(note: str, mark: Mark) -> None:
    reading = changed("병가", note)

    assert reading.problems == ()
    assert understood(reading) == TRUTH | {("p1", 2): mark}


NUMBERS = SYMBOLS | {P: 1, L: 2, E: 3, X: 4, C: 5}


@pytest.mark.parametrize(
    "note",
    [
        "1=출석, 2=지각, 3=조퇴, 4=결석, 5=공결",
        "1:출석 2:지각 3:조퇴 4:결석 5:공결",
        "출석=1, 지각=2, 조퇴=3, 결석=4, 공결=5",
        "※ 표기: 1. 출석 2. 지각 3. 조퇴 4. 결석 5. 공결",
        "1) 출석 / 2) 지각 / 3) 조퇴 / 4) 결석 / 5) 공결",
    ],
)
@pytest.mark.parametrize("write", [as_xlsx, as_csv], ids=["xlsx", "csv"])
def test_numbers_are_marks_by_a_legend(note: str, write: Callable[[Register], bytes]) -> None:
    reading = read_bytes(write(columns_register(symbols=NUMBERS, above=[[note]])))

    assert [str(problem) for problem in reading.problems] == []
    assert understood(reading) == TRUTH


def test_numbers_without_a_legend_are_asked_about() -> None:
    reading = read_bytes(as_xlsx(columns_register(symbols=NUMBERS)))

    assert {code for _, code in places(reading)} == {"unknown_mark"}
    assert "1=출석, 2=지각" in str(reading.problems[0])


@pytest.mark.parametrize(
    "text", ["출석: 4, 결석: 2, 지각: 1", "결석 2회", "1=출석, 1=결석", "3/9: 출석", "교시 09:00 출석"]
)
def test_totals_and_contradictions_are_no_legend(text: str) -> None:
    assert not {sign for sign in legend_of(text) if sign in "23456789"}
    assert legend_of("1=출석, 1=결석").get("1") is not Mark.ABSENT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p.m. 1:55", time(13, 55)),
        ("1:55 p.m.", time(13, 55)),
        ("P.M. 6:02", time(18, 2)),
        ("a.m. 9:05", time(9, 5)),
        ("12:10 a.m.", time(0, 10)),
        ("PM1:55", time(13, 55)),
        ("오후 1시 55분", time(13, 55)),
        ("오후1시55분", time(13, 55)),
        ("오후 1시 반", time(13, 30)),
        ("오전 9시", time(9, 0)),
    ],
)
def test_times_before_and_after_noon(text: str, expected: time) -> None:
    found = read_time(text)

    assert found is not None
    assert found.time == expected


def english(spelling: str) -> Callable[[date], str]:
    return lambda day: spelling.format(d=day, day=day.day)


@pytest.mark.parametrize(
    "spelling",
    [
        "{day}-{d:%b}",
        "{d:%d-%b}",
        "{d:%d-%b-%y}",
        "{d:%d-%b-%Y}",
        "{d:%b} {day}",
        "{d:%B} {day}, {d:%Y}",
        "{day} {d:%B}",
    ],
)
def test_months_in_english_as_heads_and_in_rows(spelling: str) -> None:
    spell = english(spelling)
    heads = read_bytes(as_csv(columns_register([spell(day) for day in DAYS])), "출석부.csv")
    rows = read_bytes(as_csv(rows_register(header=TIMED, day=spell)), "출석부.csv")
    both = read_bytes(as_csv(columns_register([f"{n}회차 ({spell(day)})" for n, day in enumerate(DAYS, 1)])))

    assert (heads.problems, rows.problems, both.problems) == ((), (), ())
    assert understood(heads) == understood(rows) == understood(both) == TRUTH


def test_births_in_english() -> None:
    assert read_birth_dates("28-Oct-1969") == (date(1969, 10, 28),)
    assert date(1969, 10, 28) in read_birth_dates("28-Oct-69")
    assert read_birth_dates("28-Oct") == ()


def test_two_stays_of_one_day_are_advised_on() -> None:
    day = DAYS[0].isoformat()
    grid = [
        list(TIMED),
        [day, "박영길", "1977-02-16", "13:50", "15:30"],
        [day, "박영길", "1977-02-16", "16:00", "18:05"],
    ]
    reading = read_bytes(as_csv(Register(grid)))

    assert places(reading) == [("3D", "reentry")]
    assert "‘외출’이라고 적어" in str(reading.problems[0])


def test_times_of_going_out_are_said_not_to_count() -> None:
    register = rows_register(header=TIMED)
    register.grid = [
        [*row, *extra] for row, extra in zip(register.grid, [["외출", "복귀"], *[["", ""]] * 30], strict=True)
    ]
    register.grid[1][5:] = ["15:00", "16:00"]
    reading = read_bytes(as_csv(register))

    assert reading.problems == ()
    assert [(f"{w.row}{w.column}", w.code) for w in reading.warnings] == [
        ("1F", "outing_not_read"),
        ("1G", "outing_not_read"),
    ]
    assert [column.title for column in reading.unread] == ["외출", "복귀"]
