"""Birth dates behind the name, as moments, or as years alone: what tells one person is enough."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.training.sheets.registers import PEOPLE, TRUTH, as_xlsx, columns_register, read_bytes, understood


@pytest.mark.parametrize(
    "spelling",
    ["{name}({born:%y%m%d})", "{name}\n{born:%Y.%m.%d}", "{name} {born:%Y-%m-%d}", "{name} ('{born:%y.%m.%d})"],
)
def test_a_birth_date_may_stand_behind_the_name(spelling: str) -> None:
    register = columns_register(identity=("연번", "성명"))
    for row, (name, born) in zip(register.grid[1:], PEOPLE, strict=True):
        row[1] = spelling.format(name=name, born=born)

    reading = read_bytes(as_xlsx(register))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


def test_a_wrong_birth_date_behind_the_name_is_a_problem() -> None:
    register = columns_register(identity=("연번", "성명"))
    register.grid[2][1] = "박영길(770217)"

    codes = {(problem.row, problem.column): problem.code for problem in read_bytes(as_xlsx(register)).problems}
    assert codes[3, "B"] == "birth_date_mismatch"


@pytest.mark.parametrize(
    "spelling", [lambda b: f"{b} 00:00:00", lambda b: f"{b}T00:00:00", lambda b: b.year, lambda b: f"{b.year}년생"]
)
def test_moments_and_years_tell_people(spelling: Callable[[date], object]) -> None:
    reading = read_bytes(as_xlsx(columns_register(birth=spelling)))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


def test_a_year_that_nobody_of_the_name_was_born_in_is_a_problem() -> None:
    register = columns_register(birth=lambda born: born.year)
    register.grid[2][2] = 1978

    assert [(p.row, p.column, p.code) for p in read_bytes(as_xlsx(register)).problems] == [(3, "C", "bad_birth_date")]
