"""Coming and going in one cell: an empty cell then says, as in columns of times, that nobody came."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.training.policy import Mark
from app.training.sheet_values import read_time
from tests.training.sheets.registers import (
    TIMES,
    TRUTH,
    Grid,
    Register,
    as_xlsx,
    columns_register,
    read_bytes,
    rows_register,
    understood,
)


@pytest.mark.parametrize("joint", ["~", "-", " ~ ", "/", "\n"])
@pytest.mark.parametrize("nothing", ["", "-"])
def test_a_column_for_each_session(joint: str, nothing: str) -> None:
    cells = {mark: joint.join(times) if times[1] else times[0] or nothing for mark, times in TIMES.items()}

    reading = read_bytes(as_xlsx(columns_register(symbols=cells)))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


def test_a_row_for_each_session() -> None:
    header = ("일자", "성명", "생년월일", "입실시각", "퇴실시각")
    grid: Grid = [["일자", "성명", "생년월일", "출입시간"]]
    for *who, came, went in rows_register(header=header).grid[1:]:
        grid.append([*who, f"{came}~{went}" if went else came])

    reading = read_bytes(as_xlsx(Register(grid)))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


def test_an_empty_cell_among_marks_is_still_asked_about() -> None:
    register = columns_register(symbols=dict.fromkeys(Mark, "○"))
    register.grid[2][4] = ""
    register.grid[3][4:6] = ["13:55~18:02", "13:55~18:02"]

    assert [problem.code for problem in read_bytes(as_xlsx(register)).problems] == ["mark_missing"]


@pytest.mark.parametrize(
    ("value", "clock", "day"),
    [
        ("093000", "09:30", None),
        (93000, "09:30", None),
        (73000, "07:30", None),
        ("2026-05-11T09:30:00+09:00", "09:30", date(2026, 5, 11)),
        ("2026-05-11T00:30:00Z", "09:30", date(2026, 5, 11)),
        ("2026-05-10T23:30:00.5Z", "08:30", date(2026, 5, 11)),
        ("256000", None, None),
        (46153.395833333336, "09:30", date(2026, 5, 11)),
    ],
)
def test_moments_of_machines(value: Any, clock: str | None, day: date | None) -> None:
    found = read_time(value)

    assert (found and f"{found.time:%H:%M}") == clock
    if found is not None and day is not None:
        assert found.date is not None
        assert found.date.is_day(day)
