"""Registers that say once above the lines whose or of which day they are; others are told what to change."""

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
    understood,
)


def card(number: int) -> Grid:
    name, born = PEOPLE[number]
    lines = [
        [f"{n}회차", str(day), SYMBOLS[mark]]
        for n, (day, mark) in enumerate(zip(DAYS, MARKS[number], strict=True), 1)
    ]
    return [
        ["성명", name, "", "생년월일", str(born)],
        ["연락처", "010-8572-1033"],
        ["회차", "일자", "출결"],
        *lines,
        [],
    ]


def test_a_card_for_each_person_one_below_the_other() -> None:
    grid: Grid = [["개인별 출석부"]]
    for number in range(len(PEOPLE)):
        grid += card(number)

    reading = read_bytes(as_csv(Register(grid)))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


def test_a_sheet_for_each_person() -> None:
    sheets = [Register([["출석부"], *card(number)], name=f"{number}") for number in range(len(PEOPLE))]

    assert understood(read_bytes(as_xlsx(*sheets))) == TRUTH


def test_a_wrong_name_is_told_at_the_card() -> None:
    grid = card(1)
    grid[0][1] = "없는사람"

    assert [(p.row, p.column, p.code) for p in read_bytes(as_xlsx(Register(grid))).problems] == [
        (1, "B", "unknown_person")
    ]


@pytest.mark.parametrize("line", ["■ {d}({w})", "{d.month}월 {d.day}일", "[{d}]"])
def test_a_day_above_its_lines(line: str) -> None:
    grid: Grid = [["성명", "생년월일", "출결"]]
    for n, day in enumerate(DAYS):
        grid.append([line.format(d=day, w="월화수목금토일"[day.weekday()])])
        grid += [[name, str(born), SYMBOLS[marks[n]]] for (name, born), marks in zip(PEOPLE, MARKS, strict=True)]

    reading = read_bytes(as_xlsx(Register(grid)))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


def test_a_day_of_a_section_that_is_no_session_is_told_at_its_line() -> None:
    grid: Grid = [["성명", "생년월일", "출결"], ["2026-03-09"], ["박영길", "1977-02-16", "○"], ["2026-03-10"]]
    grid.append(["박영길", "1977-02-16", "○"])

    assert [(p.row, p.column, p.code) for p in read_bytes(as_xlsx(Register(grid))).problems] == [
        (4, "A", "not_a_session_date")
    ]


def test_people_side_by_side_are_told_how_to_turn_the_table() -> None:
    grid: Grid = [["성명", *(name for name, _ in PEOPLE)], ["생년월일", *(str(born) for _, born in PEOPLE)]]
    grid += [[f"{n + 1}회차", *(SYMBOLS[marks[n]] for marks in MARKS)] for n in range(len(DAYS))]

    problems = read_bytes(as_xlsx(Register(grid))).problems

    assert [(p.row, p.code) for p in problems] == [(1, "people_beside")]
    assert "행/열 바꿈" in str(problems[0])


@pytest.mark.parametrize("cell", ["", "○"])
def test_a_form_with_numbers_to_spare_is_read_while_they_are_empty(cell: str) -> None:
    heads: list[Any] = [f"{n}회차" for n in range(1, 7)]
    register = columns_register(heads, tail=("7회차", "8회차"))
    register.grid[2][-1] = cell

    reading = read_bytes(as_xlsx(register))

    assert [p.code for p in reading.problems] == ["no_such_session"] * bool(cell)
    assert bool(cell) or understood(reading) == TRUTH


def test_the_date_of_a_signature_begins_no_section() -> None:
    grid: Grid = [["2026. 3. 9. 출석부"], ["성명", "생년월일", "출결"]]
    grid += [[name, str(born), SYMBOLS[marks[0]]] for (name, born), marks in zip(PEOPLE, MARKS, strict=True)]
    grid += [[], ["2026년 3월 11일"], ["서울도시재생교육원장", "(직인)"]]

    reading = read_bytes(as_xlsx(Register(grid)))

    assert reading.problems == ()
    assert understood(reading) == {place: mark for place, mark in TRUTH.items() if place[1] == 1}
