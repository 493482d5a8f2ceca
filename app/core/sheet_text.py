"""Reads tables kept as text (CSV, TSV) as Korean offices write them.

The ladder of encodings is byte order mark, UTF-8, CP949: guessing by statistics takes short CP949 files for UTF-16.
"""

from __future__ import annotations

import codecs
import csv
from collections import Counter

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_LINES = 60
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UndecodableText(Exception):
    """The bytes are not text in a known encoding. `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class TooManyRows(Exception):
    """The table has more rows than allowed."""


def decode(data: bytes) -> str:
    """Answer the text by the ladder BOM, UTF-8, CP949. Raises UndecodableText."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise UndecodableText(data[: error.start].count(b"\n") + 1) from error
    if b"\x00" in data:
        raise UndecodableText(data[: data.index(b"\x00")].count(b"\n") + 1)
    reached = 0
    for encoding in ("utf-8", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            reached = max(reached, error.start)  # The encoding that got further is the likelier one.
    raise UndecodableText(data[:reached].count(b"\n") + 1)


def read_rows(text: str, max_rows: int, max_cells: int) -> list[list[str]]:
    """Answer the records in order, blank lines included, as Excel would number them. Raises TooManyRows."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    delimiter = ""
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == 5:
        delimiter = lines[0].strip()[4]
        lines[0] = ""
    delimiter = delimiter or sniff(lines[:_SAMPLE_LINES])
    try:
        return _limited(
            csv.reader([line + "\n" for line in lines], delimiter=delimiter, strict=True), max_rows, max_cells
        )
    except csv.Error:
        # A stray quotation mark must not swallow the rest of the file: every line then stands alone.
        return _limited((_loose(line, delimiter) for line in lines), max_rows, max_cells)


def sniff(lines: list[str]) -> str:
    """Answer the delimiter that parts most lines into the same number of fields, at least two."""
    best, best_score = ",", 0
    for delimiter in _DELIMITERS:
        widths = Counter(len(_loose(line, delimiter)) for line in lines if delimiter in line)
        score = max((count * (width - 1) for width, count in widths.items()), default=0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _loose(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def _limited(records: object, max_rows: int, max_cells: int) -> list[list[str]]:
    rows: list[list[str]] = []
    cells = 0
    for record in records:  # type: ignore[attr-defined]
        rows.append(record)
        cells += len(record)
        if len(rows) > max_rows or cells > max_cells:
            raise TooManyRows
    return rows
