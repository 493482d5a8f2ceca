"""Tells which lines of a register are about nobody: empty ones, totals, signatures and notes below the people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.sheets import Cell
from app.training.attendance_heads import Block
from app.training.attendance_marks import is_legend_word, looks_like_mark
from app.training.sheet_values import read_birth_dates, read_time, two_times
from app.training.sheet_words import Field, is_footer, plain

_SIGNATURE = re.compile(r"인|[(\[]?(서명|직인|날인|사인|인|印|sign)[)\]]?")
_COUNT = re.compile(r"[\d.,/]+(명|인|회|%|시간|점)?")
_LONGEST_MARK = 6


def is_about_nobody(block: Block, row: int, name: str, columns: Sequence[int], *, known: bool) -> bool:
    """Tell whether a row records nothing of anybody.

    `columns` are those that hold marks or times; `known` says whether somebody of the cohort has this name.
    """
    cells = block.sheet.rows[row]
    if not any(cell is not None for cell in cells):
        return True
    if known:
        return False
    name_column = block.fields[Field.NAME]
    birth = block.cell(row, block.fields.get(Field.BIRTH_DATE))
    if any(is_footer(cell) for cell in cells[: name_column + 1]):
        return True
    records = [cell for column in columns if (cell := block.sheet.cell(row, column)) is not None]
    if not name:
        return any(is_footer(cell) for cell in cells) or not _records_somebody(cells[:name_column], birth, records)
    # An empty line of the form, a legend or a sentence: nothing is recorded and nobody is told apart.
    if len(name) > 1 and name.isalpha() and looks_like_mark(name) and birth is None:
        return True  # A line of totals: 출석, 결석.
    return not records and not read_birth_dates(birth) and not any(letter.isdigit() for letter in str(birth))


def _records_somebody(labels: Sequence[Cell], birth: Cell, records: Sequence[Cell]) -> bool:
    """Whether a row without a name is a record whose name was forgotten, and no line of totals or signatures."""
    if read_birth_dates(birth):
        return True
    if any(isinstance(label, str) and is_legend_word(plain(label)) for label in labels):
        return any(isinstance(cell, str) and not _COUNT.fullmatch(plain(cell)) for cell in records)
    numbers = [cell for cell in records if isinstance(cell, int | float) and not isinstance(cell, bool)]
    if len(numbers) == len(records):
        return bool(numbers) and all(number in (0, 1) or 0 < number < 1 for number in numbers)
    return any(_could_be_record(cell) for cell in records)


def _could_be_record(cell: Cell) -> bool:
    text = plain(cell)
    if looks_like_mark(cell) or read_time(cell) is not None or two_times(cell):
        return True
    return len(text) <= _LONGEST_MARK and not _SIGNATURE.fullmatch(text) and not _COUNT.fullmatch(text)
