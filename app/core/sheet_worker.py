"""Reads one workbook from standard input in a process of its own and writes its cells as JSON to standard output.

A file from outside may be a bomb, so it is opened where memory and time have an end. The process is started by the
path of this file: imported as a part of `app`, it would load the whole web service first. It therefore imports
nothing of ours. The rules, in order:

1. Memory (address space) and processor time are limited by the operating system.
2. A ZIP is inflated once only to count: more than the allowed bytes, members or a DOCTYPE end the reading.
3. Calamine reads the sheets; rows and cells are counted before they are written out.

The answer is `{"sheets": [...]}` or `{"error": code}` with the codes of `sheets.py`.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import zipfile
import zlib
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
        answer = {"sheets": read(sys.stdin.buffer.read())}
    except Refused as refusal:
        answer = {"error": refusal.args[0]}
    except MemoryError:
        answer = {"error": "bomb"}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True, separators=(",", ":")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
