"""Reads a register (출석부) as a centre sent it: who was at which session, and all that is wrong, cell by cell.

The steps, in order:

1. A workbook with a resident number is refused whole.
2. The tables of people are found in every shown sheet; other sheets (instructions, rosters) are left alone.
3. Merged marks are spread, lines of coming and going joined, and numbers that count anew told by their dates.
4. Columns or rows are matched with the sessions of the plan. Dates that all miss the plan mean another cohort.
5. The signs of the whole file and its legend settle what ambiguous marks mean.
6. Each table is read; the same person and session twice is a problem, unless two sheets agree, which is a warning.
7. People who wait or have cancelled are skipped, and columns that nobody read are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import time

from app.core.i18n import Text, _l
from app.core.sheet_problems import Problem, in_reading_order
from app.core.sheets import Sheet, Workbook
from app.training.attendance_cards import with_days_of_sections, with_people_of_cards
from app.training.attendance_cohort import check_cohort
from app.training.attendance_columns import ColumnsTable, read_columns
from app.training.attendance_heads import Block, find_blocks, nameless_head
from app.training.attendance_marks import reader_for
from app.training.attendance_merges import unmerged
from app.training.attendance_missing import missing_people, missing_records, missing_sessions
from app.training.attendance_months import dated_blocks
from app.training.attendance_notes import notes
from app.training.attendance_pairs import JoinedSheet, how_to_write_an_outing, joined
from app.training.attendance_people import People
from app.training.attendance_reading import (
    AttendanceReading,
    CohortPlan,
    Entry,
    Findings,
    PlannedPerson,
    PlannedSession,
    UnreadColumn,
)
from app.training.attendance_record import RecordReader
from app.training.attendance_rows import RowsTable, read_rows, rows_table
from app.training.attendance_sessions import column_sessions, dates_are_foreign, foreign_dates
from app.training.attendance_unread import unread_columns, warn_of_marks, warn_of_outings
from app.training.policy import PolicyRules
from app.training.sheet_words import Field, field_of, person_name, plain

__all__ = [
    "AttendanceReading",
    "CohortPlan",
    "Entry",
    "PlannedPerson",
    "PlannedSession",
    "read",
]

Table = ColumnsTable | RowsTable
_EXAMPLE_SHEETS = ("작성요령", "작성예시", "작성방법", "예시", "안내", "샘플", "견본", "example", "sample", "readme")


def read(workbook: Workbook, plan: CohortPlan, rules: PolicyRules) -> AttendanceReading:
    """Read a register against the plan of one cohort. Never raises for what is in the file."""
    if workbook.problems:
        return AttendanceReading(problems=in_reading_order(workbook.problems))
    if not plan.sessions or not plan.people:
        return AttendanceReading(problems=(_empty_plan(workbook, plan),))
    findings = Findings()
    blocks = _register_blocks(workbook)
    tables = _tables(blocks, plan, findings)
    if not tables:
        problems = findings.problems or [_no_register(workbook, blocks)]
        return AttendanceReading(problems=in_reading_order(problems))
    return _read_tables(workbook, tables, plan, rules, findings)


def _register_blocks(workbook: Workbook) -> list[Block]:
    """Answer the tables of people. Hidden sheets and filled-in examples count only when nothing else is there."""
    shown = [sheet for sheet in workbook.sheets if sheet.visible] or list(workbook.sheets)
    blocks = [with_days_of_sections(block) for sheet in shown for block in find_blocks(with_people_of_cards(sheet))]
    real = [block for block in blocks if not any(word in plain(block.sheet.name) for word in _EXAMPLE_SHEETS)]
    return real or blocks


def _tables(blocks: Sequence[Block], plan: CohortPlan, findings: Findings) -> list[Table]:
    tables: list[Table] = []
    heads = [(block, head) for block in blocks for head in block.heads]
    days = [day for _, head in heads for day in head.dates]
    if dates_are_foreign(days, plan):
        block, head = next((block, head) for block, head in heads if head.dates)
        place = block.sheet.place(head.row, head.column, "", "")
        findings.problems.append(foreign_dates(place, days, plan))
        return []
    before = len(findings.problems)
    told = dated_blocks([joined(unmerged(block, findings), findings) for block in blocks], plan, findings)
    if any(problem.code == "sessions_restart" for problem in findings.problems[before:]):
        return []
    for original, block in zip(blocks, told, strict=True):
        if block.by_columns:
            warn_of_marks(original, findings)
            sessions = column_sessions(block, plan, findings)
            tables.append(ColumnsTable(block, sessions))
        elif table := rows_table(block, plan, findings):
            warn_of_outings(original, findings)
            tables.append(table)
    return tables if _rows_fit(tables, plan, findings) else []


def _rows_fit(tables: Sequence[Table], plan: CohortPlan, findings: Findings) -> bool:
    records = [table for table in tables if isinstance(table, RowsTable)]
    days = [day for table in records for day in table.dates()]
    if not dates_are_foreign(days, plan):
        return True
    block = next(table.block for table in records if Field.DATE in table.block.fields)
    place = block.sheet.place(block.first, block.fields[Field.DATE], "", "")
    findings.problems.append(foreign_dates(place, days, plan))
    return False


def _read_tables(
    workbook: Workbook, tables: Sequence[Table], plan: CohortPlan, rules: PolicyRules, findings: Findings
) -> AttendanceReading:
    people = People(plan)
    written = notes(workbook, [table.block for table in tables], lambda block: _last_person(block, people))
    marks = reader_for((cell for table in tables for cell in table.mark_cells()), written)
    entries: list[Entry] = []
    found: dict[str, None] = {}
    for table in tables:
        reader = RecordReader(table.block.sheet, marks, rules, findings)
        check_cohort(table.block, plan, findings)
        if isinstance(table, ColumnsTable):
            read_entries, rows = read_columns(table, people, reader, findings)
        else:
            read_entries, rows = read_rows(table, plan, people, reader, findings)
        entries.extend(read_entries)
        found.update((row.person.key, None) for row in rows)
    if not found and not findings.problems:
        findings.problems.append(_nobody(tables[0].block, findings))
    return _reading(tables, _once(entries, plan, findings), list(found), plan, findings)


def _reading(
    tables: Sequence[Table], entries: Sequence[Entry], found: Sequence[str], plan: CohortPlan, findings: Findings
) -> AttendanceReading:
    covered = {entry.session_number for entry in entries}
    order = {key: position for position, key in enumerate(found)}
    without_row = [person for person in plan.people if person.key not in order]
    without_entry = [session for session in plan.sessions if session.number not in covered]
    first = tables[0].block
    if without_row:
        findings.warnings.append(missing_people(first, without_row))
    if without_entry:
        findings.warnings.append(missing_sessions(first, without_entry))
    if any(isinstance(table, RowsTable) for table in tables):
        findings.warnings.extend(missing_records(first, entries, order, plan))
    return AttendanceReading(
        layout="columns" if isinstance(tables[0], ColumnsTable) else "rows",
        sheets=tuple(dict.fromkeys(table.block.sheet.name for table in tables)),
        header_row=first.anchor + 1,
        entries=tuple(sorted(entries, key=lambda entry: (order[entry.person_key], entry.session_number))),
        people_found=tuple(found),
        people_missing=tuple(person.key for person in without_row),
        sessions_covered=tuple(sorted(covered)),
        sessions_missing=tuple(session.number for session in without_entry),
        unread=_unread(tables),
        problems=in_reading_order(findings.problems),
        warnings=in_reading_order(findings.warnings),
    )


def _unread(tables: Sequence[Table]) -> tuple[UnreadColumn, ...]:
    """Answer the columns that were not read, once for all the sheets that have them in the same place."""
    found: dict[tuple[str, str], UnreadColumn] = {}
    for table in tables:
        sheet = table.block.sheet
        read = {*table.columns, *(sheet.read if isinstance(sheet, JoinedSheet) else ())}
        for column in unread_columns(table.block, read):
            found.setdefault((column.column, column.title), column)
    return tuple(found.values())


def _once(entries: Iterable[Entry], plan: CohortPlan, findings: Findings) -> list[Entry]:
    """Keep one entry for each person and session; another is a problem unless another sheet says the same."""
    names = {person.key: person.name for person in plan.people}
    kept: dict[tuple[str, int], Entry] = {}
    twice: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        first = kept.setdefault((entry.person_key, entry.session_number), entry)
        if first is entry:
            continue
        same = replace(entry, sheet=first.sheet, row=first.row, column=first.column, raw=first.raw) == first
        if same and entry.sheet != first.sheet:
            twice.setdefault((first.sheet, entry.sheet), entry)
            continue
        if entry.sheet == first.sheet and _came_back(first, entry):
            findings.problems.append(
                Problem(entry.sheet, entry.row, entry.column, "reentry", how_to_write_an_outing())
            )
            continue
        message = _l(
            "%(name)s 님의 %(number)s회차가 %(sheet)s 시트 %(first)s행에도 있어요. 한쪽만 남기거나, 다른 날의 "
            "수업이면 회차 제목에 날짜를 적어 주세요.",
            name=names[entry.person_key],
            number=entry.session_number,
            sheet=first.sheet,
            first=first.row,
        )
        findings.problems.append(Problem(entry.sheet, entry.row, entry.column, "duplicate_entry", message))
    for (first_sheet, _other), entry in twice.items():
        message = _l(
            "%(sheet)s 시트에 있는 회차가 같은 내용으로 또 있어 한 번만 기록해요. 다른 날의 수업이면 제목에 날짜를 "
            "적어 다시 올려 주세요.",
            sheet=first_sheet,
        )
        findings.warnings.append(Problem(entry.sheet, entry.row, entry.column, "same_record_twice", message))
    return list(kept.values())


def _came_back(first: Entry, again: Entry) -> bool:
    """Whether two records of one session are two stays, one after the other."""
    earlier, later = sorted((first, again), key=lambda entry: entry.check_in or time.min)
    return earlier.check_out is not None and later.check_in is not None and earlier.check_out <= later.check_in


def _last_person(block: Block, people: People) -> int:
    column = block.fields[Field.NAME]
    rows = range(block.last, block.first - 1, -1)
    return next((row for row in rows if people.named(person_name(block.cell(row, column)))), block.last)


def _empty_plan(workbook: Workbook, plan: CohortPlan) -> Problem:
    message: Text = _l("이 기수에 회차가 없어요. 교육계획에서 회차를 먼저 넣어 주세요.")
    if plan.sessions:
        message = _l("이 기수에 수강생이 없어요. 명단을 먼저 올려 주세요.")
    return Problem(workbook.sheets[0].name, 0, "", "empty_plan", message)


def _nobody(block: Block, findings: Findings) -> Problem:
    message: Text = _l("표에 사람이 없어요. 이름과 출결을 적어 다시 올려 주세요.")
    if findings.passed_over:
        message = _l(
            "표에 있는 사람이 모두 대기 중이거나 수강을 취소했어요. 기수를 맞게 골랐는지 확인하고, 수강하는 사람이면 "
            "먼저 등록한 뒤 다시 올려 주세요."
        )
    return block.sheet.place(block.anchor, 0, "nobody", message)


def _no_register(workbook: Workbook, blocks: Sequence[Block]) -> Problem:
    """Explain why no register was found, at the row that comes nearest to one."""
    if blocks:
        message = _l(
            "회차별 출결 열이 없어요. ‘1회차(03.09)’처럼 회차나 날짜를 제목으로 한 열, "
            "또는 ‘교육일’과 ‘입실’·‘퇴실’(또는 ‘출결’) 열을 넣어 다시 올려 주세요."
        )
        return blocks[0].sheet.place(blocks[0].anchor, 0, "no_session_columns", message)
    for sheet in workbook.sheets:
        row = _names_beside(sheet)
        if row is not None:
            message = _l(
                "사람이 옆으로 늘어서 있어요. 표를 복사해 ‘선택하여 붙여넣기’의 ‘행/열 바꿈’으로 바꾸어, 사람마다 한 "
                "줄이 되게 다시 올려 주세요."
            )
            return sheet.place(row, 0, "people_beside", message)
        row = nameless_head(sheet)
        if row is not None:
            message = _l("이름 열이 없어요. 제목 줄에 ‘성명’(또는 ‘이름’, ‘수강생명’) 열을 넣어 다시 올려 주세요.")
            column = next(c for c, cell in enumerate(sheet.rows[row]) if cell is not None)
            return sheet.place(row, column, "no_name_column", message)
    message = _l(
        "출석부를 찾지 못했어요. 제목 줄에 ‘성명’, ‘생년월일’과 회차(또는 ‘교육일’, ‘입실’, ‘퇴실’)가 있는 "
        "표가 필요해요."
    )
    return workbook.sheets[0].place(0, 0, "no_register", message)


def _names_beside(sheet: Sheet) -> int | None:
    """Answer the row of a table turned on its side: 성명 and names behind it, 생년월일 and birth dates below."""
    for row, cells in enumerate(sheet.rows[:20]):
        column = next((c for c, cell in enumerate(cells) if field_of(cell) is Field.NAME), None)
        if column is None or len(cells) - column < 3:
            continue
        if any(field_of(sheet.cell(r, column)) is Field.BIRTH_DATE for r in range(row + 1, row + 4)):
            return row
    return None
