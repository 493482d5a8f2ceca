"""Reads one workbook from standard input in a process of its own and writes its cells as JSON to standard output.

A file from outside may be a bomb, so it is opened where memory and time have an end. The process is started by the
path of this file: imported as a part of `app`, it would load the whole web service first. It therefore imports
nothing of ours. The rules, in order:

1. Memory (address space) and processor time are limited by the operating system.
2. A ZIP is inflated once only to count: more than the allowed bytes, members or a DOCTYPE end the reading.
3. Calamine reads the sheets; rows and cells are counted before they are written out.
4. What no cell shows (comments, page headers, text boxes, formulas, properties, names, strings that no cell uses any
   more) is searched for texts that may hold a resident number. Whether they do is for `resident_number.py` to say.

The answer is `{"sheets": [...], "hidden": [...]}` or `{"error": code}` with the codes of `sheets.py`.
"""

from __future__ import annotations

import html
import io
import json
import re
import resource
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import python_calamine as calamine

MAX_MEMORY = 512 * 1024 * 1024
MAX_SECONDS = 10
MAX_INFLATED = 100 * 1024 * 1024
MAX_MEMBERS = 2_000
MAX_ROWS = 50_000
MAX_CELLS = 1_000_000
_CHUNK = 256 * 1024
_EXACT = 2.0**53
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_KEPT = max(len(word) for word in _DOCTYPES)


MAX_HIDDEN = 200
_LIKE_A_NUMBER = re.compile(r"(\d\s?){2}[\W_]{0,2}(\d\s?){2}[\W_]{0,2}\d\s?\d[\W_ㅡㆍー]{0,6}[1-8](\s?\d){6}(?!\d)")
_LIKE_IN_BYTES = (
    re.compile(rb"(?<!\d)\d{6}-?[1-8]\d{6}(?!\d)"),
    re.compile(rb"(?<!\d\x00)(?:\d\x00){6}(?:-\x00)?[1-8]\x00(?:\d\x00){6}(?!\d\x00)"),
)
# Runs of one text are apart in XML: what stands in one of these belongs together.
_TOGETHER = re.compile(r"<((?:\w+:)?(?:si|comment|p|text|div))\b(?P<head>[^>]*)>(?P<body>.*?)</\1>", re.DOTALL)
_TEXT = re.compile(r">([^<>]{10,})<")
_ATTRIBUTE = re.compile(r"\s[\w:]+=\"([^\"]{13,})\"")
_FORMULA = re.compile(r"<c\s[^>]*?r=\"(?P<cell>[A-Z]{1,3}\d+)\"[^>]*>\s*<f[^>]*>(?P<body>[^<]*)</f>")
_CELL_VALUES = re.compile(r"<v>[^<]*</v>")
_PARTS = (
    ("comment", re.compile(r"comments?[^/]*\.xml$", re.IGNORECASE)),
    ("drawing", re.compile(r"/(drawings|charts|diagrams)/")),
    ("properties", re.compile(r"^(docProps/|meta\.xml)")),
    ("sheet", re.compile(r"/worksheets/")),
)


class Refused(Exception):
    """The workbook must not be read further; the argument is the code of the reason."""


def limit_process() -> None:
    """Give this process an end to its memory and its processor time."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def count_inflated(data: bytes) -> None:
    """Refuse a ZIP that inflates beyond the limit, has too many members, is locked, or holds a DOCTYPE."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise Refused("bomb")
            total = 0
            for member in members:
                if member.flag_bits & 1:
                    raise Refused("locked")
                total = _count_member(archive, member, total)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise Refused("broken") from error


def _count_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, total: int) -> int:
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            if total > MAX_INFLATED:
                raise Refused("bomb")
            if any(word in tail + chunk for word in _DOCTYPES):
                raise Refused("doctype")
            tail = chunk[-_KEPT:]
    return total


def read(data: bytes) -> list[dict[str, object]]:
    """Answer every worksheet: its name, whether it is shown, its cells from A1 on, and its merged ranges."""
    if data.startswith(b"PK"):
        count_inflated(data)
    try:
        workbook = calamine.load_workbook(io.BytesIO(data))
        return _read_sheets(workbook)
    except calamine.PasswordError as error:
        raise Refused("locked") from error
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise Refused("broken") from error


def hidden_texts(data: bytes) -> list[dict[str, str]]:
    """Answer the texts outside of the cells that look like a resident number, with their part, sheet and cell."""
    found: list[dict[str, str]] = []
    if not data.startswith(b"PK"):
        for pattern in _LIKE_IN_BYTES:
            texts = (match[0].replace(b"\x00", b"").decode("ascii") for match in pattern.finditer(data))
            found.extend({"part": "other", "sheet": "", "cell": "", "text": text} for text in texts)
        return found[:MAX_HIDDEN]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = _sheet_names(archive)
        for member in archive.namelist():
            if member.endswith((".xml", ".vml", ".rels")):
                found.extend(_hidden_in(member, _without_cells(archive.read(member)), names))
            if len(found) >= MAX_HIDDEN:
                break
    return found[:MAX_HIDDEN]


def _without_cells(xml: bytes) -> str:
    """Answer a part as text, without the cells of a sheet that has no formulas: calamine has read them."""
    before, _, cells = xml.partition(b"<sheetData")
    cells, _, after = cells.partition(b"</sheetData>")
    formulas = cells if b"<f" in cells else b""
    return (before + formulas + after).decode("utf-8", "replace")


def _hidden_in(member: str, xml: str, names: dict[str, str]) -> Iterator[dict[str, str]]:
    part = next((kind for kind, path in _PARTS if path.search(member)), "other")
    about = {"part": part, "sheet": names.get(member, ""), "cell": ""}
    if part == "sheet":
        for match in _FORMULA.finditer(xml):
            if text := number_like(match["body"]):
                yield {**about, "part": "formula", "cell": match["cell"], "text": text}
        xml = _CELL_VALUES.sub("", _FORMULA.sub("", xml))
    for match in _TOGETHER.finditer(xml):
        if text := number_like(re.sub(r"<[^>]*>", "", match["body"])):
            cell = re.search(r"ref=\"([A-Z]{1,3}\d+)\"", match["head"])
            yield {**about, "cell": cell[1] if cell else "", "text": text}
    xml = _TOGETHER.sub("", xml)
    for pattern in (_TEXT, _ATTRIBUTE):
        for match in pattern.finditer(xml):
            if text := number_like(match[1]):
                yield {**about, "text": text}


def number_like(escaped: str) -> str:
    """Answer the text when it looks like a resident number, nothing otherwise."""
    text = html.unescape(escaped)
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return text if _LIKE_A_NUMBER.search(text) else ""


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Answer the name of the sheet that each part of an XLSX is, or is the comments of."""
    try:
        workbook = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        targets = _targets(archive, "xl/_rels/workbook.xml.rels")
    except KeyError:
        return {}
    names: dict[str, str] = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", workbook):
        about = dict(re.findall(r"([\w:]+)=\"([^\"]*)\"", tag))
        part = "xl/" + targets.get(about.get("r:id", ""), "").removeprefix("/xl/")
        name = html.unescape(about.get("name", ""))
        names[part] = name
        folder, _, file = part.rpartition("/")
        for target in _targets(archive, f"{folder}/_rels/{file}.rels").values():
            names[target.replace("../", "xl/").removeprefix("/")] = name
    return names


def _targets(archive: zipfile.ZipFile, rels: str) -> dict[str, str]:
    if rels not in archive.namelist():
        return {}
    tags = re.findall(r"<Relationship\s[^>]*>", archive.read(rels).decode("utf-8", "replace"))
    about = (dict(re.findall(r"(\w+)=\"([^\"]*)\"", tag)) for tag in tags)
    return {each.get("Id", ""): each.get("Target", "") for each in about}


def _read_sheets(workbook: calamine.CalamineWorkbook) -> list[dict[str, object]]:
    sheets: list[dict[str, object]] = []
    rows_left, cells_left = MAX_ROWS, MAX_CELLS
    for position, about in enumerate(workbook.sheets_metadata):
        if about.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_index(position)
        rows_left -= sheet.total_height
        cells_left -= sheet.total_height * sheet.total_width
        if rows_left < 0 or cells_left < 0:
            raise Refused("rows")
        sheets.append(
            {
                "name": about.name,
                "visible": about.visible == calamine.SheetVisibleEnum.Visible,
                "rows": [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)],
                "merged": [[*start, *end] for start, end in sheet.merged_cell_ranges or []],
            }
        )
    return sheets


def _cell(value: object) -> object:
    """Answer text, numbers and truth as themselves, dates and times as a one-key object, nothing as null."""
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    if isinstance(value, float):
        return int(value) if abs(value) < _EXACT and value.is_integer() else value
    return None if value == "" else value


def main() -> int:
    """Read standard input under the limits and answer on standard output."""
    limit_process()
    answer: dict[str, object]
    try:
        data = sys.stdin.buffer.read()
        answer = {"sheets": read(data), "hidden": hidden_texts(data)}
    except Refused as refusal:
        answer = {"error": refusal.args[0]}
    except MemoryError:
        answer = {"error": "bomb"}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True, separators=(",", ":")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
