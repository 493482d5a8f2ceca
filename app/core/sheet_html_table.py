"""One table of an HTML page: where its cells stand once rowspan and colspan are laid out, and what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from app.core.sheet_grid import MAX_COLUMNS, Budget
from app.core.sheet_worker import MAX_ROWS, Refused

MAX_COLSPAN = 1_000
MAX_ROWSPAN = 65_534
"""The widest and highest cells of browsers (HTML, "forming a table")."""
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (a sheet's times have no zone)
_SERIALS = (3_654, 73_050)
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(?:e[-+]?\d+)?%?|#+", re.IGNORECASE)
_MOMENT = re.compile(r"\d\s*(?:[-/:.년월일시]|오전|오후)|(?:오전|오후)\s*\d")


class Cell:
    """A cell while it is read: `parts` are texts and the tables inside it, in order."""

    __slots__ = ("column", "hidden", "number", "parts", "row")

    def __init__(self, row: int, column: int, *, number: float | None, hidden: bool) -> None:
        self.row = row
        self.column = column
        self.number = number
        self.hidden = hidden
        self.parts: list[str | Table] = []

    def text(self) -> str:
        """Answer what the cell shows, a line for each line of it; tables inside it are part of the text."""
        return tidy("".join(part if isinstance(part, str) else f"\n{part.text()}\n" for part in self.parts))

    def own_text(self) -> str:
        return tidy("".join(part for part in self.parts if isinstance(part, str)))

    def value(self) -> object:
        """Answer the number behind the text where it says more: the day behind 3/9, 19691028 behind 2E+07."""
        shown = self.text()
        if self.number is None or not shown:
            return shown
        if _NUMBER.fullmatch(shown):
            return int(self.number) if self.number.is_integer() else self.number
        return _moment(self.number) if _MOMENT.search(shown) else shown


def tidy(text: str) -> str:
    """Answer text with single spaces and without empty lines around it."""
    lines = [" ".join(line.replace("\xa0", " ").split()) for line in text.split("\n")]
    return "\n".join(line for line in lines if line)


class Table:
    """The cells of a table, rows and columns counted from 0."""

    def __init__(self, budget: Budget) -> None:
        self.cells: list[Cell] = []
        self.merged: list[list[int]] = []
        self.cell: Cell | None = None
        self.caption = ""
        self.row = -1
        self._row_is_hidden = False
        self._row_is_open = False
        self._column = 0
        self._free_from: list[int] = []  # For each column the first row that no cell from above reaches into.
        self._section = 0
        self._hidden_columns: set[int] = set()
        self._declared_columns = 0
        self._budget = budget

    def add_column(self, span: int, *, hidden: bool) -> None:
        """Take what a <col> says of its columns."""
        span = max(1, min(span, MAX_COLSPAN))
        if self._declared_columns + span > MAX_COLUMNS:
            raise Refused("rows")
        if hidden:
            self._hidden_columns.update(range(self._declared_columns, self._declared_columns + span))
        self._declared_columns += span

    def open_row(self, *, hidden: bool) -> None:
        self.close_row()
        self._budget.spend()
        self.row += 1
        if self.row >= MAX_ROWS:
            raise Refused("rows")
        self._column = 0
        self._row_is_hidden, self._row_is_open = hidden, True

    def close_row(self) -> None:
        self.cell = None
        self._row_is_open = False

    def close_section(self) -> None:
        """End a <thead>, <tbody> or the table: no cell reaches beyond it."""
        self.close_row()
        for area in self.merged[self._section :]:
            area[2] = min(area[2], self.row)
        self._section = len(self.merged)
        self._free_from = []

    def open_cell(self, rowspan: int, colspan: int, *, number: float | None, hidden: bool) -> Cell:
        """Begin a cell at the next free place of the row; one that is not shown takes no place."""
        if not self._row_is_open:
            self.open_row(hidden=False)
        self._budget.spend()
        if hidden:
            self.cell = Cell(self.row, self._column, number=None, hidden=True)
        else:
            self.cell = self._placed(rowspan, colspan, number)
        self.cells.append(self.cell)
        return self.cell

    def _placed(self, rowspan: int, colspan: int, number: float | None) -> Cell:
        rowspan = min(rowspan, MAX_ROWSPAN) if rowspan > 0 else MAX_ROWSPAN
        colspan = max(1, min(colspan, MAX_COLSPAN))
        while self._column < len(self._free_from) and self._free_from[self._column] > self.row:
            self._budget.spend()
            self._column += 1
        left, right = self._column, self._column + colspan
        if right > MAX_COLUMNS:
            raise Refused("rows")
        self._column = right
        if rowspan > 1:
            self._free_from += [0] * (right - len(self._free_from))
            self._free_from[left:right] = [self.row + rowspan] * colspan
        if rowspan > 1 or colspan > 1:
            self.merged.append([self.row, left, self.row + rowspan - 1, right - 1])
        return Cell(self.row, left, number=number, hidden=self._row_is_hidden or left in self._hidden_columns)

    def shown(self) -> Iterator[Cell]:
        """Yield the cells that a reader of the page sees."""
        return (cell for cell in self.cells if not cell.hidden)

    def widths(self) -> Mapping[int, int]:
        """Answer how many cells of each row show something."""
        widths: dict[int, int] = {}
        for cell in self.shown():
            if cell.text():
                widths[cell.row] = widths.get(cell.row, 0) + 1
        return widths

    def text(self) -> str:
        """Answer the table as lines of text, for one that stands inside a cell of another."""
        lines: dict[int, list[str]] = {}
        for cell in self.shown():
            lines.setdefault(cell.row, []).append(cell.text())
        return "\n".join(" ".join(line) for line in lines.values())

    def unfolded(self) -> list[str | Table]:
        """Answer the table, or what it arranges on the page when it is there for the layout only.

        It is when a table inside it holds at least as much as all of its own cells.
        """
        inner = [part for cell in self.shown() for part in cell.parts if isinstance(part, Table)]
        if not inner:
            return [self.caption, self] if self.caption else [self]
        own = sum(1 for cell in self.shown() if cell.own_text())
        if max(sum(table.widths().values()) for table in inner) < own:
            return [self.caption, self] if self.caption else [self]
        return [self.caption, *(item for cell in self.shown() for item in _pieces(cell))]


def _pieces(cell: Cell) -> Iterator[str | Table]:
    text = ""
    for part in cell.parts:
        if isinstance(part, str):
            text += part
            continue
        yield tidy(text)
        text = ""
        yield part
    yield tidy(text)


def _moment(serial: float) -> object:
    """Answer the day, time or both that a number of Excel stands for, None when it is out of range."""
    if 0 <= serial < 1:
        return {"time": f"{_EPOCH + timedelta(seconds=round(serial * 86_400)):%H:%M:%S}"}
    if serial < _SERIALS[0] or serial > _SERIALS[1]:
        return {"seconds": round(serial * 86_400)} if 1 <= serial < 10 else serial
    moment = _EPOCH + timedelta(seconds=round(serial * 86_400))
    return {"date": f"{moment:%Y-%m-%d}"} if serial == int(serial) else {"datetime": moment.isoformat()}
