"""Parts a sheet on which tables of people stand side by side: name … | name …"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from app.core.sheets import Cell, Sheet
from app.training.attendance_head_words import parse_head
from app.training.sheet_words import Field, field_of, is_ignored, plain

Place = tuple[int, int]
MAX_TABLES = 20
_RECORDS = (Field.MARK, Field.CHECK_IN, Field.CHECK_OUT, Field.DATE, Field.BIRTH_DATE)


def parts_of(sheet: Sheet, anchors: Sequence[int]) -> list[Sheet]:
    """Answer the sheet once for each table that stands beside another, without the columns of the others.

    Every cell stays where it is. A sheet whose tables stand one below the other is answered alone.
    """
    rows_of: dict[int, list[int]] = {}
    for row in anchors:
        for column, cell in enumerate(sheet.rows[row]):
            if field_of(cell) is Field.NAME:
                rows_of.setdefault(column, []).append(row)
    starts = {0}
    for first, second in combinations(sorted(rows_of)[:MAX_TABLES], 2):
        shared = [row for row in rows_of[second] if row in rows_of[first]]
        left = ((shared or rows_of[first])[0], first)
        right = ((shared or rows_of[second])[0], second)
        if _beside(sheet, left, right):
            starts.add(_start(sheet, left, right))
    if len(starts) == 1:
        return [sheet]
    return [_only(sheet, first, end) for first, end in pairwise([*sorted(starts), sheet.width])]


def _beside(sheet: Sheet, left: Place, right: Place) -> bool:
    """Whether two columns of names belong to tables of their own that share lines."""
    if left[0] == right[0]:
        start = _start(sheet, left, right)
        end = len(sheet.rows[left[0]])
        return _holds_records(sheet, left[0], left[1], start) and _holds_records(sheet, right[0], right[1], end)
    upper, lower = sorted((left, right))
    beside = sheet.cell(lower[0], upper[1])
    return beside is not None and field_of(beside) is None and not is_ignored(beside) and not _is_session(beside)


def _holds_records(sheet: Sheet, row: int, first: int, end: int) -> bool:
    # The numbers of sessions may stand one line above or below the names.
    lines = range(max(0, row - 1), min(sheet.height, row + 2))
    cells = [sheet.cell(line, column) for line in lines for column in range(first, end)]
    return any(field_of(cell) in _RECORDS or _is_session(cell) for cell in cells)


def _is_session(cell: Cell) -> bool:
    return parse_head(cell).names_session


def _start(sheet: Sheet, left: Place, right: Place) -> int:
    """Answer where the right table begins: left of its names stands what stands left of the other names."""
    start = right[1]
    for step in range(1, right[1] - left[1]):
        own = sheet.cell(right[0], right[1] - step)
        beside = sheet.cell(left[0], left[1] - step)
        if own is None or plain(own) != plain(beside):
            break
        start = right[1] - step
    return start


def _only(sheet: Sheet, first: int, end: int) -> Sheet:
    rows = tuple(tuple(cell if first <= c < end else None for c, cell in enumerate(row[:end])) for row in sheet.rows)
    merged = tuple(area for area in sheet.merged if first <= area.left and area.right < end)
    return replace(sheet, rows=rows, merged=merged)
