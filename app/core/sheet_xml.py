"""Reads a workbook in Excel's XML of 2003 (SpreadsheetML), whatever its name ends with.

Expat reads it as a stream, fetches nothing, and ends at the first DOCTYPE, so that no entity is ever defined. Cells
are where ss:Index says; hidden rows and columns are read, as they are of an XLSX. What is no cell (comments,
formulas, attributes, properties, page headers) is searched for resident numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from xml.parsers import expat

from app.core.sheet_grid import MAX_COLUMNS, Budget, Grid
from app.core.sheet_worker import MAX_HIDDEN, MAX_ROWS, Refused, number_like

_SHEET = "urn:schemas-microsoft-com:office:spreadsheet "
_EXCEL = "urn:schemas-microsoft-com:office:excel "
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_DAY_ZERO = datetime(1899, 12, 31)  # noqa: DTZ001 (a sheet's times have no zone)
_FIRST_DATES = 1901
MAX_DEPTH = 200
MAX_SHEETS = 1_000
Attributes = Mapping[str, str]


def read_xml(text: str) -> tuple[list[dict[str, object]], list[dict[str, str]]]:
    """Answer the sheets of a workbook and the texts that look like resident numbers and no cell shows.

    Raises Refused.
    """
    budget = Budget()
    reader = _Workbook(budget)
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.CommentHandler = reader.look_at
    parser.ProcessingInstructionHandler = lambda _target, data: reader.look_at(data)
    try:
        # The text is decoded already: what the declaration says of its encoding is true no more.
        parser.Parse(_DECLARATION.sub("", text, count=1).lstrip().encode("utf-8"), True)
    except expat.ExpatError as error:
        raise Refused("broken") from error
    return [sheet.answer(budget) for sheet in reader.sheets], reader.unseen[:MAX_HIDDEN]


def _refuse_doctype(*_about: object) -> None:
    raise Refused("doctype")


class _Workbook:
    """Takes the elements of the file one by one."""

    def __init__(self, budget: Budget) -> None:
        self.sheets: list[Grid] = []
        self.unseen: list[dict[str, str]] = []
        self._budget = budget
        self._path: list[str] = []
        self._row, self._column, self._next_column = -1, -1, 0
        self._type = ""
        self._text: list[str] = []

    def start(self, name: str, about: Attributes) -> None:
        self._path.append(name)
        if len(self._path) > MAX_DEPTH:
            raise Refused("broken")
        self._budget.spend(name.startswith(_SHEET))
        for value in about.values():
            self.look_at(value)
        own = {key.removeprefix(_SHEET): value for key, value in about.items()}
        if name == _SHEET + "Worksheet":
            if len(self.sheets) >= MAX_SHEETS:
                raise Refused("rows")
            self.sheets.append(Grid(own.get("Name", "")))
            self._row = -1
        elif name == _SHEET + "Row" and self.sheets:
            self._row = _index(own, self._row, MAX_ROWS * 30)
            self._next_column = 0
        elif name == _SHEET + "Cell" and self.sheets:
            self._start_cell(own)
        elif name in (_SHEET + "Data", _EXCEL + "Visible"):
            self._end_text()
            self._type = own.get("Type", "String")

    def _start_cell(self, own: Attributes) -> None:
        self._column = _index(own, self._next_column - 1, MAX_COLUMNS * 30)
        across, down = (_whole(own.get(key, "0"), 10_000_000) for key in ("MergeAcross", "MergeDown"))
        self.sheets[-1].merge(self._row, self._column, self._row + down, self._column + across)
        self._next_column = self._column + across + 1

    def characters(self, data: str) -> None:
        self._text.append(data)

    def end(self, name: str) -> None:
        text = "".join(self._text)
        within = self._path[-2] if len(self._path) > 1 else ""
        if name == _SHEET + "Data" and within == _SHEET + "Cell" and self.sheets:
            self.sheets[-1].put(self._row, self._column, _value(self._type, text))
            self._text.clear()
        elif name == _EXCEL + "Visible" and self.sheets:
            self.sheets[-1].visible = text.strip() == "SheetVisible"
            self._text.clear()
        elif _SHEET + "Data" not in self._path[:-1]:  # Else it is a run of letters inside the text of a cell.
            self._end_text()
        self._path.pop()

    def _end_text(self) -> None:
        self.look_at("".join(self._text))
        self._text.clear()

    def look_at(self, text: str) -> None:
        if len(text) < 13 or len(self.unseen) >= MAX_HIDDEN or not (found := number_like(text)):
            return
        comment = _SHEET + "Comment" in self._path and self.sheets
        place = f"{_letters(self._column)}{self._row + 1}" if comment else ""
        sheet = self.sheets[-1].name if self.sheets else ""
        self.unseen.append({"part": "comment" if comment else "markup", "sheet": sheet, "cell": place, "text": found})


def _index(own: Attributes, before: int, most: int) -> int:
    """Answer the place, counted from 0, of a row or a cell: the next one, or where its index says."""
    return max(_whole(own.get("Index", ""), most) - 1, 0) if "Index" in own else before + 1


def _whole(text: str, most: int) -> int:
    found = re.match(r"\s*(\d{1,9})", text, re.ASCII)
    return min(int(found[1]), most) if found else 0


def _value(kind: str, text: str) -> object:
    if kind == "Number":
        try:
            number = float(text)
        except ValueError:
            return text
        if not math.isfinite(number):
            return text
        return int(number) if abs(number) < 2.0**53 and number.is_integer() else number
    if kind == "Boolean":
        return text.strip() == "1"
    if kind == "DateTime":
        return _moment(text.strip())
    return None if kind == "Error" else text


def _moment(text: str) -> object:
    """Answer a day, a moment, or the time that Excel keeps as one of the last day before its first."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text
    if moment.year < _FIRST_DATES:
        since = (moment - _DAY_ZERO).total_seconds()
        return {"time": f"{moment:%H:%M:%S}"} if since < 86_400 else {"seconds": since}
    whole = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return {"date": f"{moment:%Y-%m-%d}"} if whole else {"datetime": moment.replace(microsecond=0).isoformat()}


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
