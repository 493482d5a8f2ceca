"""Reads what was merged in a register: one mark over several days, or a name over the lines of one person.

A merged mark shows in every cell it covers, so it counts in each, as long as these are one person's. A merged name
that was lost in CSV is put back only where nothing else can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.core.i18n import Text, _l
from app.core.sheets import MAX_MERGED_CELLS, Cell, MergedRange
from app.training.attendance_heads import Block
from app.training.attendance_marks import looks_like_mark
from app.training.attendance_reading import Findings
from app.training.sheet_values import read_time
from app.training.sheet_words import Field, is_footer, person_name, plain

_RECORDS = (Field.MARK, Field.CHECK_IN, Field.CHECK_OUT, Field.TIME)
_SAME_AS_ABOVE = (Field.NAME, Field.BIRTH_DATE, Field.DATE, Field.SESSION)
_DITTO = re.compile("〃|[\"“”″]|''|′′|상동|위와같음")
_CLOCK_INSIDE = re.compile(r"\d\s*[:시]")
Filled = dict[tuple[int, int], Cell]


def unmerged(block: Block, findings: Findings) -> Block:
    """Answer the block with merged marks in every cell that they cover, and with names where they were lost."""
    block = _with_values(block, _dittos(block))
    block = _with_values(block, _marks(block, findings))
    return block if block.by_columns else _with_values(block, _names(block))


def _with_values(block: Block, values: Mapping[tuple[int, int], Cell]) -> Block:
    if not values:
        return block
    rows = [list(row) for row in block.sheet.rows]
    for (row, column), value in values.items():
        rows[row] += [None] * (column + 1 - len(rows[row]))
        rows[row][column] = value
    return replace(block, sheet=replace(block.sheet, rows=tuple(tuple(row) for row in rows)))


def _dittos(block: Block) -> Filled:
    """Answer what stands above each sign for the same as above (〃, 상동), in the columns that say who and when."""
    filled: Filled = {}
    for column in (block.fields[f] for f in _SAME_AS_ABOVE if f in block.fields):
        above: Cell = None
        for row in range(block.first, block.last + 1):
            cell = block.sheet.cell(row, column)
            if isinstance(cell, str) and _DITTO.fullmatch(plain(cell)):
                filled[row, column] = above
            elif cell is not None:
                above = cell
    return filled


def _marks(block: Block, findings: Findings) -> Filled:
    columns = {head.column for head in block.heads} or {block.fields[f] for f in _RECORDS if f in block.fields}
    filled: Filled = {}
    looked_at = 0
    for area in block.sheet.merged:
        value = block.sheet.cell(area.top, area.left)
        if value is None or area.left not in columns:
            continue
        cells = list(_cells(block, area, columns))
        looked_at += len(cells)
        if looked_at > MAX_MERGED_CELLS:
            break
        if len(cells) < 2:
            continue
        fault = _fault(block, value, {row for row, _ in cells})
        if fault is None:
            filled |= dict.fromkeys(cells, value)
        else:
            findings.problems.append(block.sheet.place(area.top, area.left, *fault))
    return filled


def _cells(block: Block, area: MergedRange, columns: set[int]) -> Iterator[tuple[int, int]]:
    """Answer the cells of an area that are records of people."""
    last_row, last_column = min(area.bottom, block.last), min(area.right, block.sheet.width - 1)
    for row in range(max(area.top, block.first), last_row + 1):
        name = block.cell(row, block.fields[Field.NAME])
        if name is not None and is_footer(name):
            continue
        if name is None and row == area.top:
            continue  # A line of totals or signatures.
        yield from ((row, column) for column in range(area.left, last_column + 1) if column in columns)


def _fault(block: Block, value: Cell, rows: set[int]) -> tuple[str, Text] | None:
    if not looks_like_mark(value) and (
        read_time(value) is not None or (isinstance(value, str) and _CLOCK_INSIDE.search(value))
    ):
        return "merged_times", _l(
            "시각이 적힌 칸이 병합되어 있어 어느 회차의 시각인지 알 수 없어요. 병합을 풀고 칸마다 시각을 적어 주세요."
        )
    people = {_identity(block, row) for row in rows}
    if len(people - {("", "")}) > 1:
        return "merged_people", _l(
            "출결 칸이 여러 사람에 걸쳐 병합되어 있어요. 병합을 풀고 한 사람씩 출결을 적어 주세요."
        )
    return None


def _identity(block: Block, row: int) -> tuple[str, str]:
    birth = block.cell(row, block.fields.get(Field.BIRTH_DATE))
    return person_name(block.cell(row, block.fields[Field.NAME])), plain(birth)


@dataclass
class _Run:
    """A line with a name and the lines without one below it, with the session that each of them names."""

    head: int
    sessions: list[str] = field(default_factory=list)
    rest: list[int] = field(default_factory=list)


def _names(block: Block) -> Filled:
    """Answer the names to put into the lines below them, none unless it is certain whose lines these are.

    It is certain when everybody has one name and the same sessions, each once: a name that was forgotten would leave
    somebody with a session too many and somebody else with one too few.
    """
    key = block.fields.get(Field.DATE, block.fields.get(Field.SESSION))
    if key is None:
        return {}
    runs: list[_Run] = []
    broken = False  # Whether a line without a session stands between the name and the line at hand.
    for row in range(block.first, block.last + 1):
        session = plain(block.cell(row, key))
        if _identity(block, row) != ("", ""):
            runs.append(_Run(row, [session]))
            broken = not session
        elif not session:
            broken = True
        elif not runs or broken:
            return {}
        else:
            runs[-1].sessions.append(session)
            runs[-1].rest.append(row)
    if not any(run.rest for run in runs) or not _are_everybodys(block, runs):
        return {}
    columns = [block.fields[f] for f in (Field.NAME, Field.BIRTH_DATE) if f in block.fields]
    return {(row, column): block.cell(run.head, column) for run in runs for row in run.rest for column in columns}


def _are_everybodys(block: Block, runs: list[_Run]) -> bool:
    people = [run for run in runs if run.rest or run.sessions != [""]]
    names = {_identity(block, run.head) for run in people}
    sessions = {tuple(run.sessions) for run in people}
    alike = len(people) > 1 and len(names) == len(people) and len(sessions) == 1
    return alike and all(len(set(each)) == len(each) for each in sessions)
