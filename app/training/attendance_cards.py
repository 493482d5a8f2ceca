"""Reads registers that say once above the lines what every line needs: a person's card, or the day of a section.

On a card, 성명 and 생년월일 stand beside their values, and below them is a table with a line for each session. In a
register by sections a line with nothing but a date stands above the lines of that day. Both become the form with a
line for each person and session; what is said about the person or the day names the cell above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.core.sheets import Cell, Sheet
from app.training.attendance_heads import Block
from app.training.attendance_pairs import JoinedSheet
from app.training.sheet_values import find_date, read_birth_dates, read_date
from app.training.sheet_words import Field, field_of, is_ignored

_CARD_ROWS = 6
_RECORDS = {Field.MARK, Field.CHECK_IN}
Place = tuple[int, int]


@dataclass(frozen=True)
class _Card:
    """Where the name and the birth date of one person stand, and the row that heads the lines below."""

    row: int
    name: Place
    birth: Place
    labels: tuple[Place, Place]
    head: int


def with_people_of_cards(sheet: Sheet) -> Sheet:
    """Answer the sheet with the person of each card in the lines below it; a sheet without cards as it is."""
    cards = list(_cards(sheet))
    if not cards:
        return sheet
    width = sheet.width
    added: dict[Place, tuple[Cell, Place]] = {}
    for card, after in zip(cards, [*(card.row for card in cards[1:]), sheet.height], strict=True):
        added[card.head, width] = ("성명", card.labels[0])
        added[card.head, width + 1] = ("생년월일", card.labels[1])
        days = [c for c, cell in enumerate(sheet.rows[card.head]) if field_of(cell) in (Field.DATE, Field.SESSION)]
        for row in range(card.head + 1, after):
            if any(sheet.cell(row, column) is not None for column in days):
                added[row, width] = (sheet.cell(*card.name), card.name)
                added[row, width + 1] = (sheet.cell(*card.birth), card.birth)
    return _with_columns(sheet, added, {row for card in cards for row in range(card.row, card.head)})


def _cards(sheet: Sheet) -> Iterator[_Card]:
    free = 0
    for row in range(sheet.height):
        name = _labelled(sheet, row, Field.NAME) if row >= free else None
        if name is None or not isinstance(sheet.cell(*name[1]), str):
            continue
        near = range(row, min(row + 3, sheet.height))
        births = (found for r in near if (found := _labelled(sheet, r, Field.BIRTH_DATE)) is not None)
        birth = next((found for found in births if read_birth_dates(sheet.cell(*found[1]))), None)
        head = next((r for r in range(row + 1, min(row + _CARD_ROWS, sheet.height)) if _heads_lines(sheet, r)), None)
        if birth is not None and head is not None and head > birth[0][0]:
            free = head + 1
            yield _Card(row, name[1], birth[1], (name[0], birth[0]), head)


def _labelled(sheet: Sheet, row: int, wanted: Field) -> tuple[Place, Place] | None:
    """Answer a label and the value to the right of it, None where another head or nothing follows."""
    cells = sheet.rows[row]
    for column, cell in enumerate(cells):
        if field_of(cell) is wanted:
            value = next((c for c in range(column + 1, len(cells)) if cells[c] is not None), None)
            if value is not None and field_of(cells[value]) is None and not is_ignored(cells[value]):
                return (row, column), (row, value)
    return None


def _heads_lines(sheet: Sheet, row: int) -> bool:
    fields = {field_of(cell) for cell in sheet.rows[row]}
    return Field.NAME not in fields and bool(fields & {Field.DATE, Field.SESSION}) and bool(fields & _RECORDS)


def with_days_of_sections(block: Block) -> Block:
    """Answer the block with the day of each section in the lines below it; one that tells its days as it is."""
    if block.by_columns or not _RECORDS & block.fields.keys():
        return block
    if {Field.DATE, Field.SESSION} & block.fields.keys():
        return block
    sheet, width = block.sheet, block.sheet.width
    added: dict[Place, tuple[Cell, Place]] = {}
    day: Place | None = None
    for row in range(block.first, block.last + 1):
        filled = [column for column, cell in enumerate(sheet.rows[row]) if cell is not None]
        if len(filled) == 1 and _is_day(sheet.cell(row, filled[0])):
            day = (row, filled[0])
        elif filled and day is None:
            return block  # Dates below the first line are those of signatures.
        elif filled and day is not None:
            added[row, width] = (_day(sheet.cell(*day)), day)
    if not added:
        return block
    return replace(block, sheet=_with_columns(sheet, added, set()), fields={**block.fields, Field.DATE: width})


def _is_day(cell: Cell) -> bool:
    return read_date(cell) is not None or (isinstance(cell, str) and _day(cell) is not None)


def _day(cell: Cell) -> Cell:
    """Answer the date of a line such as ■ 2026-05-11(월), None when there is more to it than a date."""
    if not isinstance(cell, str):
        return cell
    found = find_date(cell)
    rest = "" if found is None else cell[: found[1][0]] + cell[found[1][1] :]
    return cell[slice(*found[1])] if found is not None and not re.search(r"\w", rest) else None


def _with_columns(sheet: Sheet, added: Mapping[Place, tuple[Cell, Place]], emptied: set[int]) -> JoinedSheet:
    rows = [[] if row in emptied else list(cells) for row, cells in enumerate(sheet.rows)]
    for (row, column), (value, _) in added.items():
        rows[row] += [None] * (column + 1 - len(rows[row]))
        rows[row][column] = value
    origin = {place: source for place, (_, source) in added.items()}
    return JoinedSheet(sheet.name, tuple(map(tuple, rows)), sheet.merged, sheet.visible, origin)
