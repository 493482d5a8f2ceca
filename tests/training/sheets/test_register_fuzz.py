"""Whatever a file holds, reading it ends in a SheetError or in a reading; nothing else is ever raised."""

from __future__ import annotations

import contextlib
import copy
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.core.sheets import MergedRange, Sheet, SheetError, Workbook, read_workbook
from app.training.attendance_sheet import read
from app.training.roster_sheet import read as read_roster
from tests.training.sheets.registers import PLAN, RULES, as_csv, columns_register, rows_register
from tests.training.sheets.test_layouts_by_pairs import events, two_lines

DATA = Path(__file__).parents[2] / "data"
CSV = (DATA / "attendance" / "2026-S1_입퇴실.csv").read_bytes()[:4000]
XLSX = (DATA / "attendance" / "2026-F1_출석부.xlsx").read_bytes()
TODAY = date(2026, 7, 1)
WORDS = [
    "성명",
    "생년월일",
    "1회차",
    "1회차(03.09)",
    "3/9",
    "3.9(월)",
    "2월30일",
    "99회차",
    "0회차",
    "입실",
    "퇴실",
    "일자",
    "회차",
    "교시",
    "1교시",
    "출결",
    "비고",
    "합계",
    "○",
    "×",
    "△",
    "/",
    "0",
    "1",
    "●",
    "▲",
    "공결",
    "조퇴",
    "결석(공결)",
    "09:30",
    "25:00",
    "9시",
    "오전",
    "홍정훈",
    "박영길",
    "1969-10-28",
    "691028",
    "2026-03-09",
    "20260309",
    "3월",
    "9일",
    "월",
    "13:55~18:02",
    "○=결석",
    "과정명",
    "기수",
    "2026년",
    "99999999999",
    "-1",
    "00/00",
    "0월0일",
    "13월",
    "//",
    "구분",
    "시각",
    "외출",
    "등원",
    "하원",
    "1회",
    "3월",
    "4월",
    "과제 3회",
    "면담일(3/13)",
    "9-Mar",
    "1=출석, 2=결석",
    "홍정훈A",
    "병가",
]
CELLS = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.text(max_size=12),
    st.integers(-10, 10**14),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
GRIDS = st.lists(st.lists(CELLS, max_size=9), max_size=9)
FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
Grid = list[list[str | int | float | bool | date | datetime | time | timedelta | None]]


def workbook(*grids: Grid) -> Workbook:
    return Workbook("a.xlsx", tuple(Sheet(f"시트{n}", tuple(map(tuple, grid))) for n, grid in enumerate(grids)))


def ends_well(book: Workbook) -> None:
    reading = read(book, PLAN, RULES)
    keys = {(entry.person_key, entry.session_number) for entry in reading.entries}

    assert len(keys) == len(reading.entries)
    assert all(0 <= entry.minutes <= 240 for entry in reading.entries)
    assert reading.problems or reading.people_found
    assert all(str(problem) for problem in (*reading.problems, *reading.warnings))
    roster = read_roster(book, TODAY)
    assert roster.people or roster.problems


def bytes_end_well(data: bytes) -> None:
    with contextlib.suppress(SheetError):
        ends_well(read_workbook(data, "a"))


@given(GRIDS, GRIDS)
@example([[float("nan"), float("inf")]], [["성명", "생년월일", "1회차"], ["홍정훈", float("nan"), "○"]])
@example([], [["1회차", "1회차"], ["성명", "1교시"]])
@settings(FUZZ, max_examples=150)
def test_any_cells_end_in_a_reading(first: Grid, second: Grid) -> None:
    ends_well(workbook(first, second))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), CELLS), min_size=1, max_size=12), st.booleans())
@settings(FUZZ, max_examples=150)
def test_a_good_register_with_some_cells_changed_ends_in_a_reading(
    changes: list[tuple[int, int, Any]], by_rows: bool
) -> None:
    grid = copy.deepcopy((rows_register() if by_rows else columns_register()).grid)
    for row, column, cell in changes:
        line = grid[row % len(grid)]
        line[column % len(line)] = cell
    ends_well(workbook(grid))


AREAS = st.lists(st.tuples(*[st.integers(0, 12)] * 4), max_size=6)


@given(GRIDS, AREAS)
@settings(FUZZ, max_examples=100)
def test_any_merged_cells_end_in_a_reading(grid: Grid, areas: list[tuple[int, int, int, int]]) -> None:
    merged = tuple(MergedRange(top, left, top + down, left + across) for top, left, down, across in areas)
    for cells in (grid, two_lines().grid, columns_register().grid, rows_register().grid):
        sheet = Sheet("3월", tuple(map(tuple, cells)), merged)
        ends_well(Workbook("a.xlsx", (sheet, replace(sheet, name="4월"))))


@given(st.lists(st.tuples(st.integers(0, 14), st.integers(0, 10), CELLS), min_size=1, max_size=12), st.booleans())
@settings(FUZZ, max_examples=100)
def test_lines_of_coming_and_going_with_some_cells_changed_end_in_a_reading(
    changes: list[tuple[int, int, Any]], by_events: bool
) -> None:
    grid = copy.deepcopy((events() if by_events else two_lines()).grid)
    for row, column, cell in changes:
        line = grid[row % len(grid)]
        line[column % len(line)] = cell
    ends_well(workbook(grid))


@given(st.lists(st.tuples(st.integers(0, len(CSV) - 1), st.integers(0, 255)), min_size=1, max_size=30))
@settings(FUZZ, max_examples=80)
def test_a_damaged_text_ends_well(changes: list[tuple[int, int]]) -> None:
    data = bytearray(CSV)
    for at, value in changes:
        data[at] = value
    bytes_end_well(bytes(data))


@given(st.integers(0, 2000), st.integers(0, 2000), st.sampled_from(["utf-8", "cp949", "utf-16"]))
@settings(FUZZ, max_examples=60)
def test_a_piece_of_a_text_ends_well(start: int, length: int, encoding: str) -> None:
    bytes_end_well(as_csv(columns_register(), encoding)[start : start + length])


@pytest.mark.long
@given(GRIDS, GRIDS)
@settings(FUZZ, max_examples=5_000)
def test_any_cells_end_in_a_reading_at_length(first: Grid, second: Grid) -> None:
    ends_well(workbook(first, second))


@pytest.mark.long
@given(st.lists(st.tuples(st.integers(0, len(XLSX) - 1), st.integers(0, 255)), min_size=1, max_size=40))
@settings(FUZZ, max_examples=1_000)
def test_a_damaged_workbook_ends_well_at_length(changes: list[tuple[int, int]]) -> None:
    data = bytearray(XLSX)
    for at, value in changes:
        data[at] = value
    bytes_end_well(bytes(data))
