"""Reads registers with the sessions side by side: marks, periods, or times of coming and going.

An empty cell is never taken for a mark. A session whose column is empty has not been recorded yet, and so has a
person whose row is empty: both are warnings. A lone empty cell is a problem at that cell. In pairs of times, no time
in either cell means that the person did not come, as in the exports of door terminals; so it is where both times
share a cell (09:28~12:44).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.i18n import _l
from app.core.sheets import Cell
from app.training.attendance_heads import Block
from app.training.attendance_people import People, PersonRow, person_rows
from app.training.attendance_reading import Entry, Findings
from app.training.attendance_record import RecordReader, is_blank
from app.training.attendance_sessions import SessionColumns
from app.training.sheet_values import two_times
from app.training.sheet_words import Field


@dataclass(frozen=True)
class ColumnsTable:
    """A block whose columns have been matched with the sessions of the plan."""

    block: Block
    sessions: Sequence[SessionColumns]

    @property
    def columns(self) -> list[int]:
        return [column for session in self.sessions for column in session.places.columns]

    def mark_cells(self) -> list[Cell]:
        """Answer every cell that may hold a mark, to learn which signs the file uses."""
        columns = [column for session in self.sessions for column in session.places.marks]
        rows = range(self.block.first, self.block.last + 1)
        return [self.block.sheet.cell(row, column) for row in rows for column in columns]


def read_columns(
    table: ColumnsTable, people: People, reader: RecordReader, findings: Findings
) -> tuple[list[Entry], list[PersonRow]]:
    """Answer the entries of one block and its rows of people."""
    sheet, columns = table.block.sheet, table.columns
    rows = _each_once(table.block, person_rows(table.block, people, columns, findings, fill=False), findings)
    blanks = reader.marks.reads_blanks
    recorded = [found for found in rows if blanks or not is_blank(sheet, found.row, columns)]
    _warn_of_blank_rows(table.block, rows, recorded, findings)
    entries: list[Entry] = []
    # A few cells of times among marks do not make it a register of times, in which an empty cell says 결석.
    written = [cell for cell in table.mark_cells() if cell is not None]
    both_times = sum(two_times(cell) is not None for cell in written) * 2 > len(written)
    for session in table.sessions:
        if all(is_blank(sheet, found.row, session.places.columns) for found in recorded):
            message = _l(
                "%(number)s회차 열이 모두 비어 있어 기록하지 않아요. 아직 하지 않은 수업이면 그대로 두세요.",
                number=session.session.number,
            )
            place = sheet.place(table.block.anchor, session.places.first, "session_not_recorded", message)
            findings.warnings.append(place)
            continue
        places = replace(session.places, both_times=both_times)
        read = (reader.read(found, session.session, places) for found in recorded)
        entries.extend(entry for entry in read if entry is not None)
    return entries, rows


def _each_once(block: Block, rows: list[PersonRow], findings: Findings) -> list[PersonRow]:
    """Keep each person's first row; a second one is a problem that names both."""
    first: dict[str, PersonRow] = {}
    for found in rows:
        earlier = first.setdefault(found.person.key, found)
        if earlier is not found:
            message = _l(
                "%(name)s 님이 %(first)s행과 %(second)s행에 두 번 있어요. 한 줄만 남겨 주세요.",
                name=found.person.name,
                first=earlier.row + 1,
                second=found.row + 1,
            )
            place = block.sheet.place(found.row, block.fields[Field.NAME], "same_person_twice", message)
            findings.problems.append(place)
    return list(first.values())


def _warn_of_blank_rows(block: Block, rows: list[PersonRow], recorded: list[PersonRow], findings: Findings) -> None:
    known = {found.row for found in recorded}
    for row, person in rows:
        if row not in known:
            message = _l("%(name)s 님의 출결이 모두 비어 있어 기록하지 않아요.", name=person.name)
            place = block.sheet.place(row, block.fields[Field.NAME], "person_not_recorded", message)
            findings.warnings.append(place)
