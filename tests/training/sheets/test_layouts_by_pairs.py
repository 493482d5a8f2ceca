"""Registers with coming and going on lines of their own: 입실 above 퇴실, or one event of a door terminal a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from app.training.attendance_sheet import AttendanceReading
from tests.training.sheets.registers import (
    DAYS,
    MARKS,
    PEOPLE,
    SYMBOLS,
    TIMES,
    TRUTH,
    C,
    Grid,
    Register,
    X,
    as_csv,
    as_xlsx,
    clock,
    read_bytes,
    understood,
)

HEADS = [f"{day.month}/{day.day}" for day in DAYS]


def two_lines(
    ways: tuple[str, str] = ("입실", "퇴실"), *, merged: bool = False, repeated: bool = False, head: str = "구분"
) -> Register:
    """Answer a register in which each person has a line of coming and one of going."""
    grid: Grid = [["연번", "성명", "생년월일", head, *HEADS, "비고"]]
    merges = []
    for number, ((name, born), marks) in enumerate(zip(PEOPLE, MARKS, strict=True), start=1):
        top = len(grid)
        came, went = ([TIMES[mark][way] for mark in marks] for way in (0, 1))
        identity = [number, name, born.isoformat()]
        grid.append([*identity, ways[0], *came, ""])
        grid.append([*(identity if repeated else ["", "", ""]), ways[1], *went, ""])
        if merged:
            merges += [(top, column, top + 1, column) for column in range(3)]
    grid.append(["", "합계", "", "", *["5"] * 6])
    return Register(grid, merges)


def three_lines() -> Register:
    register = two_lines()
    grid = register.grid[:1]
    for number, marks in enumerate(MARKS):
        came, went = register.grid[1 + 2 * number : 3 + 2 * number]
        grid += [came, went, ["", "", "", "출결", *(SYMBOLS[mark] for mark in marks)]]
    return Register(grid)


def events(*, dated: bool = False, bare: bool = False) -> Register:
    """Answer a log of a door terminal: each line one coming or going."""
    grid: Grid = [["일시", "성명", "생년월일", "구분"] if dated else ["일자", "성명", "생년월일", "구분", "시각"]]
    for session, day in enumerate(DAYS):
        for (name, born), marks in zip(PEOPLE, MARKS, strict=True):
            for way, moment in zip(("입실", "퇴실"), TIMES[marks[session]], strict=True):
                if not moment[:1].isdigit():
                    continue
                left = bare and way == "퇴실"
                identity = ["", ""] if left else [name, born.isoformat()]
                on = "" if left else day.isoformat()
                grid.append([f"{day} {moment}", *identity, way] if dated else [on, *identity, way, moment])
    return Register(grid)


@dataclass(frozen=True)
class Case:
    name: str
    write: Callable[[], bytes]


CASES = [
    Case("in XLSX", lambda: as_xlsx(two_lines())),
    Case("names merged", lambda: as_xlsx(two_lines(merged=True))),
    Case("names on both lines", lambda: as_csv(two_lines(repeated=True), "cp949")),
    Case("names lost in CSV", lambda: as_csv(two_lines())),
    Case("등원 and 하원", lambda: as_csv(two_lines(("등원", "하원")))),
    Case("under no head", lambda: as_xlsx(two_lines(head=""))),
    Case("marks on a third line", lambda: as_xlsx(three_lines())),
    Case("출근 and 퇴근", lambda: as_xlsx(two_lines(("출근시각", "퇴근시각"), head="시간"))),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_line_of_coming_above_one_of_going(case: Case) -> None:
    reading = read_bytes(case.write())

    assert [str(problem) for problem in reading.problems] == []
    assert understood(reading) == TRUTH
    assert reading.people_missing == ()


@pytest.mark.parametrize("written", [events(), events(dated=True), events(bare=True)], ids=["times", "dates", "bare"])
def test_events_of_a_door_terminal(written: Register) -> None:
    reading = read_bytes(as_csv(written), "출입기록.csv")

    assert [str(problem) for problem in reading.problems] == []
    assert understood(reading) == {place: mark for place, mark in TRUTH.items() if mark not in (X, C)}


def test_an_entry_leads_to_the_cell_of_the_file() -> None:
    register = two_lines()
    register.grid[3][5], register.grid[4][5] = "14:30", "18:02"
    by_lines = {(e.person_key, e.session_number): e for e in read_bytes(as_xlsx(register)).entries}
    by_events = {(e.person_key, e.session_number): e for e in read_bytes(as_csv(events())).entries}

    entry = by_lines["p1", 2]
    assert (entry.row, entry.column, entry.check_in, entry.check_out) == (4, "F", clock("14:30"), clock("18:02"))
    assert (by_events["p0", 1].row, by_events["p0", 1].column) == (2, "E")


def places(reading: AttendanceReading) -> list[tuple[str, str]]:
    return [(f"{problem.row}{problem.column}", problem.code) for problem in reading.problems]


def changed(row: int, column: int, value: str) -> AttendanceReading:
    register = two_lines()
    register.grid[row][column] = value
    return read_bytes(as_xlsx(register))


def test_what_is_wrong_is_said_at_the_line_it_is_on() -> None:
    assert places(changed(4, 5, "아홉시")) == [("5F", "bad_time")]
    assert places(changed(2, 4, "12:00")) == [("3E", "check_out_before_check_in")]
    assert places(changed(2, 3, "입실")) == [
        ("2D", "pair_incomplete"),
        ("3B", "name_missing"),
        ("3D", "pair_incomplete"),
    ]
    assert ("4D", "way_missing") in places(changed(3, 3, ""))


def test_going_out_and_coming_back_is_for_the_centre_to_say() -> None:
    register = events()
    register.grid.insert(3, [DAYS[0].isoformat(), *register.grid[1][1:3], "입실", "16:30"])
    again = read_bytes(as_csv(register))

    assert places(again) == [("4D", "reentry")]
    assert "‘외출’이라고 적어" in str(again.problems[0])
    register.grid[3][3] = "복귀"
    assert places(read_bytes(as_csv(register))) == [("4D", "reentry")]

    lines = three_lines()
    lines.grid[3][3:5] = ["외출", "16:00"]
    assert ("4D", "reentry") in places(read_bytes(as_xlsx(lines)))
