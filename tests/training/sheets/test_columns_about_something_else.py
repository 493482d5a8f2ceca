"""Columns that look like marks or times, but are about the class, the person or counts, are taken for no records."""

from __future__ import annotations

from typing import Any

import pytest

from tests.training.sheets.registers import (
    DAYS,
    MARKS,
    PEOPLE,
    SYMBOLS,
    TRUTH,
    Grid,
    Register,
    as_csv,
    as_xlsx,
    columns_register,
    read_bytes,
    rows_register,
    understood,
)

TIMED = ("일자", "성명", "생년월일", "입실시각", "퇴실시각")


def beside(heads: list[Any], cells: list[Any], *, at: int = 0) -> Register:
    grid = rows_register(header=TIMED).grid
    rows = [[*row[:at], *(heads if n == 0 else cells), *row[at:]] for n, row in enumerate(grid)]
    return Register(rows)


@pytest.mark.parametrize("at", [0, 5])
@pytest.mark.parametrize(
    ("heads", "cells"),
    [
        (["시작시간", "종료시간"], ["14:00", "18:00"]),
        (["상태"], ["수강중"]),
        (["구분"], ["일반"]),
        (["시간"], ["14:00~18:00"]),
    ],
)
def test_hours_of_the_class_and_words_about_people_are_left_alone(
    heads: list[Any], cells: list[Any], at: int
) -> None:
    reading = read_bytes(as_csv(beside(heads, cells, at=at)))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


@pytest.mark.parametrize("heads", [["시작시간", "종료시간"], ["시간"]])
def test_hours_of_the_class_alone_are_no_record(heads: list[str]) -> None:
    hours = ["14:00", "18:00"] if len(heads) == 2 else ["14:00~18:00"]
    grid: Grid = [["일자", "성명", "생년월일", *heads, "서명"]]
    grid += [[str(day), name, str(born), *hours, name] for day in DAYS for name, born in PEOPLE]

    assert [problem.code for problem in read_bytes(as_xlsx(Register(grid))).problems] == ["no_session_columns"]


def test_begin_and_end_of_people_are_coming_and_going() -> None:
    grid = rows_register(header=TIMED).grid
    grid[0][3:] = ["시작시각", "종료시각"]

    assert understood(read_bytes(as_csv(Register(grid)))) == TRUTH


@pytest.mark.parametrize("first", [True, False])
def test_a_sheet_of_counts_is_no_register(first: bool) -> None:
    counts: Grid = [["성명", "생년월일", "출석", "지각", "결석", "출석률"]]
    counts += [[name, str(born), 4, 1, 1, "83%"] for name, born in PEOPLE]
    sheets = [columns_register(), Register(counts, name="집계")]

    reading = read_bytes(as_xlsx(*(reversed(sheets) if first else sheets)))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


def test_hours_beside_the_marks_of_a_session_are_left_alone() -> None:
    upper: list[Any] = ["성명", "생년월일"]
    for day in DAYS:
        upper += [f"{day.month}/{day.day}", ""]
    grid: Grid = [upper, ["", "", *["출결", "시간"] * len(DAYS)]]
    for (name, born), marks in zip(PEOPLE, MARKS, strict=True):
        grid.append([name, str(born), *(cell for mark in marks for cell in (SYMBOLS[mark], 4))])

    reading = read_bytes(as_xlsx(Register(grid)))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


def test_weeks_that_have_several_days_are_told_by_their_dates() -> None:
    heads = [f"{n // 3 + 1}주차 {day.month}/{day.day}" for n, day in enumerate(DAYS)]

    assert understood(read_bytes(as_xlsx(columns_register(heads)))) == TRUTH


@pytest.mark.parametrize("sign", ["〃", '"', "상동"])
def test_the_same_as_above_is_what_stands_above(sign: str) -> None:
    grid = rows_register(header=TIMED).grid
    kept = [list(row) for row in grid]
    for above, row in zip(grid, kept[1:], strict=False):
        if row[0] == above[0]:
            row[0] = sign

    assert understood(read_bytes(as_csv(Register(kept)))) == TRUTH


def test_one_session_in_ones_and_noughts_is_no_sheet_of_counts() -> None:
    grid: Grid = [["2026. 3. 9. 출석부"], ["성명", "생년월일", "출석"]]
    grid += [[name, str(born), int(n != 2)] for n, (name, born) in enumerate(PEOPLE)]

    marks = understood(read_bytes(as_xlsx(Register(grid))))

    assert [marks[f"p{n}", 1].value for n in range(5)] == ["present", "present", "absent", "present", "present"]
