"""Marks merged over several days, names that a merge left on one line only, and tables that share their lines."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import Any

import pytest

from app.core.sheets import MergedRange, Sheet, Workbook
from app.training.attendance_sheet import AttendanceReading, read
from tests.training.sheets.registers import (
    DAYS,
    MARKS,
    PEOPLE,
    PLAN,
    RULES,
    SYMBOLS,
    TIMES,
    TRUTH,
    C,
    Grid,
    Register,
    as_csv,
    as_xlsx,
    columns_register,
    read_bytes,
    rows_register,
    understood,
)

TIMED = ("성명", "생년월일", "일자", "입실", "퇴실")


def places(reading: AttendanceReading) -> list[tuple[str, str]]:
    return [(f"{problem.row}{problem.column}", problem.code) for problem in reading.problems]


def of_person(reading: AttendanceReading, key: str) -> list[str]:
    marks = understood(reading)
    return [marks[key, number].value for number in range(1, 7) if (key, number) in marks]


def merged(row: int, cells: list[Any], *areas: tuple[int, int, int, int]) -> Register:
    register = columns_register()
    register.grid[row][3:9] = cells
    register.merged = list(areas)
    return register


def test_a_mark_merged_over_three_days_counts_on_each() -> None:
    reading = read_bytes(as_xlsx(merged(2, ["○", "", "", "공결", "", "×"], (2, 3, 2, 5), (2, 6, 2, 7))))

    assert reading.problems == ()
    assert of_person(reading, "p1") == ["present"] * 3 + ["excused"] * 2 + ["absent"]


def test_a_word_merged_over_the_times_of_two_days_counts_on_both() -> None:
    grid: Grid = [["성명", "생년월일", *(f"{n}회차 {way}" for n in (1, 2) for way in ("입실", "퇴실"))]]
    grid.append(["박영길", "1977-02-16", "공결", "", "", ""])
    reading = read_bytes(as_xlsx(Register(grid, [(1, 2, 1, 5)])))

    assert understood(reading) == {("p1", 1): C, ("p1", 2): C}


def test_a_time_merged_over_several_cells_is_a_problem() -> None:
    assert places(read_bytes(as_xlsx(merged(2, ["14:00~18:00", "", *"○○○○"], (2, 3, 2, 4))))) == [
        ("3D", "merged_times"),
        ("3E", "mark_missing"),
    ]


def test_a_mark_merged_over_several_people_is_a_problem() -> None:
    register = merged(2, list("○○○○○○"), (2, 5, 3, 5))
    assert ("3F", "merged_people") in places(read_bytes(as_xlsx(register)))


def test_a_merged_title_or_signature_is_no_mark() -> None:
    register = columns_register(footers=[["", "", "", "○", "○", "○"], ["※ 이상", *[""] * 8]])
    register.merged = [(6, 3, 6, 5), (7, 0, 7, 8)]
    assert understood(read_bytes(as_xlsx(register))) == TRUTH


def by_person(*, named: bool = False) -> Register:
    """Answer a register by rows in the order of people, the name on the first line of each only."""
    grid: Grid = [list(TIMED)]
    for (name, born), marks in zip(PEOPLE, MARKS, strict=True):
        for number, (day, mark) in enumerate(zip(DAYS, marks, strict=True)):
            identity = [name, born.isoformat()] if named or number == 0 else ["", ""]
            grid.append([*identity, day.isoformat(), *TIMES[mark]])
    return Register(grid)


def test_names_that_csv_has_lost_are_put_back_where_it_is_certain() -> None:
    reading = read_bytes(as_csv(by_person()))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("row", [7, 13])
def test_a_name_that_was_forgotten_is_never_guessed(row: int, named: bool) -> None:
    register = by_person(named=named)
    register.grid[row][:2] = ["", ""]
    reading = read_bytes(as_csv(register))

    assert (f"{row + 1}A", "name_missing") in places(reading)
    assert ".xlsx" in str(reading.problems[0])


def test_a_line_out_of_order_is_never_guessed() -> None:
    register = by_person()
    del register.grid[4]
    codes = {code for _, code in places(read_bytes(as_csv(register)))}

    assert codes == {"name_missing"}


def halves(register: Register, gap: int = 1, *, above: int = 0) -> Register:
    """Answer the register with its last two people in a table of their own to the right."""
    head, people = register.grid[0], register.grid[1:]
    left, right = [head, *people[:3]], [[""] * len(head)] * above + [head, *people[3:]]
    height = max(len(left), len(right))
    left += [[""] * len(head)] * (height - len(left))
    right += [[""] * len(head)] * (height - len(right))
    return Register([[*one, *[""] * gap, *other] for one, other in zip(left, right, strict=True)])


@pytest.mark.parametrize("gap", [0, 1, 2])
@pytest.mark.parametrize("above", [0, 1, 2])
@pytest.mark.parametrize("write", [as_xlsx, as_csv], ids=["xlsx", "csv"])
def test_tables_side_by_side_are_both_read(gap: int, above: int, write: Any) -> None:
    reading = read_bytes(write(halves(columns_register(tail=()), gap, above=above)))

    assert [str(problem) for problem in reading.problems] == []
    assert understood(reading) == TRUTH
    assert reading.people_missing == ()


def test_sessions_that_go_on_in_a_table_to_the_right_are_read() -> None:
    register = columns_register(tail=())
    grid = [[*row[:6], "", *row[:3], *row[6:9]] for row in register.grid]
    reading = read_bytes(as_xlsx(Register(grid)))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


def test_one_session_beside_another_is_told_by_the_line_above_it() -> None:
    grid: Grid = [
        ["3월 9일 출석부", "", "", "", "3월 11일 출석부", "", ""],
        [*["성명", "생년월일", "출결", ""] * 2][:7],
    ]
    for (name, born), marks in zip(PEOPLE, MARKS, strict=True):
        one = [name, born.isoformat()]
        grid.append([*one, SYMBOLS[marks[0]], "", *one, SYMBOLS[marks[1]]])
    reading = read_bytes(as_xlsx(Register(grid)))

    assert reading.problems == ()
    assert understood(reading) == {place: mark for place, mark in TRUTH.items() if place[1] < 3}


def test_rows_of_records_side_by_side_are_both_read() -> None:
    register = rows_register(header=("일자", "성명", "생년월일", "출결"))
    head, rows = register.grid[0], register.grid[1:]
    grid = [[*head, "", *head], *([*one, "", *other] for one, other in zip(rows[:15], rows[15:], strict=True))]

    assert understood(read_bytes(as_csv(Register(grid)))) == TRUTH


def test_two_words_for_people_in_one_table_are_one_table() -> None:
    register = columns_register(identity=("연번", "수강생", "생년월일"))
    register.grid = [[row[0], "신청자" if n == 0 else row[1], *row[1:]] for n, row in enumerate(register.grid)]
    reading = read_bytes(as_xlsx(register))

    assert understood(reading) == TRUTH
    assert replace(reading, entries=()).problems == ()


def test_a_sheet_of_nothing_but_merged_areas_is_answered_soon() -> None:
    grid = columns_register().grid
    rows = tuple(tuple(cell or None for cell in row) for row in [grid[0], *[grid[2]] * 4_000])
    sheet = Sheet("출석부", rows, (MergedRange(1, 4, 3_999, 8),) * 2_000)
    started = perf_counter()
    reading = read(Workbook("출석부.xlsx", (sheet,)), PLAN, RULES)

    assert not reading.accepted
    assert perf_counter() - started < 10
