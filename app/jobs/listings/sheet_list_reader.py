"""Reads a centre's own list of openings (XLSX, XLS, CSV and what `core.sheets` reads) by a mapping of columns."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from app.core.sheet_problems import Problem, SheetError
from app.core.sheets import Cell, Sheet, Workbook, read_workbook
from app.jobs.listings.listing import MAX_LISTINGS, Listing, Note, Reading, UnreadableList
from app.jobs.listings.listing_fields import Row, understand, with_default_employer
from app.jobs.listings.listing_text import web_address
from app.jobs.listings.sheet_columns import MAX_COLUMNS, Grid, Head, find_head, guess_columns
from app.jobs.openings.opening_sameness import normal_employer, normal_title


@dataclass(frozen=True)
class SheetList:
    """A table of openings as text: the sheet's name, its cells, its titles, and the rows that hold a resident number
    (from 0)."""

    name: str
    grid: Grid
    head: Head
    resident_rows: frozenset[int] = frozenset()


def open_sheet_list(data: bytes, filename: str) -> SheetList:
    """Find the table in a file. Raises `UnreadableList` when there is none or the file may not be read."""
    try:
        workbook = read_workbook(data, filename)
    except SheetError as error:
        raise UnreadableList("said", str(error.message)) from error
    return sheet_list_of(workbook)


def sheet_list_of(workbook: Workbook) -> SheetList:
    """Find the table in a workbook that was read; the first shown sheet that has one counts."""
    everywhere = [problem for problem in workbook.problems if not problem.row]
    if everywhere:
        raise UnreadableList("said", str(everywhere[0].message))
    shown = [sheet for sheet in workbook.sheets if sheet.visible] or list(workbook.sheets)
    refusal: UnreadableList | None = None
    for sheet in shown:
        grid = _grid(sheet)
        try:
            head = find_head(grid)
        except UnreadableList as error:
            refusal = refusal or error
            continue
        if len(grid) - head.row - 1 > MAX_LISTINGS:
            raise UnreadableList("too_many", f"{MAX_LISTINGS:,}")
        return SheetList(sheet.name, grid, head, _rows_of(workbook.problems, sheet.name))
    raise refusal or UnreadableList("no_table")


def read_sheet_list(
    table: SheetList, today: date, columns: Mapping[str, int] | None = None, employer: str = ""
) -> Reading:
    """Read the openings of a table. `columns` is what the columns mean (None: by their titles); `employer` whom
    rows are of that name nobody.

    Raises `UnreadableList` when no column says the title, or until when one can apply.
    """
    columns = guess_columns(table.head.titles) if columns is None else columns
    _demand(columns, employer)
    rows = [row for index in range(table.head.row + 1, len(table.grid)) if (row := _row(table, index, columns))]
    rows = [with_default_employer(row, employer) for row in rows]
    names = _external_ids(rows)
    listings: list[Listing] = []
    refused: list[Note] = []
    remarks: list[Note] = []
    for row, external_id in zip(rows, names, strict=True):
        if _line(row.place) in table.resident_rows:
            refused.append(Note(row.place, "", "resident_number", external_id=external_id))
            continue
        understood = understand(Row(row.values, row.place, external_id), today)
        remarks.extend(understood.remarks)
        if understood.listing is not None:
            listings.append(understood.listing)
        elif understood.refused is not None:
            refused.append(understood.refused)
    return Reading(tuple(listings), tuple(refused), tuple(remarks), len(rows), 1, True)


def _demand(columns: Mapping[str, int], employer: str) -> None:
    if "title" not in columns:
        raise UnreadableList("no_title_column")
    if "deadline" not in columns and "period" not in columns:
        raise UnreadableList("no_deadline_column")
    if "employer" not in columns and not employer:
        raise UnreadableList("no_employer_column")


def _row(table: SheetList, index: int, columns: Mapping[str, int]) -> Row | None:
    cells = table.grid[index]
    values = {field: cells[column] for field, column in columns.items() if column < len(cells)}
    filled = [value for value in values.values() if value.strip()]
    # A line with one cell alone is a note or a total below the table, and no opening.
    if not filled or (len(filled) == 1 and len(columns) > 2 and not values.get("title", "").strip()):
        return None
    if len(filled) == 1 and re.match(r"\s*[※*▶■-]", filled[0]):
        return None
    if [cell.strip() for cell in cells[: len(table.head.titles)]] == list(table.head.titles):
        return None  # The titles again, on the next printed page.
    return Row(values, f"{table.name}:{index + 1}")


def _external_ids(rows: list[Row]) -> list[str]:
    """Name each row: by its number, else by its link when no other row has it, else by employer, title and place."""
    numbers = Counter(row.values.get("external_id", "").strip() for row in rows)
    links = Counter(web_address(row.values.get("link", "")) for row in rows)
    seen: Counter[str] = Counter()
    names: list[str] = []
    for row in rows:
        number, link = row.values.get("external_id", "").strip(), web_address(row.values.get("link", ""))
        if number and numbers[number] == 1:
            name = number
        elif link and links[link] == 1:
            name = hashlib.sha256(link.encode()).hexdigest()[:40]
        else:
            parts = (row.values.get(key, "") for key in ("employer", "title", "region"))
            employer, title, region = parts
            said = f"{normal_employer(employer).name}\n{normal_title(title)}\n{''.join(region.split())}"
            name = hashlib.sha256(said.encode()).hexdigest()[:40]
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return names


def _grid(sheet: Sheet) -> Grid:
    merged = sheet.merged_values()
    width = min(sheet.width, MAX_COLUMNS)
    return tuple(
        tuple(_text(merged.get((row, column), sheet.cell(row, column))) for column in range(width))
        for row in range(sheet.height)
    )


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _rows_of(problems: tuple[Problem, ...], sheet: str) -> frozenset[int]:
    return frozenset(problem.row for problem in problems if problem.sheet == sheet)


def _line(place: str) -> int:
    return int(place.rpartition(":")[2])
