"""Writes tables for people to open in Excel, in which nothing can act as a formula.

CSV is UTF-8 with a byte order mark (Excel then reads Korean) and puts an apostrophe before a cell that begins with
= + - @ tab or carriage return, as OWASP advises. XLSX types every text cell as text, so that it stays as it is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Value = str | int | float | date | datetime | time | None
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MAX_CELL = 32_767
_MAX_WIDTH = 40


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Answer the table as CSV in UTF-8 with a byte order mark."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([_harmless(value) for value in header])
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + target.getvalue().encode("utf-8")


def _harmless(value: Value) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    # Spreadsheets drop blanks in front before they look for a formula.
    dangerous = value.startswith(_DANGEROUS) or value.lstrip().startswith(_DANGEROUS)
    return "'" + value if dangerous else value


def write_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Answer the table as a workbook with one sheet, its header in bold and kept in sight."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", _printable(title)).strip(" '")[:31] or "Sheet")
    sheet.freeze_panes = "A2"
    body = [list(row) for row in rows]
    for position, label in enumerate(header):
        texts = [label, *(str(row[position]) for row in body[:500] if position < len(row))]
        sheet.column_dimensions[get_column_letter(position + 1)].width = min(_MAX_WIDTH, max(map(_width, texts)) + 2)
    sheet.append([_cell(sheet, label, bold=True) for label in header])
    for row in body:
        sheet.append([_cell(sheet, value) for value in row])
    target = io.BytesIO()
    workbook.properties.creator = "Ieum"
    workbook.save(target)
    return target.getvalue()


def _cell(sheet: WriteOnlyWorksheet, value: Value, *, bold: bool = False) -> Cell:
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    cell: Cell = WriteOnlyCell(sheet)
    cell.value = _printable(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"  # Otherwise a text that begins with = becomes a formula.
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell


def _printable(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:_MAX_CELL]


def _width(text: str) -> int:
    """Korean letters are twice as wide as Latin ones."""
    return sum(2 if letter >= "\u1100" else 1 for letter in text)
