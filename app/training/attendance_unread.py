"""Finds the columns of a register that nobody reads, so that the clerk sees what was not understood."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from app.core.i18n import _l
from app.core.sheet_problems import column_letter, quoted
from app.training.attendance_head_words import parse_head
from app.training.attendance_heads import Block
from app.training.attendance_marks import looks_like_mark
from app.training.attendance_reading import Findings, UnreadColumn
from app.training.sheet_values import read_time
from app.training.sheet_words import Field, is_footer, is_ignored, plain, way_of

_OF_PEOPLE = (Field.NAME, Field.BIRTH_DATE, Field.COURSE, Field.COHORT)
_OF_RECORDS = (*_OF_PEOPLE, Field.DATE, Field.SESSION, Field.PERIOD)
_NUMBERING = re.compile(r"연번|순번|번호|no\.?|#|순")


def unread_columns(block: Block, read: Collection[int]) -> Iterator[UnreadColumn]:
    """Answer the columns with something in them that are not among those that were read."""
    fields = _OF_PEOPLE if block.by_columns else _OF_RECORDS
    known = {*read, *(block.fields[field] for field in fields if field in block.fields)}
    known |= {head.column for head in block.heads}
    people = [row for row in range(block.first, block.last + 1) if _is_person(block, row)]
    for column in range(block.sheet.width):
        title = _title(block, column)
        if column in known or _NUMBERING.fullmatch(plain(title)):
            continue
        if any(block.sheet.cell(row, column) is not None for row in people):
            yield UnreadColumn(block.sheet.name, column_letter(column), quoted(title))


def _is_person(block: Block, row: int) -> bool:
    name = block.cell(row, block.fields[Field.NAME])
    return name is not None and not is_footer(name)


def _title(block: Block, column: int) -> str:
    cells = (block.cell(row, column) for row in range(block.first - 1, block.anchor - 1, -1))
    return next((str(cell) for cell in cells if cell is not None), "")


def warn_of_marks(block: Block, findings: Findings) -> None:
    """Warn of columns right of the first session that hold marks under no head or one that nobody knows."""
    read = {head.column for head in block.heads} | set(block.fields.values())
    for column in range(min(head.column for head in block.heads), block.sheet.width):
        heads = [block.cell(row, column) for row in range(max(0, block.anchor - 1), block.first)]
        if column in read or any(is_ignored(head) or parse_head(head).role == "ignored" for head in heads):
            continue
        people = (row for row in range(block.first, block.last + 1) if block.cell(row, block.fields[Field.NAME]))
        cells = [block.sheet.cell(row, column) for row in people]
        if any(isinstance(cell, str) and not cell.isdecimal() and looks_like_mark(cell) for cell in cells):
            message = _l(
                "이 열에 출결 표시가 있지만 어느 회차인지 알 수 없어 읽지 않았어요. 제목에 회차나 날짜를 적어 주세요."
            )
            findings.warnings.append(block.sheet.place(block.anchor, column, "column_not_read", message))


def warn_of_outings(block: Block, findings: Findings) -> None:
    """Warn of columns with the times of going out and coming back: they change nothing."""
    for column in range(block.sheet.width):
        if way_of(_title(block, column)) != "outing":
            continue
        rows = [row for row in range(block.first, block.last + 1) if _is_person(block, row)]
        cells = [block.sheet.cell(row, column) for row in rows]
        if any(read_time(cell) is not None and not looks_like_mark(cell) for cell in cells):
            message = _l(
                "외출하고 돌아온 시각은 출결에 넣지 않아요. 외출로 기록할 사람은 출결에 ‘외출’이라고 적어 주세요."
            )
            findings.warnings.append(block.sheet.place(block.anchor, column, "outing_not_read", message))
