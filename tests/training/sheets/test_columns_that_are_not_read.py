"""Columns beside the sessions: never taken for one, and named in the preview so that the clerk sees them."""

from __future__ import annotations

import pytest

from app.training.attendance_sheet import AttendanceReading
from tests.training.sheets.registers import (
    DAYS,
    TRUTH,
    Register,
    as_csv,
    as_xlsx,
    columns_register,
    read_bytes,
    rows_register,
    understood,
)

NUMBERED = [f"{n}회차" for n in range(1, 7)]
DATED = [f"{day.month}/{day.day}" for day in DAYS]


def beside(heads: list[str], *titles: str, cell: str = "○") -> Register:
    register = columns_register(heads, tail=titles)
    for row in register.grid[1:]:
        row[9:] = [cell] * len(titles)
    return register


def unread(reading: AttendanceReading) -> list[str]:
    return [f"{column.title}({column.column})" for column in reading.unread]


@pytest.mark.parametrize("heads", [NUMBERED, DATED], ids=["numbers", "dates"])
@pytest.mark.parametrize(
    "title",
    [
        "과제 3회",
        "과제3회",
        "면담일(3/13)",
        "면담 3/13",
        "개별상담(3.13)",
        "보충 1회",
        "보강(3/16)",
        "결석 3회",
        "지각 2회",
        "출석 12회",
        "총 15회",
        "출석(총 6회)",
        "시험(3/20)",
        "과제 제출 2회차",
        "3회차 과제",
        "3/13 과제",
    ],
)
@pytest.mark.parametrize("cell", ["○", "2"])
def test_what_only_looks_like_a_session_is_none(heads: list[str], title: str, cell: str) -> None:
    if heads is DATED and title == "3회차 과제":
        title = "3/13(금) 과제"
    reading = read_bytes(as_xlsx(beside(heads, title, cell=cell)))

    assert [str(problem) for problem in reading.problems] == []
    assert understood(reading) == TRUTH
    assert unread(reading) == [f"{title}(J)"]


def test_a_group_of_homework_beside_the_sessions_is_not_read() -> None:
    register = beside(NUMBERED, "1회", "2회")
    register.grid.insert(0, ["", "", "", "출석", *[""] * 5, "과제", ""])
    register.merged = [(0, 3, 0, 8), (0, 9, 0, 10)]
    reading = read_bytes(as_xlsx(register))

    assert reading.problems == ()
    assert understood(reading) == TRUTH
    assert unread(reading) == ["1회(J)", "2회(K)"]


@pytest.mark.parametrize(
    "spelling",
    ["{n}회차 과제 발표({d.month}/{d.day})", "{n}회차 보강", "{d.month}/{d.day} 평가", "출석 {n}회", "이론 {n}회차"],
)
def test_a_topic_beside_the_number_of_a_session_does_no_harm(spelling: str) -> None:
    heads = [spelling.format(n=n, d=day) for n, day in enumerate(DAYS, start=1)]
    reading = read_bytes(as_xlsx(columns_register(heads)))

    assert [str(problem) for problem in reading.problems] == []
    assert understood(reading) == TRUTH


def test_columns_that_are_not_read_are_named() -> None:
    register = columns_register(identity=("연번", "성명", "소속", "생년월일"), tail=("비고", "출석률", "", "서명"))
    register.grid[2][10:] = ["허리 통증", "83%", "메모", ""]
    assert unread(read_bytes(as_xlsx(register))) == ["소속(C)", "비고(K)", "출석률(L)", "(M)"]

    rows = rows_register(header=("과정명", "일자", "성명", "생년월일", "입실", "퇴실"))
    rows.grid = [[*row, note] for row, note in zip(rows.grid, ["비고", *["정상"] * 30], strict=True)]
    assert unread(read_bytes(as_csv(rows))) == ["비고(G)"]


def test_a_register_that_is_read_whole_leaves_nothing() -> None:
    assert read_bytes(as_xlsx(columns_register())).unread == ()
    assert read_bytes(as_csv(rows_register())).unread == ()
