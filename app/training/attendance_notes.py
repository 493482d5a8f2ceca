"""Gathers the texts of a file in which a legend may stand: what is written outside of the rows of people.

A legend is a sentence (○ 출석, × 결석), a row or a column of a small table (○ | 출석), or two rows, one with words
and one with signs. Rows of people are never read as one, in whatever sheet they stand: 조퇴 beside ○ is what two
sessions of one person look like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from app.core.sheets import Cell, Workbook
from app.training.attendance_heads import Block, find_blocks
from app.training.attendance_marks import is_legend_sign, is_legend_word
from app.training.sheet_words import Field, is_footer

_LONGEST_PIECE = 12


def notes(workbook: Workbook, tables: Iterable[Block], last_person: Callable[[Block], int]) -> Iterator[str]:
    """Answer the texts that may hold a legend. `last_person` tells the last row of a table that is about somebody."""
    spans = [(block.sheet.name, block.first, last_person(block)) for block in tables]
    read = {name for name, _, _ in spans}
    for sheet in workbook.sheets:
        if sheet.name not in read:
            spans += [(sheet.name, block.first, _last_named(block)) for block in find_blocks(sheet)]
        inside = [(first, last) for name, first, last in spans if name == sheet.name]
        outside = [
            () if any(first <= row <= last for first, last in inside) else cells
            for row, cells in enumerate(sheet.rows)
        ]
        yield from _of_rows(outside)


def _of_rows(rows: Sequence[tuple[Cell, ...]]) -> Iterator[str]:
    for row, cells in enumerate(rows):
        yield from (cell for cell in cells if isinstance(cell, str))
        pieces = [str(cell).strip() for cell in cells if cell is not None]
        if _is_legend_row(pieces):
            yield " ".join(pieces)
            yield from (f"{one}={other}" for one, other in pairwise(pieces) if one.isdecimal())
        if row + 1 < len(rows):
            yield from _of_two_rows(cells, rows[row + 1])


def _is_legend_row(pieces: Sequence[str]) -> bool:
    """Whether a row holds signs and words by turns and nothing else but a label: 범례 | ○ | 출석 | × | 결석."""
    known = [is_legend_sign(piece) or is_legend_word(piece) for piece in pieces]
    return (
        known.count(False) <= 1
        and any(map(is_legend_sign, pieces))
        and any(map(is_legend_word, pieces))
        and all(len(piece) <= _LONGEST_PIECE for piece in pieces)
    )


def _of_two_rows(upper: tuple[Cell, ...], lower: tuple[Cell, ...]) -> Iterator[str]:
    """Answer the pairs of a table with the words in one row and the signs in the other; at least two make one."""
    pairs = []
    for one, other in zip(upper, lower, strict=False):
        first, second = str(one or "").strip(), str(other or "").strip()
        if is_legend_sign(first) and is_legend_word(second):
            pairs.append(f"{first} {second}")
        elif is_legend_word(first) and is_legend_sign(second):
            pairs.append(f"{second} {first}")
    if len(pairs) > 1:
        yield from pairs


def _last_named(block: Block) -> int:
    column = block.fields[Field.NAME]
    rows = range(block.last, block.first - 1, -1)
    named = (row for row in rows if (name := block.cell(row, column)) is not None and not is_footer(name))
    return next(named, block.last)
