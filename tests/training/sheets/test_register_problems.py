"""What is wrong with a register is said at the cell, all of it at once, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app.core.sheet_problems import MAX_PROBLEMS
from app.training.attendance_sheet import AttendanceReading
from tests.training.sheets.registers import (
    DAYS,
    PLAN,
    TRUTH,
    L,
    Register,
    as_csv,
    as_xlsx,
    columns_register,
    read_bytes,
    rows_register,
    understood,
)

TIMED = ("일자", "성명", "생년월일", "입실", "퇴실")


def changed(row: int, column: int, value: Any, make: Callable[[], Register] = columns_register) -> Register:
    """Answer the register with one cell of its grid replaced (counted from 0)."""
    register = make()
    register.grid[row][column] = value
    return register


def timed() -> Register:
    return rows_register(header=TIMED)


def places(reading: AttendanceReading) -> list[tuple[str, str]]:
    return [(f"{problem.row}{problem.column}", problem.code) for problem in reading.problems]


@dataclass(frozen=True)
class Case:
    name: str
    make: Callable[[], Register]
    place: str
    code: str
    words: tuple[str, ...] = ()


CASES = [
    Case("unknown mark", lambda: changed(2, 4, "?"), "3E", "unknown_mark", ("?",)),
    Case("sick leave is not for us to judge", lambda: changed(2, 4, "병결"), "3E", "unknown_mark", ("병결",)),
    Case("two opposite words", lambda: changed(2, 4, "결석(공결)"), "3E", "unknown_mark"),
    Case("a slash among circles and crosses", lambda: changed(2, 5, "/"), "3F", "ambiguous_mark", ("범례",)),
    Case("a nought among circles", lambda: changed(2, 5, 0), "3F", "ambiguous_mark"),
    Case("a black circle among white ones", lambda: changed(2, 5, "●"), "3F", "ambiguous_mark"),
    Case("a black triangle among white ones", lambda: changed(2, 5, "▲"), "3F", "ambiguous_mark"),
    Case("a dash", lambda: changed(2, 5, "-"), "3F", "unknown_mark"),
    Case("a lone empty cell", lambda: changed(2, 5, ""), "3F", "mark_missing", ("비어",)),
    Case("one time where marks are", lambda: changed(2, 5, "14:20"), "3F", "one_time_only"),
    Case("impossible date", lambda: changed(0, 4, "2회차(02.30)"), "1E", "impossible_date", ("2. 30.", "3. 11.")),
    Case("no session that day", lambda: changed(0, 4, "2회차(03.12)"), "1E", "not_a_session_date", ("3. 12.",)),
    Case("another session's day", lambda: changed(0, 4, "2회차(03.13)"), "1E", "session_contradiction", ("3회차",)),
    Case("no such session", lambda: changed(0, 4, "17회차"), "1E", "no_such_session", ("6회차",)),
    Case("a session twice", lambda: changed(0, 4, "1회차(03.09)"), "1E", "duplicate_session", ("D열", "E열")),
    Case("unknown person", lambda: changed(2, 1, "김없음"), "3B", "unknown_person", ("박영길",)),
    Case("another birth date", lambda: changed(2, 2, "1977-02-17"), "3C", "birth_date_mismatch", ("17.", "16.")),
    Case("unreadable birth date", lambda: changed(2, 2, "모름"), "3C", "bad_birth_date"),
    Case("namesakes without a birth date", lambda: changed(1, 2, ""), "2C", "birth_date_missing", ("2명",)),
    Case("no name", lambda: changed(2, 1, ""), "3B", "name_missing"),
    Case("unreadable time", lambda: changed(2, 3, "오후", timed), "3D", "bad_time", ("오후",)),
    Case("out before in", lambda: changed(2, 4, "13:00", timed), "3E", "check_out_before_check_in", ("13:00",)),
    Case("unreadable date", lambda: changed(2, 0, "어제", timed), "3A", "bad_date", ("어제",)),
    Case("no date", lambda: changed(2, 0, "", timed), "3A", "no_session"),
    Case("a row on another day", lambda: changed(2, 0, "2026-03-10", timed), "3A", "not_a_session_date"),
    Case("a row on no day", lambda: changed(2, 0, "2026-02-30", timed), "3A", "impossible_date"),
    Case("another day in the time", lambda: changed(2, 3, "2026-03-11 13:55", timed), "3D", "date_contradiction"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_problem_names_its_cell(case: Case) -> None:
    reading = read_bytes(as_xlsx(case.make()))

    assert places(reading) == [(case.place, case.code)]
    for word in case.words:
        assert word in str(reading.problems[0].message)
    assert not reading.accepted


def test_all_problems_are_told_at_once_in_reading_order() -> None:
    register = changed(3, 4, "?")
    register.grid[1][5] = "!"
    register.grid[2][1] = "김없음"
    reading = read_bytes(as_xlsx(register))

    assert places(reading) == [("2F", "unknown_mark"), ("3B", "unknown_person"), ("4E", "unknown_mark")]


def test_problems_come_to_an_end() -> None:
    grid = [list(TIMED), *([["2026-03-09", "박영길", "1977-02-16", "아홉시", ""]] * 500)]

    assert len(read_bytes(as_csv(Register(grid))).problems) == MAX_PROBLEMS


def test_namesakes_need_a_column_of_birth_dates() -> None:
    register = columns_register()
    register.grid = [[*row[:2], *row[3:]] for row in register.grid]
    reading = read_bytes(as_xlsx(register))

    assert places(reading) == [("2B", "birth_date_column_missing"), ("5B", "birth_date_column_missing")]


def test_the_same_person_twice_names_both_rows() -> None:
    register = columns_register()
    register.grid.append(list(register.grid[2]))
    reading = read_bytes(as_xlsx(register))

    assert places(reading) == [("7B", "same_person_twice")]
    assert "3행과 7행" in str(reading.problems[0])


def test_the_same_person_and_session_twice_names_both_rows() -> None:
    register = timed()
    register.grid.append(list(register.grid[3]))
    reading = read_bytes(as_csv(register))

    assert places(reading) == [("32D", "duplicate_entry")]
    assert "4행" in str(reading.problems[0])


def test_two_sheets_that_disagree_are_a_problem() -> None:
    other = changed(1, 3, "×")
    other.name = "사본"
    reading = read_bytes(as_xlsx(columns_register(), other))

    assert [(p.sheet, p.row, p.column, p.code) for p in reading.problems] == [("사본", 2, "D", "duplicate_entry")]


def test_an_empty_column_is_a_session_not_held_yet() -> None:
    register = columns_register()
    for row in register.grid[1:]:
        row[8] = ""
    reading = read_bytes(as_xlsx(register))

    assert reading.accepted
    assert understood(reading) == {place: mark for place, mark in TRUTH.items() if place[1] != 6}
    assert reading.sessions_missing == (6,)
    assert [w.code for w in reading.warnings] == ["sessions_missing", "session_not_recorded"]


def test_an_empty_row_is_a_person_not_recorded_yet() -> None:
    register = columns_register()
    register.grid[2][3:9] = [""] * 6
    reading = read_bytes(as_xlsx(register))

    assert reading.accepted
    assert understood(reading) == {place: mark for place, mark in TRUTH.items() if place[0] != "p1"}
    assert [w.code for w in reading.warnings] == ["person_not_recorded"]


def test_people_missing_from_the_file_are_a_warning() -> None:
    register = columns_register()
    del register.grid[2]
    reading = read_bytes(as_xlsx(register))

    assert reading.accepted
    assert reading.people_missing == ("p1",)
    assert "박영길" in str(reading.warnings[0])


def test_a_wrong_weekday_is_a_warning_only() -> None:
    reading = read_bytes(as_xlsx(changed(0, 3, "3.9(화)")))

    assert reading.accepted
    assert [(w.row, w.column, w.code) for w in reading.warnings] == [(1, "D", "weekday_mismatch")]


def test_dates_that_all_miss_mean_another_cohort() -> None:
    register = columns_register([f"{n}회차({d.month + 2}/{d.day})" for n, d in enumerate(DAYS, 1)])
    reading = read_bytes(as_xlsx(register))

    assert places(reading) == [("1D", "wrong_cohort")]
    assert "2026. 3. 9. ~ 2026. 3. 20." in str(reading.problems[0])
    assert "5. 9. ~ 5. 20." in str(reading.problems[0])


def test_last_years_dates_mean_another_cohort() -> None:
    register = rows_register(header=TIMED, day=lambda d: d.replace(year=2025).isoformat())
    reading = read_bytes(as_csv(register))

    assert places(reading) == [("2A", "wrong_cohort")]
    assert reading.entries == ()


def test_another_course_in_the_rows_is_a_problem_and_another_cohort_name_a_warning() -> None:
    register = rows_register()
    for row in register.grid[1:]:
        row[0] = "주민참여 일반교육"
        row[1] = "3차"
    reading = read_bytes(as_csv(register))

    assert places(reading) == [("2A", "wrong_course")]
    assert [(w.row, w.column, w.code) for w in reading.warnings] == [(2, "B", "other_cohort_name")]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (["성명", "생년월일", "연락처"], "no_session_columns"),
        (["성명", "생년월일", "일자", "입실"], "time_column_missing"),
        (["성명", "생년월일", "출결"], "no_session"),
        (["생년월일", "1회차", "2회차"], "no_name_column"),
        (["가", "나", "다"], "no_register"),
    ],
)
def test_a_missing_column_is_named(header: list[str], code: str) -> None:
    reading = read_bytes(as_csv(Register([header, ["홍정훈", "1969-10-28", "○", "14:00"]])))

    assert [problem.code for problem in reading.problems] == [code]
    assert reading.entries == ()


def test_only_one_of_a_pair_of_times_is_a_problem() -> None:
    grid = [
        ["성명", "생년월일", "1회차 입실", "2회차 입실", "2회차 퇴실"],
        ["박영길", "1977-02-16", "14:00", "14:00", "18:00"],
    ]

    assert places(read_bytes(as_csv(Register(grid)))) == [("1C", "time_column_missing")]


def test_marks_against_times_are_a_problem() -> None:
    grid = [[*TIMED, "출결"], [DAYS[0].isoformat(), "박영길", "1977-02-16", "14:00", "18:00", "결석"]]

    assert places(read_bytes(as_csv(Register(grid)))) == [("2D", "mark_contradicts_times")]


def test_milder_differences_between_marks_and_times_are_a_warning() -> None:
    grid = [[*TIMED, "출결"], [DAYS[0].isoformat(), "박영길", "1977-02-16", "14:30", "18:00", "출석"]]
    reading = read_bytes(as_csv(Register(grid)))

    assert [entry.mark for entry in reading.entries] == [L]
    assert "mark_differs_from_times" in [warning.code for warning in reading.warnings]


@pytest.mark.parametrize("part", ["sessions", "people"])
def test_a_cohort_without_sessions_or_people_cannot_be_read_for(part: str) -> None:
    plan = replace(PLAN, sessions=()) if part == "sessions" else replace(PLAN, people=())

    assert [p.code for p in read_bytes(as_xlsx(columns_register()), plan=plan).problems] == ["empty_plan"]


def test_a_legend_that_calls_a_circle_absence_is_asked_about() -> None:
    register = columns_register(above=[["○ 결석, × 출석"]])

    reading = read_bytes(as_xlsx(register))

    assert {problem.code for problem in reading.problems} == {"disputed_mark"}
    assert reading.problems[0].row == 3


@pytest.mark.parametrize(
    "number", ["850315-1234567", "8503151234567", "850315 1234567", "８５０３１５－１２３４５６７"]
)
@pytest.mark.parametrize("where", ["name", "mark", "note", "title", "sheet", "file"])
def test_a_resident_number_anywhere_refuses_the_file_and_is_repeated_nowhere(where: str, number: str) -> None:
    register = columns_register(above=[["출석부"]])
    filename = "출석부.xlsx"
    cell = {"name": (2, 1), "mark": (2, 3), "note": (2, 9), "title": (0, 0)}.get(where)
    if cell:
        register.grid[cell[0]][cell[1]] = f"메모 {number}"
    elif where == "sheet":
        register.name = number
    else:
        filename = f"{number} 출석부.xlsx"
    reading = read_bytes(as_xlsx(register), filename)

    assert {problem.code for problem in reading.problems} == {"resident_number"}
    assert reading.entries == ()
    said = repr(reading) + "".join(map(str, reading.problems))
    assert "1234567" not in said
    assert "１２３４５６７" not in said


def test_a_resident_number_in_a_number_cell_is_found() -> None:
    reading = read_bytes(as_xlsx(changed(2, 9, 8503151234567)))

    assert places(reading) == [("3J", "resident_number")]
