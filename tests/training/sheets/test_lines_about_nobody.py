"""Totals, signatures and notes below the people are no records; a record whose name was forgotten is asked about."""

from __future__ import annotations

from typing import Any

import pytest

from tests.training.sheets.registers import TRUTH, as_csv, as_xlsx, columns_register, read_bytes, understood

IDENTITY = ("번호", "소속", "성명", "생년월일")


@pytest.mark.parametrize(
    "line",
    [
        ["출석", "", "", "", 4, 4, 3, 3, 4, 5],
        ["결석", "", "", "", 0, 1, 1, 1, 0, 0],
        ["", "지각", "", "", 1, 0, 1, 0, 0, 1],
        ["", "", "", "", "4명", "4명", "3명", "3명", "4명", "5명"],
        ["", "", "", "", "80%", "80%", "60%", "60%", "80%", "100%"],
        ["", "", "", "", "(서명)", "", "(서명)"],
        ["서울도시재생교육원장", "", "", "(직인)"],
        ["", "", "교육원장", "(직인)"],
        ["", "", "", "", "", "서울도시재생교육원장 (인)"],
    ],
)
@pytest.mark.parametrize("as_text", [False, True])
def test_a_line_below_the_people_is_passed_over(line: list[Any], as_text: bool) -> None:
    register = columns_register(identity=IDENTITY, footers=[line])

    reading = read_bytes(as_csv(register) if as_text else as_xlsx(register))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


@pytest.mark.parametrize(
    "line",
    [
        ["6", "성동구", "", "1990-01-02", "○", "○", "○", "○", "○", "○"],
        ["6", "성동구", "", "", "○", "×", "○", "○", "○", "○"],
        ["6", "", "", "", 1, 0, 1, 1, 1, 1],
        ["6", "", "", "", "참석?", "참석?", "", "", "", ""],
        ["6", "", "", "", "13:55~18:02"],
    ],
)
def test_a_record_without_a_name_is_asked_about(line: list[Any]) -> None:
    reading = read_bytes(as_xlsx(columns_register(identity=IDENTITY, footers=[line])))

    assert [(problem.row, problem.column, problem.code) for problem in reading.problems] == [(7, "C", "name_missing")]
