"""Reads a table that someone uploaded, whatever it is called, into plain cells.

The content decides: XLSX, XLSB, ODS and XLS are read by calamine in a process of its own (`sheet_worker.py`) that is
confined and whose memory and time are limited, HTML pages with tables and XML of Excel 2003 by `sheet_markup.py` in
another one like it; anything else that is text is read as CSV or TSV. Resident numbers are masked here, before
anything else sees the cells, so that no later object, message or log can hold one; their places are kept in
`Workbook.problems`, and a reader of rosters or registers refuses a workbook that has any.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePath

from app.core import confinement, resident_cells, resident_number, sheet_kinds, sheet_text, sheet_worker
from app.core.i18n import Text, _l
from app.core.sheet_problems import Problem, SheetError, column_letter, quoted

__all__ = [
    "Cell",
    "MergedRange",
    "Problem",
    "Sheet",
    "SheetError",
    "Workbook",
    "column_letter",
    "quoted",
    "read_workbook",
]

MAX_BYTES = 10 * 1024 * 1024
MAX_MERGED_CELLS = 200_000

Cell = str | int | float | bool | date | time | datetime | timedelta | None
Rows = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class MergedRange:
    """A merged rectangle, rows and columns counted from 0, ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """One sheet: its cells from A1 on. Rows may differ in length; `cell` answers None beyond their end."""

    name: str
    rows: Rows = field(repr=False)
    merged: tuple[MergedRange, ...] = field(default=(), repr=False)
    visible: bool = True

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    def cell(self, row: int, column: int) -> Cell:
        """Answer the cell at a row and a column counted from 0, None where there is nothing."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return None

    def place(self, row: int, column: int, code: str, message: Text) -> Problem:
        """Answer a problem at a cell counted from 0."""
        return Problem(self.name, row + 1, column_letter(column), code, message)

    def merged_values(self) -> Mapping[tuple[int, int], Cell]:
        """Answer the value that each cell inside a merged range shows; huge ranges are left out."""
        values: dict[tuple[int, int], Cell] = {}
        width, seen = self.width, 0
        for area in self.merged:
            bottom, right = min(area.bottom, self.height - 1), min(area.right, width - 1)
            size = (bottom - area.top + 1) * (right - area.left + 1)
            if size <= 1 or seen + size > MAX_MERGED_CELLS:
                continue
            seen += size  # Areas that lie over each other count again: they are work, too.
            value = self.cell(area.top, area.left)
            for row in range(area.top, bottom + 1):
                for column in range(area.left, right + 1):
                    values[row, column] = value
        return values


@dataclass(frozen=True)
class Workbook:
    """What was in the file. `problems` are the places of resident numbers: the file must then be refused "
    "whole."""

    filename: str
    sheets: tuple[Sheet, ...]
    problems: tuple[Problem, ...] = ()
    kind: Text = ""
    """What the file is where its name says something else: an HTML page or an XML file called .xls."""


def read_workbook(data: bytes, filename: str) -> Workbook:
    """Read the bytes of an uploaded table.

    Raises SheetError when it is empty, too large, locked, broken or not a table at all. A sheet of a text file is
    named after the file.
    """
    name = quoted(resident_number.mask(unicodedata.normalize("NFC", PurePath(filename).name)), 120)
    refuse = _refuser(name)
    if len(data) > MAX_BYTES:
        raise refuse("too_large")
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise refuse("empty")
    kind = sheet_kinds.recognise(data)
    if kind.code == "other":
        raise SheetError(
            _l(
                "이 파일은 엑셀이나 CSV가 아니라 %(found)s 형식이에요. "
                "원본을 엑셀에서 열어 ‘다른 이름으로 저장’에서 ‘Excel 통합 문서(*.xlsx)’를 골라 저장한 뒤 "
                "다시 올려 주세요.",
                found=kind.label,
            ),
            "not_a_sheet",
            name,
        )
    if kind.code in _REFUSALS:
        raise refuse(kind.code)
    hidden: list[HiddenText] = []
    if kind is sheet_kinds.WORKBOOK:
        sheets, hidden = _read_in_worker(data, refuse, (sheet_worker.__file__,), "bomb")
    elif kind in (sheet_kinds.HTML, sheet_kinds.EXCEL_XML):
        worker = str(Path(__file__).with_name("sheet_markup_worker.py"))
        sheets, hidden = _read_in_worker(data, refuse, (worker, kind.code), "slow")
        sheets = tuple(replace(each, name=each.name or PurePath(name).stem or name) for each in sheets)
    else:
        sheets = _read_text(data, name, refuse)
    if not any(cell is not None for sheet in sheets for row in sheet.rows for cell in row):
        raise refuse("empty")
    return replace(_without_resident_numbers(name, filename, sheets, hidden), kind=kind.label)


_REFUSALS: dict[str, Text] = {
    "empty": _l("파일에 내용이 없어요. 명단이나 출석부가 들어 있는 파일인지 열어 보고 다시 올려 주세요."),
    "too_large": _l("파일이 10MB보다 커요. 필요 없는 시트나 그림을 지우고 다시 올려 주세요."),
    "rows": _l(
        "표가 너무 커요(최대 50,000행). 필요 없는 시트와 표 아래·오른쪽에 남은 내용을 지우고 다시 올려 주세요."
    ),
    "bomb": _l(
        "압축을 풀면 너무 커지는 파일이라 읽지 않았어요(최대 100MB). "
        "표만 새 파일에 복사해 ‘Excel 통합 문서(*.xlsx)’로 저장한 뒤 다시 올려 주세요."
    ),
    "slow": _l("파일을 읽는 데 10초가 넘게 걸려 그만두었어요. 표만 새 파일에 복사해 저장한 뒤 다시 올려 주세요."),
    "doctype": _l(
        "엑셀이 만들지 않은 위험한 내용(DOCTYPE)이 들어 있어 읽지 않았어요. "
        "표만 새 파일에 복사해 저장한 뒤 다시 올려 주세요."
    ),
    "locked": _l("암호가 걸린 파일이에요. 엑셀에서 열어 암호를 풀고 저장한 뒤 다시 올려 주세요."),
    "drm": _l("문서보안(DRM)이 걸린 파일이에요. 보안을 해제해 저장한 뒤 다시 올려 주세요."),
    "broken": _l(
        "파일이 손상되어 열 수 없어요. 전송 중에 잘렸을 수 있어요. "
        "엑셀에서 열리는지 확인하고, 원본을 다시 저장해 올려 주세요."
    ),
    "undecodable": _l(
        "파일의 글자를 읽을 수 없어요. UTF-8이나 CP949가 아니거나 일부가 손상됐어요. "
        "엑셀에서 열어 ‘Excel 통합 문서(*.xlsx)’로 저장한 뒤 다시 올려 주세요."
    ),
    "no_table": _l(
        "표가 없는 웹 페이지예요. 오류 화면이나 로그인 화면이 엑셀 파일 이름으로 저장됐을 수 있어요. "
        "내려받은 사이트에 다시 로그인해 파일을 새로 받은 뒤 올려 주세요."
    ),
    "frames": _l(
        "표가 다른 파일에 나뉘어 있는 웹 페이지예요. 이 파일만으로는 읽을 수 없어요. 엑셀에서 열어 "
        "‘다른 이름으로 저장’에서 ‘Excel 통합 문서(*.xlsx)’를 골라 저장한 뒤 다시 올려 주세요."
    ),
    "no_sheets": _l("파일에 표가 있는 시트가 없어요. 출석부나 명단이 있는 파일인지 확인해 주세요."),
}


def _refuser(filename: str) -> Callable[[str], SheetError]:
    return lambda code: SheetError(_REFUSALS[code], code, filename)


HiddenText = Mapping[str, str]


def _read_in_worker(
    data: bytes, refuse: Callable[[str], SheetError], worker: tuple[str, ...], when_killed: str
) -> tuple[tuple[Sheet, ...], list[HiddenText]]:
    command = [sys.executable, "-I", confinement.STARTER, *worker]
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and file; the upload goes to standard input)
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # A crash report might quote cells.
            timeout=sheet_worker.MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise refuse("slow") from error
    if done.returncode < 0:  # Ended by the system: out of memory (abort) or out of time.
        raise refuse(when_killed)
    if done.returncode:
        raise refuse("broken")
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise refuse(answer["error"])
    if not answer["sheets"]:
        raise refuse("no_sheets")
    sheets = tuple(
        Sheet(
            name=sheet["name"],
            rows=_trimmed([_cell(value) for value in row] for row in sheet["rows"]),
            merged=tuple(MergedRange(*area) for area in sheet["merged"]),
            visible=sheet["visible"],
        )
        for sheet in answer["sheets"]
    )
    return sheets, answer["hidden"]


def _read_text(data: bytes, filename: str, refuse: Callable[[str], SheetError]) -> tuple[Sheet, ...]:
    try:
        text = sheet_text.decode(data)
        records = sheet_text.read_rows(text, sheet_worker.MAX_ROWS, sheet_worker.MAX_CELLS)
    except sheet_text.TooManyRows as error:
        raise refuse("rows") from error
    except sheet_text.UndecodableText as error:
        raise SheetError(
            _l(
                "%(line)s번째 줄의 글자를 읽을 수 없어요. CSV는 UTF-8이나 CP949(엑셀 기본값)여야 해요. "
                "엑셀에서 열어 ‘CSV UTF-8’이나 ‘Excel 통합 문서(*.xlsx)’로 저장한 뒤 다시 올려 주세요.",
                line=error.line,
            ),
            "undecodable",
            filename,
        ) from error
    unprintable = sum(1 for letter in text[:20_000] if letter < " " and letter not in "\t\r\n")
    if unprintable > 8:
        raise refuse("broken")
    return (
        Sheet(
            PurePath(filename).stem or filename, _trimmed([cell.strip() or None for cell in row] for row in records)
        ),
    )


def _cell(value: object) -> Cell:
    if isinstance(value, dict):
        ((kind, content),) = value.items()
        return _TYPED[kind](content)
    if isinstance(value, str):
        return value if value.strip() else None
    return value if isinstance(value, bool | int | float) else None


_TYPED: dict[str, Callable[[object], Cell]] = {
    "date": lambda content: date.fromisoformat(str(content)),
    "datetime": lambda content: datetime.fromisoformat(str(content)),
    "time": lambda content: time.fromisoformat(str(content)),
    "seconds": lambda content: timedelta(seconds=float(str(content))),
}


def _trimmed(rows: Iterable[list[Cell]] | Iterable[list[str | None]]) -> Rows:
    """Drop what is empty at the end of rows and of the sheet; nothing that is left moves."""
    kept: list[tuple[Cell, ...]] = []
    for row in rows:
        cells = list(row)
        while cells and cells[-1] is None:
            cells.pop()
        kept.append(tuple(cells))
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def _without_resident_numbers(
    name: str, filename: str, sheets: tuple[Sheet, ...], hidden: Iterable[HiddenText]
) -> Workbook:
    found: list[Problem] = []
    if resident_number.find(filename):
        found.append(Problem(name, 0, "", "resident_number", _IN_NAME))
    cleaned = [_clean_sheet(sheet, found) for sheet in sheets]
    if not found:  # What a cell shows is also among the strings of the file; once is enough.
        found.extend(_in_hidden(text, name) for text in hidden if resident_number.find(text["text"]))
    return Workbook(name, tuple(cleaned), tuple(found))


_IN_CELL = _l(
    "주민등록번호로 보이는 번호가 있어요. 주민등록번호는 받을 수 없어 파일을 저장하지 않았어요. "
    "이 칸을 지우거나 생년월일로 바꾼 뒤 다시 올려 주세요."
)
_IN_NAME = _l(
    "파일이나 시트 이름에 주민등록번호로 보이는 번호가 있어요. 파일을 저장하지 않았어요. 이름을 바꾼 뒤 "
    "다시 올려 주세요."
)


_HIDDEN: dict[str, Text] = {
    "comment": _l("메모"),
    "formula": _l("수식"),
    "drawing": _l("그림이나 글상자"),
    "properties": _l("파일 속성"),
    "sheet": _l("인쇄 머리글이나 입력 목록"),
    "markup": _l("눈에 보이지 않는 곳(숨긴 칸, 주석, 태그 속성 등)"),
    "other": _l("눈에 보이지 않는 곳(쓰지 않는 문자열, 이름 정의 등)"),
}


def _in_hidden(text: HiddenText, name: str) -> Problem:
    """Answer the problem of a number that no cell shows, at the cell that it belongs to."""
    message = _l(
        "%(where)s에 주민등록번호로 보이는 번호가 있어요. 주민등록번호는 받을 수 없어 파일을 저장하지 않았어요. "
        "그 번호를 지우거나, 표만 새 파일에 값으로 붙여 넣어 다시 올려 주세요.",
        where=_HIDDEN[text["part"]],
    )
    place = re.fullmatch(r"([A-Z]+)(\d+)", text["cell"])
    sheet = quoted(resident_number.mask(text["sheet"]), 60) or name
    return Problem(sheet, int(place[2]) if place else 0, place[1] if place else "", "resident_number", message)


def _clean_sheet(sheet: Sheet, found: list[Problem]) -> Sheet:
    name = quoted(resident_number.mask(sheet.name), 60)
    if resident_number.find(sheet.name):
        found.append(Problem(name, 0, "", "resident_number", _IN_NAME))
    named = Sheet(name, sheet.rows, sheet.merged, sheet.visible)
    hidden = resident_cells.find(sheet.rows)
    if not hidden:
        return named
    found.extend(named.place(row, column, "resident_number", _IN_CELL) for row, column in sorted(hidden))
    rows = tuple(
        tuple(resident_number.MASK if (r, c) in hidden else cell for c, cell in enumerate(row))
        for r, row in enumerate(sheet.rows)
    )
    return Sheet(name, rows, sheet.merged, sheet.visible)
