"""Cells as they are found in a page or an XML file, within the limits of every sheet; used by the limited process."""

from __future__ import annotations

from app.core.sheet_worker import MAX_CELLS, MAX_ROWS, Refused

MAX_COLUMNS = 16_384


class Budget:
    """What all sheets of one file may hold together."""

    def __init__(self, cells: int = MAX_CELLS) -> None:
        self._left = cells

    def spend(self, cells: int = 1) -> None:
        """Take cells, or steps of work like them. Raises Refused when there are too many."""
        self._left -= cells
        if self._left < 0:
            raise Refused("rows")


class Grid:
    """The cells of one sheet, rows and columns counted from 0; empty ones cost nothing."""

    def __init__(self, name: str, *, visible: bool = True) -> None:
        self.name = name
        self.visible = visible
        self.merged: list[list[int]] = []
        self._rows: dict[int, dict[int, object]] = {}

    def put(self, row: int, column: int, value: object) -> None:
        """Put a value into a cell. Raises Refused outside of the largest sheet that is read."""
        if value is None or value == "":
            return
        if row >= MAX_ROWS or column >= MAX_COLUMNS:
            raise Refused("rows")
        self._rows.setdefault(row, {})[column] = value

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge a rectangle, ends included."""
        if (top, left) != (bottom, right):
            self.merged.append([top, left, bottom, right])

    def answer(self, budget: Budget) -> dict[str, object]:
        """Answer the sheet as the process writes it. Raises Refused when its rows are too long to be filled."""
        height = max(self._rows, default=-1) + 1
        rows: list[list[object]] = [[] for _ in range(height)]
        for row, cells in self._rows.items():
            width = max(cells) + 1
            budget.spend(width)
            rows[row] = [cells.get(column) for column in range(width)]
        return {"name": self.name, "visible": self.visible, "rows": rows, "merged": self.merged}
