"""Joins the lines that a register writes one below the other for one person: coming above going.

Three forms are known. In the first the sessions stand side by side and each person has a line of 입실 and one of 퇴실
(and sometimes one of marks). In the second every line is one event of a door terminal: a day, a person, 입실 or 퇴실,
and one time. In the third the terminal does not tell 입실 from 퇴실. All become the forms that the readers know; what
is said about a cell still names where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Literal

from app.core.i18n import Text, _l
from app.core.sheet_problems import Problem
from app.core.sheets import Cell, Sheet
from app.training.attendance_heads import Block, Head
from app.training.attendance_questions import one_time_only
from app.training.attendance_reading import Findings
from app.training.sheet_values import read_date, read_time
from app.training.sheet_words import Field, Way, is_footer, person_name, plain, way_of

_PLACES: tuple[Literal["in", "out", "mark"], ...] = ("in", "out", "mark")


@dataclass(frozen=True)
class JoinedSheet(Sheet):
    """A sheet with cells of other lines put to the right of its own columns; `origin` tells where they came from.

    `read` are the columns of the file that were understood on the way.
    """

    origin: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict, repr=False)
    read: frozenset[int] = frozenset()

    def place(self, row: int, column: int, code: str, message: Text) -> Problem:
        """Answer a problem at the cell of the file."""
        row, column = self.origin.get((row, column), (row, column))
        return super().place(row, column, code, message)


@dataclass
class _Lines:
    """The lines of one person (and day), by what each of them tells."""

    identity: tuple[str, ...]
    first: int
    rows: dict[Way, int] = field(default_factory=dict)


def joined(block: Block, findings: Findings) -> Block:
    """Answer the block with one line for each record; a block of another form comes back as it is."""
    column = _column_of_ways(block)
    if column is None:
        return block if block.by_columns else _taps(block, findings)
    if not block.by_columns:
        return _events(block, column, findings)
    if any(head.role != "mark" or head.period is not None for head in block.heads):
        return block
    return _lines_of_people(block, column, findings)


def _column_of_ways(block: Block) -> int | None:
    """Answer the column that says 입실 and 퇴실 by turns."""
    taken = {head.column for head in block.heads} | {block.fields[Field.NAME]}
    for column in range(block.sheet.width):
        if column in taken:
            continue
        cells = [block.sheet.cell(row, column) for row in range(block.first, block.last + 1)]
        ways = [way for cell in cells if (way := way_of(cell)) is not None]
        if {"in", "out"} <= set(ways) and len(ways) * 2 > sum(cell is not None for cell in cells):
            return column
    return None


def _identity(block: Block, row: int) -> tuple[str, ...]:
    """Answer what the line itself says of the person; nothing when it is left to the line above."""
    name = person_name(block.sheet.cell(row, block.fields[Field.NAME]))
    birth = block.sheet.cell(row, block.fields.get(Field.BIRTH_DATE, -1))
    return (name, plain(birth)) if name or birth is not None else ()


def _lines_of_people(block: Block, column: int, findings: Findings) -> Block:
    people: list[_Lines] = []
    outings: set[int] = set()
    for row in range(block.first, block.last + 1):
        way = way_of(block.sheet.cell(row, column))
        identity = _identity(block, row)
        if way is None:
            _ask_for_way(block, row, column, identity, findings)
            continue
        if way == "outing":
            outings.add(row)
            if any(block.sheet.cell(row, head.column) is not None for head in block.heads):
                findings.problems.append(block.sheet.place(row, column, "reentry", how_to_write_an_outing()))
            continue
        goes_on = people and way not in people[-1].rows and identity in ((), people[-1].identity)
        if not goes_on:
            people.append(_Lines(identity, row))
        people[-1].rows[way] = row
    for lines in people:
        missing = next((way for way in ("in", "out") if way not in lines.rows), None)
        if missing or not lines.identity:
            message = _l(
                "입실 줄과 퇴실 줄이 한 사람에 하나씩 있어야 해요. 빠지거나 두 번 적힌 줄을 고치고, 이름은 첫 줄에 "
                "적어 주세요."
            )
            findings.problems.append(block.sheet.place(lines.first, column, "pair_incomplete", message))
    used = [way for way in _PLACES if any(way in lines.rows for lines in people)]
    width = block.sheet.width
    heads = [
        replace(head, role=way, column=head.column + width * (place + 1))
        for place, way in enumerate(used)
        for head in block.heads
    ]
    moved = {
        (lines.first, head.column + width * (place + 1)): (lines.rows[way], head.column)
        for lines in people
        for place, way in enumerate(used)
        if way in lines.rows
        for head in block.heads
    }
    moved |= {(head.row, head.column): (head.row, head.column % width) for head in heads}
    gone = outings | {row for lines in people for row in lines.rows.values() if row != lines.first}
    return _with_cells(block, moved, gone, column, heads, block.fields)


def _ask_for_way(block: Block, row: int, column: int, identity: tuple[str, ...], findings: Findings) -> None:
    """A person's line that says neither 입실 nor 퇴실 must not be taken for one of them."""
    birth = block.fields.get(Field.BIRTH_DATE)
    named = identity and identity[0] and (birth is None or identity[1]) and not is_footer(identity[0])
    if named and any(block.sheet.cell(row, head.column) is not None for head in block.heads):
        message = _l("이 줄이 입실인지 퇴실인지 알 수 없어요. ‘입실’이나 ‘퇴실’을 적어 주세요.")
        findings.problems.append(block.sheet.place(row, column, "way_missing", message))


def _events(block: Block, column: int, findings: Findings) -> Block:
    """Join the events of one person and day; more than one coming or going is for the centre to judge."""
    times = _column_of_times(block)
    if times is None:
        return block
    days: dict[tuple[str, ...], _Lines] = {}
    lines: _Lines | None = None
    gone: set[int] = set()
    for row in range(block.first, block.last + 1):
        way = way_of(block.sheet.cell(row, column))
        if way is None or block.sheet.cell(row, times) is None:
            continue
        key = _event_key(block, row)
        # A line below that leaves name and day to the line above (a merge lost in CSV) is the other half of it.
        left = not _identity(block, row) and lines is not None and key[2] in ("", lines.identity[2])
        if lines is None or not left or way in lines.rows:
            lines = days.setdefault(key, _Lines(key, row))
        if way in lines.rows or way == "outing":
            findings.problems.append(block.sheet.place(row, column, "reentry", how_to_write_an_outing()))
            gone.add(row)
            continue
        lines.rows[way] = row
    width = block.sheet.width
    moved = {
        (one.first, width + place): (one.rows[way], times)
        for one in days.values()
        for place, way in enumerate(("in", "out"))
        if way in one.rows
    }
    gone |= {row for one in days.values() for row in one.rows.values() if row != one.first}
    read = {Field.CHECK_IN: width, Field.CHECK_OUT: width + 1, Field.MARK: None, Field.TIME: None}
    fields = {found: at for found, at in {**block.fields, **read}.items() if at is not None}
    return _with_cells(block, moved, gone, column, (), fields)


def _taps(block: Block, findings: Findings) -> Block:
    """Join the moments of one person and day that say neither 입실 nor 퇴실: the first and the last of them.

    One moment alone tells nothing of how long somebody stayed.
    """
    times = _column_of_times(block)
    if times is None or {Field.CHECK_IN, Field.CHECK_OUT, Field.MARK, Field.BEGIN} & block.fields.keys():
        return block
    days: dict[tuple[str, ...], list[tuple[time, int]]] = {}
    for row in range(block.first, block.last + 1):
        found = read_time(block.sheet.cell(row, times))
        if found is not None and _identity(block, row):
            days.setdefault(_event_key(block, row), []).append((found.time, row))
    if not any(len(set(taps)) > 1 for taps in days.values()):
        return block  # A form that people fill in once, or a roster with the moments of applying.
    width = block.sheet.width
    moved: dict[tuple[int, int], tuple[int, int]] = {}
    gone: set[int] = set()
    for taps in map(sorted, days.values()):
        (first, kept), (last, left) = taps[0], taps[-1]
        if first == last:
            findings.problems.append(block.sheet.place(kept, times, *one_time_only()))
        moved[kept, width] = (kept, times)
        if first != last:
            moved[kept, width + 1] = (left, times)
        gone |= {row for _, row in taps if row != kept}
    message = _l(
        "입실과 퇴실의 구분이 없어, 그날 첫 시각을 입실, 마지막 시각을 퇴실로 읽었어요. 외출한 사람은 출결에 "
        "‘외출’이라고 적어 주세요."
    )
    findings.warnings.append(block.sheet.place(block.anchor, times, "taps_joined", message))
    fields = {**block.fields, Field.CHECK_IN: width, Field.CHECK_OUT: width + 1}
    return _with_cells(block, moved, gone, times, (), {f: c for f, c in fields.items() if f is not Field.TIME})


def how_to_write_an_outing() -> Text:
    """Answer the advice for somebody who went out and came back."""
    return _l(
        "외출했다가 돌아온 것으로 보이는 기록이 있어요. 첫 입실과 마지막 퇴실만 한 번씩 남기고 출결에 ‘외출’이라고 "
        "적어 주세요."
    )


def _column_of_times(block: Block) -> int | None:
    """Answer the column of the events' times: its own, or that of the days when these carry the time."""
    for found in (Field.TIME, Field.DATE):
        column = block.fields.get(found)
        if column is None:
            continue
        cells = [block.sheet.cell(row, column) for row in range(block.first, block.last + 1)]
        if any(cell is not None and read_time(cell) is not None for cell in cells):
            return column
    return None


def _event_key(block: Block, row: int) -> tuple[str, ...]:
    day = block.cell(row, block.fields.get(Field.DATE))
    written = read_date(day)
    return (
        person_name(block.cell(row, block.fields[Field.NAME])),
        plain(block.cell(row, block.fields.get(Field.BIRTH_DATE))),
        f"{written.month}.{written.day}" if written else plain(day),
        plain(block.cell(row, block.fields.get(Field.SESSION))),
    )


def _with_cells(
    block: Block,
    moved: Mapping[tuple[int, int], tuple[int, int]],
    gone: set[int],
    way: int,
    heads: Iterable[Head],
    fields: Mapping[Field, int],
) -> Block:
    """Answer the block with cells moved; the lines that are `gone` are empty, and so are the columns moved from."""
    sheet = block.sheet
    read = frozenset((way, *(column for _, column in moved.values())))
    by_row: dict[int, dict[int, Cell]] = {}
    for (row, column), source in moved.items():
        if row >= block.first:
            by_row.setdefault(row, {})[column] = sheet.cell(*source)
    rows = list(sheet.rows)
    for row in gone:
        rows[row] = ()
    for row, cells in by_row.items():
        line: list[Cell] = [None if column in read else cell for column, cell in enumerate(rows[row])]
        line += [None] * (max(cells) + 1 - len(line))
        for column, cell in cells.items():
            line[column] = cell
        rows[row] = tuple(line)
    joined_sheet = JoinedSheet(sheet.name, tuple(rows), sheet.merged, sheet.visible, moved, read)
    return replace(block, sheet=joined_sheet, heads=tuple(heads), fields=fields)
