"""A list that was pasted, or read from a table: what each of its lines asks about. Pure.

A line is the address in a QR code, the digits behind it, or a document number with a second thing that is on the
paper beside it, a name or a date of birth. A number alone is no question: it would answer whoever guesses numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.certificates.bulk_answers import Form, Reason
from app.certificates.numbers import parse_document_number
from app.core.sheets import Cell, Workbook

MOST_LETTERS = 2_000
_MOST_SECOND = 100
_BETWEEN_CELLS = re.compile(r"[\t,;|]")
_ADDRESS = re.compile(r"https?://\S{1,1900}", re.IGNORECASE)
_ONLY_DIGITS = re.compile(r"[0-9]{60,}")
_NUMBER = re.compile(r"(?:[0-9０-９][\s\u2010-\u2015\u2212\uff0d.\-]*){16}")
_HEADINGS = ("문서확인번호", "확인번호", "documentnumber")


@dataclass(frozen=True)
class Line:
    """One line: a code with its text, a number with a second thing, or the reason why it asks nothing."""

    form: Form
    label: str
    text: str = field(default="", repr=False)
    number: str = ""
    second: str = field(default="", repr=False)
    problem: Reason = Reason.NONE


def lines_of_text(text: str) -> list[Line]:
    """Read what was pasted, a line at a time; empty lines and a line of headings are left out."""
    return [_line(_BETWEEN_CELLS.split(row), row) for row in text.splitlines() if row.strip() and not _is_head([row])]


def lines_of_table(workbook: Workbook) -> list[Line]:
    """Read the rows of every sheet that is shown."""
    rows = (row for sheet in workbook.sheets if sheet.visible for row in sheet.rows)
    texts = ([_text(cell) for cell in row] for row in rows)
    return [_line(cells, " ".join(cells)) for cells in texts if any(cells) and not _is_head(cells)]


def _line(cells: Sequence[str], whole: str) -> Line:
    whole = whole.strip()
    if len(whole) > MOST_LETTERS:
        return Line(Form.OTHER, "", problem=Reason.TOO_LARGE)
    address = _ADDRESS.search(whole)
    if address is not None:
        return Line(Form.CODE, _shown(address[0]), text=address[0])
    if _ONLY_DIGITS.fullmatch(whole):
        return Line(Form.CODE, _shown(whole), text=whole)
    cells = [cell.strip() for cell in cells if cell.strip()]
    return _pair(cells) if len(cells) > 1 else _pair(_parted(whole))


def _parted(whole: str) -> list[str]:
    """Part a line without separators into its number and what stands before or behind it."""
    found = _NUMBER.search(whole)
    if found is None:
        return [whole]
    return [found[0], whole[: found.start()].strip(), whole[found.end() :].strip()]


def _pair(cells: Iterable[str]) -> Line:
    numbered = [(parse_document_number(cell), cell) for cell in cells]
    number = next((number for number, _cell in numbered if number is not None), "")
    if not number:
        rounded = any(_was_rounded(cell) for _number, cell in numbered)
        problem = Reason.NUMBER_CELL if rounded else Reason.NOT_A_NUMBER
        return Line(Form.NUMBER, _shown(numbered[0][1]) if numbered else "", problem=problem)
    # Row numbers stand beside what is asked about in many lists.
    others = [cell for other, cell in numbered if other is None and not re.fullmatch(r"\d{0,4}", cell)]
    second = next((cell for cell in others if len(cell) <= _MOST_SECOND), "")
    problem = Reason.NONE if second else Reason.SECOND_MISSING
    return Line(Form.NUMBER, number, number=number, second=second, problem=problem)


def _was_rounded(cell: str) -> bool:
    # A spreadsheet keeps fifteen digits of a number.
    return bool(re.fullmatch(r"\d{15}0|\d(\.\d+)?[eE]\+?15", cell.replace(" ", "")))


def _is_head(cells: Iterable[str]) -> bool:
    together = "".join("".join(cells).lower().split()).replace("_", "")
    return any(word in together for word in _HEADINGS) and not re.search(r"\d{4}", together)


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else _visible(str(cell))


def _visible(text: str) -> str:
    """Answer a text in NFC with single blanks, without control characters and others that show nothing."""
    shown = "".join(" " if letter.isspace() else letter for letter in unicodedata.normalize("NFC", text))
    return " ".join("".join(letter for letter in shown if unicodedata.category(letter)[0] != "C").split())


def _shown(text: str) -> str:
    return text if len(text) <= 80 else text[:60] + "…"
