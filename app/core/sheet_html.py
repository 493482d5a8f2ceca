"""Reads the tables of an HTML page, as portals and groupware save them under the name of an Excel file.

The rules, in order:

1. The page becomes one sheet, as in Excel: its tables below each other, the text between them a line each, so that
   titles stay above their table. What is written below the last table is a sheet of its own: it may hold a legend.
2. Tables that only arrange others on the page are taken apart (`Table.unfolded`).
3. What a browser does not show is no cell: scripts, styles, comments, rows, columns and cells with display:none. A
   hidden row or column keeps its place. All of it is searched for resident numbers, attributes, too.
4. A page without a table of two rows and two columns is a web page and no list; so is a form to sign in.
"""

from __future__ import annotations

import html
import math
import re
from html.parser import HTMLParser

from app.core.sheet_grid import Budget, Grid
from app.core.sheet_html_style import Attributes, hidden_classes, is_hidden, is_text
from app.core.sheet_html_table import Table, tidy
from app.core.sheet_worker import MAX_HIDDEN, Refused, number_like

MAX_DEPTH = 32
_NO_TEXT = frozenset(
    ("script", "style", "title", "noscript", "noframes", "template", "xml", "object", "svg", "iframe", "select")
)
_SECTIONS = frozenset(("thead", "tbody", "tfoot"))
_STRUCTURE = _SECTIONS | {"table", "tr", "td", "th"}
_CLOSED = _SECTIONS | (_NO_TEXT - {"select", "title"}) | {"table"}
_LINES = frozenset(
    ("p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "center", "form")
)
_VOID = frozenset(
    ("input", "br", "hr", "img", "meta", "link", "col", "area", "base", "embed", "param", "source", "wbr")
)
_SHEET_NAME = re.compile(r"<x:ExcelWorksheet>\s*<x:Name>([^<]{1,100})</x:Name>", re.IGNORECASE)
_BELOW = "↓"
"""The name of the sheet that holds what is written below the last table."""
_TYPED = frozenset(("", "text", "number", "date", "time", "tel", "email", "search", "datetime-local", "month"))


def read_page(text: str) -> tuple[list[dict[str, object]], list[str]]:
    """Answer the sheets of a page and the texts that look like resident numbers and no cell shows.

    Raises Refused.
    """
    budget = Budget()
    page = _Page(budget)
    page.feed(text)
    page.close()
    page.end()
    if not any(_is_list(item, page.signs_in) for item in page.items if isinstance(item, Table)):
        raise Refused("frames" if page.has_frames else "no_table")
    names = {html.unescape(name).strip() for name in _SHEET_NAME.findall(text)}
    return _sheets(page.items, names.pop() if len(names) == 1 else "", budget), page.unseen[:MAX_HIDDEN]


def _is_list(table: Table, signs_in: bool) -> bool:
    width = 3 if signs_in else 2
    return sum(1 for filled in table.widths().values() if filled >= width) >= 2


def _sheets(items: list[str | Table], name: str, budget: Budget) -> list[dict[str, object]]:
    last = max(position for position, item in enumerate(items) if isinstance(item, Table))
    sheets = [_sheet(name, items[: last + 1])]
    if any(items[last + 1 :]):
        sheets.append(_sheet(_BELOW, items[last + 1 :]))
    return [sheet.answer(budget) for sheet in sheets]


def _sheet(name: str, items: list[str | Table]) -> Grid:
    grid = Grid(name)
    row = 0
    for item in items:
        if isinstance(item, str):
            grid.put(row, 0, item)
            row += bool(item)
            continue
        for cell in item.shown():
            grid.put(row + cell.row, cell.column, cell.value())
        for top, left, bottom, right in item.merged:
            grid.merge(row + top, left, row + bottom, right)
        row += item.row + 1
    return grid


class _Page(HTMLParser):
    """Gathers tables and texts of a page in order; never looks at anything outside of the page."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(convert_charrefs=True)
        self.items: list[str | Table] = []
        self.unseen: list[str] = []
        self.signs_in = False
        self.has_frames = False
        self._budget = budget
        self._open: list[Table] = []
        self._line: list[str] = []
        self._in_caption = False
        # The element whose contents are not shown, how many of its name and how many tables are open inside it.
        self._veil, self._veils, self._veiled_tables = "", 0, 0
        self._veiled: list[str] = []
        self._chosen = False
        self._hidden_classes: frozenset[str] = frozenset()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        for value in about.values():
            self._look_at(value)
        if self._veil:
            self._start_unseen(tag, about)
        elif tag in _NO_TEXT or (
            self._is_hidden(about) and tag not in _VOID and tag not in ("tr", "td", "th", "colgroup")
        ):
            self._cover(tag)
        else:
            self._start(tag, about)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def _start_unseen(self, tag: str, about: Attributes) -> None:
        if self._veil_ends_at(tag, start=True):
            self._uncover()
            self._start(tag, about)
        elif tag == self._veil:
            self._veils += 1
        elif tag == "table":
            self._veiled_tables += 1
        elif tag == "option":
            self._chosen = self._veil == "select" and "selected" in about

    def _veil_ends_at(self, tag: str, *, start: bool) -> bool:
        """Whether a tag of the table around an element that is not shown ends it, because its own end is missing."""
        if self._veil in _CLOSED or tag not in _STRUCTURE or self._veiled_tables:
            return False
        return not (start and tag == "table")

    def _start(self, tag: str, about: Attributes) -> None:
        table = self._open[-1] if self._open else None
        if tag == "table":
            self._start_table()
        elif tag == "input":
            self._start_input(about)
        elif tag in ("frame", "frameset"):
            self.has_frames = True
        elif table is None:
            if tag in _LINES:
                self._end_line()
        elif tag in ("td", "th"):
            self._start_cell(table, about)
        elif tag == "tr":
            table.open_row(hidden=self._is_hidden(about))
        elif tag in _SECTIONS:
            table.close_section()
        elif tag == "col":
            table.add_column(_whole(about.get("span")), hidden=self._is_hidden(about))
        elif tag == "caption":
            self._in_caption = True
        elif tag in _LINES:
            self._write("\n")

    def _start_table(self) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise Refused("broken")
        if not self._open:
            self._end_line()
        self._open.append(Table(self._budget))

    def _start_cell(self, table: Table, about: Attributes) -> None:
        self._in_caption = False
        table.open_cell(
            _whole(about.get("rowspan")),
            _whole(about.get("colspan")),
            number=None if is_text(about) else _number(about.get("x:num") or about.get("sdval") or ""),
            hidden=self._is_hidden(about),
        )

    def _start_input(self, about: Attributes) -> None:
        kind = about.get("type", "").lower()
        self.signs_in = self.signs_in or kind == "password"
        if kind in _TYPED and not self._is_hidden(about):
            self._write(about.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if self._veil and not self._end_unseen(tag):
            return
        if tag == "table" and self._open:
            self._end_table()
        elif tag == "caption":
            self._in_caption = False
        elif self._open and tag in ("td", "th"):
            self._open[-1].cell = None
        elif self._open and tag == "tr":
            self._open[-1].close_row()
        elif self._open and tag in _SECTIONS:
            self._open[-1].close_section()
        elif tag in _LINES:
            self._write("\n") if self._open else self._end_line()

    def _end_unseen(self, tag: str) -> bool:
        """Answer whether the tag also ends something that is shown."""
        if tag == self._veil:
            self._veils -= 1
            if not self._veils:
                self._uncover()
            return False
        if self._veil_ends_at(tag, start=False):
            self._uncover()
            return True
        if tag == "table" and self._veiled_tables:
            self._veiled_tables -= 1
        elif tag == "option":
            self._chosen = False
        return False

    def _end_table(self) -> None:
        table = self._open.pop()
        table.close_section()
        self._in_caption = False
        for cell in table.cells:
            if cell.hidden:
                self._look_at(cell.text())
        found = table.unfolded()
        if not self._open:
            self.items.extend(found)
        elif around := self._open[-1].cell:
            for item in found:
                around.parts.append(f"\n{item}\n" if isinstance(item, str) else item)
        else:  # In none of the cells of the table around it: browsers show it before that table.
            self.items.extend(found)

    def handle_data(self, data: str) -> None:
        if self._veil:
            self._veiled.append(data)
        if not self._veil or self._chosen:
            self._write(re.sub(r"[ \t\r\n\f]+", " ", data))

    def _write(self, text: str) -> None:
        if not self._open:
            self._line.append(text)
            return
        table = self._open[-1]
        if self._in_caption:
            table.caption = tidy(f"{table.caption}{text}") if text.strip() else table.caption
        elif table.cell is not None:
            table.cell.parts.append(text)
        elif text.strip():
            self._line.append(text)

    def _end_line(self) -> None:
        line = tidy("".join(self._line))
        self._line.clear()
        if line:
            self._budget.spend()
            self.items.append(line)

    def _is_hidden(self, about: Attributes) -> bool:
        return is_hidden(about, self._hidden_classes)

    def _cover(self, tag: str) -> None:
        self._veil, self._veils, self._veiled_tables = tag, 1, 0

    def _uncover(self) -> None:
        text = "".join(self._veiled)
        self._look_at(text)
        if self._veil == "style":
            self._hidden_classes |= hidden_classes(text)
        self._veiled.clear()
        self._veil, self._chosen = "", False

    def _look_at(self, text: str) -> None:
        if len(text) >= 13 and len(self.unseen) < MAX_HIDDEN and (found := number_like(text)):
            self.unseen.append(found)

    def handle_comment(self, data: str) -> None:
        self._look_at(data)

    def handle_decl(self, decl: str) -> None:
        self._look_at(decl)

    def handle_pi(self, data: str) -> None:
        self._look_at(data)

    def unknown_decl(self, data: str) -> None:
        self._look_at(data)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Take <![if …]> and anything like it for a comment, as browsers do."""
        end = self.rawdata.find(">", i)
        if end >= 0 and report:
            self.unknown_decl(self.rawdata[i + 3 : end])
        return end + 1 if end >= 0 else -1

    def end(self) -> None:
        """Close what the page has left open."""
        self._uncover()
        while self._open:
            self._end_table()
        self._end_line()


def _whole(text: str | None) -> int:
    """Answer a span; what is no number counts as one, and no number is larger than six digits."""
    found = re.match(r"\s*(\d+)", text or "1", re.ASCII)
    return int(found[1][:7]) if found else 1


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
