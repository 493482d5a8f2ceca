"""Understands the heads of a register: where the table begins, what each column is about.

A register's head is one row or several: dates above or below the numbers of the sessions, 입실 and 퇴실 under a date,
periods (교시) under a date, a month above its days. The row that names the column of people is the anchor; rows that
belong to it above and below are found, and each column is read as the stack of what stands above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from app.core.sheets import Cell, Sheet
from app.training.attendance_head_words import HOURS_FROM, Role, parse_head
from app.training.attendance_marks import looks_like_mark
from app.training.attendance_side_by_side import parts_of
from app.training.sheet_values import WrittenDate
from app.training.sheet_words import Field, field_of, is_footer, is_ignored, plain

_HEAD_ROWS = 3
_OF_A_PERSON = (Field.NAME, Field.BIRTH_DATE, Field.PHONE, Field.EMAIL, Field.COURSE, Field.COHORT)
_ANCHOR_SCORE = 4


@dataclass(frozen=True)
class Head:
    """What the head of one column says about a session; a part that is not written is None."""

    row: int
    column: int
    text: str
    number: int | None = None
    dates: tuple[WrittenDate, ...] = ()
    period: int | None = None
    role: Role = "mark"
    bare: bool = False
    day: int | None = None
    """The day of a month that stands in the title or nowhere: 9일, 9(월)."""
    month: int | None = None
    """The month that stands above a number of a session, when it is no date."""

    @property
    def names_session(self) -> bool:
        return self.number is not None or bool(self.dates) or self.day is not None


@dataclass(frozen=True)
class Block:
    """One table of people in a sheet: rows counted from 0; `first` to `last` hold the people."""

    sheet: Sheet
    anchor: int
    first: int
    last: int
    fields: Mapping[Field, int]
    heads: tuple[Head, ...]
    title: tuple[str, ...] = ()
    merged: Mapping[tuple[int, int], Cell] = field(default_factory=dict, repr=False)

    @property
    def by_columns(self) -> bool:
        """Whether the sessions stand side by side."""
        return bool(self.heads)

    def cell(self, row: int, column: int | None) -> Cell:
        """Answer a cell as it is seen, that is with merged cells filled."""
        if column is None:
            return None
        value = self.sheet.cell(row, column)
        return self.merged.get((row, column)) if value is None else value


def find_blocks(sheet: Sheet) -> list[Block]:
    """Answer the tables of the sheet that have a column of names, from left to right and top to bottom."""
    anchors = _anchors(sheet)
    parts = parts_of(sheet, anchors)
    if len(parts) > 1:
        beside = [block for part in parts for block in _blocks_below(part, _anchors(part))]
        # A title that is merged over all of them stands in the first one only.
        return [replace(block, title=block.title or beside[0].title) for block in beside]
    return _blocks_below(sheet, anchors)


def _anchors(sheet: Sheet) -> list[int]:
    return [row for row in range(sheet.height) if _score(sheet.rows[row], named=True) >= _ANCHOR_SCORE]


def _blocks_below(sheet: Sheet, anchors: list[int]) -> list[Block]:
    merged = sheet.merged_values()
    blocks = []
    for position, anchor in enumerate(anchors):
        end = anchors[position + 1] if position + 1 < len(anchors) else sheet.height
        blocks.append(_block(sheet, anchor, end, merged))
    return blocks


def nameless_head(sheet: Sheet) -> int | None:
    """Answer the row that looks like the head of a register but names no column of people."""
    scores = [(_score(row, named=False), -position) for position, row in enumerate(sheet.rows[:60])]
    best, position = max(scores, default=(0, 0))
    return -position if best >= _ANCHOR_SCORE else None


def _score(row: tuple[Cell, ...], *, named: bool) -> int:
    """Weigh how much a row looks like a head."""
    short = [cell for cell in row if isinstance(cell, str) and len(cell) <= 40]
    fields = {found for cell in short if (found := field_of(cell))}
    if named and Field.NAME not in fields:
        return 0
    others = sum(1 for cell in row if cell is not None and field_of(cell) is None and _is_head_word(cell))
    weights = {Field.NAME: 3, Field.BIRTH_DATE: 2}
    return sum(weights.get(found, 1) for found in fields) + min(others, 4)


def _is_head_word(cell: Cell) -> bool:
    if is_ignored(cell):
        return True
    parts = parse_head(cell)
    return parts.number is not None or bool(parts.dates) or parts.period is not None


def _block(sheet: Sheet, anchor: int, end: int, merged: Mapping[tuple[int, int], Cell]) -> Block:
    name_column = next(c for c, cell in enumerate(sheet.rows[anchor]) if field_of(cell) is Field.NAME)
    top, bottom = anchor, anchor
    while top > 0 and anchor - top < _HEAD_ROWS and _belongs_above(sheet, top - 1, top, name_column, merged):
        top -= 1
    while (
        bottom + 1 < end and bottom - anchor < _HEAD_ROWS and _belongs_below(sheet, bottom + 1, name_column, merged)
    ):
        bottom += 1
    stacks = _stacks(sheet, range(top, bottom + 1), merged)
    fields: dict[Field, int] = {Field.NAME: name_column}
    heads: list[Head] = []
    for column, stack in enumerate(stacks):
        found = next((named for _, cell in reversed(stack) if (named := field_of(cell))), None)
        head = None if found in _OF_A_PERSON else _head(column, stack, anchor)
        if head is not None and head.names_session:
            heads.append(head)
        elif found is not None:
            fields.setdefault(found, column)
    if Field.STAMP in fields:
        fields.setdefault(Field.DATE, fields[Field.STAMP])
    title = tuple(
        str(cell) for row in sheet.rows[max(0, top - 8) : top] for cell in row if isinstance(cell, str | date)
    )
    return Block(sheet, anchor, bottom + 1, end - 1, fields, tuple(_settled(heads)), title, merged)


def _belongs_above(
    sheet: Sheet, row: int, below: int, name_column: int, merged: Mapping[tuple[int, int], Cell]
) -> bool:
    """Dates and numbers above the anchor belong to its head; a title or a lone date in a corner does not."""
    found = []
    for column, cell in enumerate(sheet.rows[row]):
        if cell is None or column <= name_column:
            continue
        parts = parse_head(cell)
        if parts.names_session or parts.period is not None or parts.bare is not None or parts.excluded:
            found.append((column, parts))
    if len(found) == 1:
        column, parts = found[0]
        spans = (row, column + 1) in merged and (row, name_column) not in merged
        return spans or parts.month is not None or parse_head(sheet.cell(below, column)).is_sub
    return len(found) > 1


def _belongs_below(sheet: Sheet, row: int, name_column: int, merged: Mapping[tuple[int, int], Cell]) -> bool:
    """A row under the anchor without a name, a leading number or marks goes on with the head: dates, topics."""
    cells = sheet.rows[row]
    if any(cell is not None for cell in cells[: name_column + 1]):
        return False
    rest = [cell for cell in cells[name_column + 1 :] if cell is not None]
    if any(cell is not None and _is_of_person(sheet, row, column) for column, cell in enumerate(cells)):
        return False
    if not rest:
        return (row, name_column) in merged and sheet.cell(row - 1, name_column) is not None
    if any(parse_head(cell).is_sub or parse_head(cell).names_session for cell in rest):
        return not is_footer(rest[0])
    return _counts_days(rest) or not any(looks_like_mark(cell) or is_footer(cell) for cell in rest)


def _counts_days(cells: Sequence[Cell]) -> bool:
    """Whether the cells are plain numbers that go up, beginning again at most once a month: 9, 11, 30, 1, 3."""
    numbers = [int(text) for cell in cells if (text := plain(cell)).isdecimal() and len(text) < 4]
    if len(numbers) < max(2, len(cells)) or min(numbers) < 1:
        return False
    falls = [again for before, again in pairwise(numbers) if again <= before]
    return len(falls) <= (12 if max(numbers) > len(falls) + 1 else 0) and len(falls) * 2 < len(numbers)


def _is_of_person(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a cell under the anchor is data: a birth date, or the lone date of a record without a name."""
    found = next(
        (
            named
            for r in range(row - 1, max(-1, row - 2 - _HEAD_ROWS), -1)
            if (named := field_of(sheet.cell(r, column)))
        ),
        None,
    )
    if found is Field.DATE:
        dates = [cell for cell in sheet.rows[row] if parse_head(cell).dates]
        return len(dates) < 2
    return found in _OF_A_PERSON


def _stacks(sheet: Sheet, rows: range, merged: Mapping[tuple[int, int], Cell]) -> list[list[tuple[int, Cell]]]:
    """Answer for each column the cells of the head above it, merged cells filled, group heads carried right."""
    width = max((len(sheet.rows[row]) for row in rows), default=0)
    width = max([width, *(column + 1 for row, column in merged if row in rows)])
    grid = {
        row: [value if (value := sheet.cell(row, c)) is not None else merged.get((row, c)) for c in range(width)]
        for row in rows
    }
    for row in rows:
        _with_labels(grid[row])
        source: int | None = None
        for column in range(width):
            if grid[row][column] is not None:
                source = column
            elif source is not None and _share_group(grid, rows, row, source, column):
                grid[row][column] = grid[row][source]
    return [[(row, grid[row][column]) for row in rows if grid[row][column] is not None] for column in range(width)]


def _with_labels(cells: list[Cell]) -> None:
    """Put 월 or 일 to the plain numbers of a row that begins with this word."""
    unit = next((word for cell in cells if (word := plain(cell)) in ("월", "일")), None)
    numbers = [column for column, cell in enumerate(cells) if re.fullmatch(r"\d{1,2}", plain(cell))]
    if unit is not None and len(numbers) > 1:
        for column in numbers:
            cells[column] = f"{plain(cells[column])}{unit}"


def _share_group(grid: dict[int, list[Cell]], rows: range, row: int, source: int, column: int) -> bool:
    """Whether an empty cell of a head stands under the same group as the cell to its left (a merge lost in "
    "CSV)."""
    for lower in range(row + 1, rows.stop):
        left, own = parse_head(grid[lower][source]), parse_head(grid[lower][column])
        if left.is_sub and (own.is_sub or is_ignored(grid[lower][column])):
            return True
        if parse_head(grid[row][source]).month and own.bare is not None:
            return True
        if parse_head(grid[row][source]).month and own.day is not None:
            return True
    return False


def _head(column: int, stack: list[tuple[int, Cell]], anchor: int) -> Head | None:
    """Join what the cells above a column say."""
    number: int | None = None
    bare: int | None = None
    dates: tuple[WrittenDate, ...] = ()
    month: tuple[int | None, int] | None = None
    day: int | None = None
    period: int | None = None
    role: Role | None = None
    place, texts = anchor, []
    for row, cell in stack:
        parts = parse_head(cell)
        if parts.excluded:
            return None
        if parts.names_session or parts.bare is not None:
            place = row
            texts.append(str(cell))
        number = parts.number if parts.number is not None else number
        bare = parts.bare if parts.bare is not None else bare
        dates = parts.dates or dates
        month, day = parts.month or month, parts.day if parts.day is not None else day
        period, role = parts.period if parts.period is not None else period, parts.role or role
    if month and not dates:
        day_of_month = day if day is not None else bare
        if day_of_month is None and number is None:
            return None
        if day_of_month is not None:
            dates, bare = (WrittenDate(month[0], month[1], day_of_month),), bare if day is not None else None
    is_bare = number is None and bare is not None
    number = bare if number is None else number
    day = None if dates else day
    of_month = month[1] if month and not dates else None
    return Head(place, column, " ".join(texts), number, dates, period, role or "mark", is_bare, day, of_month)


def _settled(heads: list[Head]) -> Iterator[Head]:
    """Drop what only looked like a session: a row of hours (4, 4, 4), a remark beside 입실 and 퇴실."""
    bare = [head.number for head in heads if head.bare and head.number is not None]
    parted = any(head.role != "mark" or (head.period or HOURS_FROM) < HOURS_FROM for head in heads)
    counts_up = bare == sorted(bare) and (parted or len(set(bare)) == len(bare))
    used = [head for head in heads if head.role != "ignored"]
    for head in heads:
        if head.role == "ignored":
            # The word under a session that has no other column is its topic (평가), not a column to skip.
            if any(_same_session(head, other) for other in used) or (
                used and (head.bare or not _is_numbered_like(head, used))
            ):
                continue
            head = replace(head, role="mark")
        if head.bare and not counts_up:
            head = replace(head, number=None, bare=False)
        if head.names_session:
            yield head


def _same_session(head: Head, other: Head) -> bool:
    """Whether two heads share a number or a date, or are the same in having neither."""
    if head.number is not None and other.number is not None:
        return head.number == other.number
    if head.dates and other.dates:
        return bool(_days(head) & _days(other))
    return (head.number, head.dates, head.day) == (other.number, other.dates, other.day)


def _days(head: Head) -> set[tuple[int, int]]:
    return {(day.month, day.day) for day in head.dates}


def _is_numbered_like(head: Head, others: list[Head]) -> bool:
    """Whether the others tell sessions as this head does: a lone count (출석 12회) among dates is no session."""
    kinds = {(other.number is not None, bool(other.dates or other.day)) for other in others}
    return any(
        (head.number is not None and number) or (bool(head.dates or head.day) and dated) for number, dated in kinds
    )


def plain_title(block: Block) -> str:
    """Answer the lines above the head and the name of the sheet, made comparable."""
    return plain(" ".join((block.sheet.name, *block.title)))
