"""Finds the table in a list of a centre and what its columns mean, by the words of their titles.

The guess is shown and can be changed; what was chosen is remembered by the titles' signature.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.jobs.listings.listing import UnreadableList
from app.jobs.openings.listing_words import COLUMN_RULES, NOT_A_COLUMN

Grid = Sequence[Sequence[str]]
FIELDS = tuple(name for name, _words in COLUMN_RULES)
_HEAD_ROWS, _FEWEST = 30, 2
MAX_COLUMNS = 60


@dataclass(frozen=True)
class Head:
    """The titles of a table: in which row they stand (from 0), and what they say, column by column."""

    row: int
    titles: tuple[str, ...]

    @property
    def signature(self) -> str:
        """By which a mapping is remembered: the titles alone, however they are spaced."""
        return hashlib.sha256("\n".join(_key(title) for title in self.titles).encode()).hexdigest()[:32]


def find_head(grid: Grid) -> Head:
    """Find the row of titles: the first rows' one with the most known words. Raises `UnreadableList`."""
    best, most = -1, 0
    for index, row in enumerate(grid[:_HEAD_ROWS]):
        known = len(guess_columns(tuple(row[:MAX_COLUMNS])))
        # A sentence that happens to hold a word is no title.
        long = sum(1 for cell in row if len(cell) > 30)
        if known - long > most:
            best, most = index, known - long
    if best < 0 or most < _FEWEST:
        raise UnreadableList("no_head")
    return Head(best, tuple(cell.strip() for cell in grid[best][:MAX_COLUMNS]))


def guess_columns(titles: Sequence[str]) -> dict[str, int]:
    """Answer the column of each field that the titles name; a column has one meaning and a field one column."""
    columns: dict[str, int] = {}
    taken: set[int] = set()
    for field, words in COLUMN_RULES:
        for index, title in enumerate(titles):
            key = _key(title)
            if index in taken or NOT_A_COLUMN.search(key) or len(key) > 20:
                continue
            if re.search(words, key):
                columns[field] = index
                taken.add(index)
                break
    return columns


def mapping_by_title(titles: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    """Answer the field of each column by the column's number as text, as it is remembered."""
    return {str(index): field for field, index in columns.items() if index < len(titles)}


def columns_of(mapping: Mapping[str, str], titles: Sequence[str]) -> dict[str, int]:
    """Answer what `mapping_by_title` returned, as columns by field; what does not fit is left out."""
    columns: dict[str, int] = {}
    for index, field in mapping.items():
        if index.isdecimal() and int(index) < len(titles) and field in FIELDS:
            columns.setdefault(field, int(index))
    return columns


def _key(title: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", title)).lower()
