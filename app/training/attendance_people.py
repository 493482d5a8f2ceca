"""Finds the person of the cohort that a row of a file is about: by name and date of birth, never by a guess."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import NamedTuple

from app.core import templating
from app.core.i18n import Text, _l
from app.core.sheet_problems import quoted
from app.core.sheets import Cell
from app.training.attendance_heads import Block
from app.training.attendance_lines import is_about_nobody
from app.training.attendance_reading import CohortPlan, Findings, PlannedPerson
from app.training.sheet_values import read_birth_dates, read_birth_year, tidy
from app.training.sheet_words import Field, person_name, without_accents, without_letter

_NAME_AND_BIRTH = re.compile(r"(?P<name>[^\d(\[]{2,}?)[\s(\[/,]*(?P<birth>'?\d[\d.\-/년월일생 ]{4,})[)\]\s]*")
_AFTER_NAME = re.compile(r"[(\[].*?[)\]]|님$|씨$")


class PersonRow(NamedTuple):
    """A row of a block that is about a person of the cohort."""

    row: int
    person: PlannedPerson


class People:
    """The people of a cohort, looked up by what a file says of them."""

    def __init__(self, plan: CohortPlan) -> None:
        enrolled = {(person_name(person.name), person.birth_date) for person in plan.people}
        # Who is enrolled again under another record is meant by their row, and not the cancelled record.
        others = [one for one in plan.others if (person_name(one.name), one.birth_date) not in enrolled]
        self._all = (*plan.people, *others)
        self._by_name: dict[str, list[PlannedPerson]] = defaultdict(list)
        self._nearly: dict[str, list[PlannedPerson]] = defaultdict(list)
        for person in self._all:
            name = person_name(person.name)
            self._by_name[name].append(person)
            self._nearly[_bare(name)].append(person)

    def named(self, name: str) -> list[PlannedPerson]:
        """Answer the people with this name, also when a title or a note in brackets follows it."""
        if name in self._by_name:
            return self._by_name[name]
        return [] if without_letter(name) != name else self._by_name.get(_AFTER_NAME.sub("", name), [])

    def nearly_named(self, name: str) -> list[PlannedPerson]:
        """Answer the people whose name differs in a letter that tells namesakes apart (김영희A) or in accents.

        Only a date of birth makes such a name certain.
        """
        return self._nearly.get(_bare(name)) or self._nearly.get(_bare(_AFTER_NAME.sub("", name)), [])

    def born(self, days: tuple[date, ...]) -> list[PlannedPerson]:
        """Answer the people born on one of these days."""
        return [person for person in self._all if person.birth_date in days]


def _bare(name: str) -> str:
    return without_accents(without_letter(name))


def person_rows(
    block: Block, people: People, columns: list[int], findings: Findings, *, fill: bool
) -> list[PersonRow]:
    """Answer the rows of people; what is wrong with a name or a birth date goes into the findings.

    `columns` are those that hold marks or times. `fill` reads merged names for every row they span.
    """
    rows = []
    for row in range(block.first, block.last + 1):
        name, _ = _name_and_birth(block, row, fill=fill)
        known = bool(name and (people.named(name) or people.nearly_named(name)))
        if is_about_nobody(block, row, name, columns, known=known):
            continue
        person = _find(block, people, row, findings, fill=fill)
        if person is not None and person.standing != "enrolled":
            _pass_over(block, row, person, findings)
        elif person is not None:
            rows.append(PersonRow(row, person))
    return rows


def _pass_over(block: Block, row: int, person: PlannedPerson, findings: Findings) -> None:
    """Say once in a file that nothing is recorded of a person who waits or has cancelled."""
    if person.key in findings.passed_over:
        return
    findings.passed_over.add(person.key)
    if person.standing == "cancelled":
        code, message = (
            "person_cancelled",
            _l(
                "%(name)s 님은 수강을 취소한 사람이라 출결을 기록하지 않아요. 다시 수강한다면 적용하기 전에 먼저 "
                "수강취소를 되돌리고 파일을 다시 올려 주세요.",
                name=person.name,
            ),
        )
    else:
        code, message = (
            "person_waitlisted",
            _l(
                "%(name)s 님은 대기 중이라 출결을 기록하지 않아요. 수업에 참여했다면 적용하기 전에 먼저 정원을 늘려 "
                "수강생으로 등록하고 파일을 다시 올려 주세요.",
                name=person.name,
            ),
        )
    findings.warnings.append(block.sheet.place(row, block.fields[Field.NAME], code, message))


def _name_cell(block: Block, row: int, *, fill: bool) -> Cell:
    column = block.fields[Field.NAME]
    return block.cell(row, column) if fill else block.sheet.cell(row, column)


def _name_and_birth(block: Block, row: int, *, fill: bool) -> tuple[str, Cell]:
    """Answer the name as it is compared, and the birth date: its own cell, or behind the name (홍정훈(691028))."""
    cell = _name_cell(block, row, fill=fill)
    column = block.fields.get(Field.BIRTH_DATE)
    birth = block.cell(row, column) if fill else block.sheet.cell(row, -1 if column is None else column)
    both = _NAME_AND_BIRTH.fullmatch(tidy(cell)) if isinstance(cell, str) else None
    if both is None or not read_birth_dates(both["birth"].strip()):
        return person_name(cell), birth
    return person_name(both["name"]), both["birth"].strip() if birth is None else birth


def _find(block: Block, people: People, row: int, findings: Findings, *, fill: bool) -> PlannedPerson | None:
    cell = _name_cell(block, row, fill=fill)
    name, birth = _name_and_birth(block, row, fill=fill)
    name_column = block.fields[Field.NAME]
    if not name:
        message = _l(
            "이름이 비어 있어요. 이 줄이 누구의 기록인지 이름을 적어 주세요. 병합된 칸이 CSV로 저장되며 이름이 "
            "사라졌다면 엑셀 파일(.xlsx)로 올려 주세요."
        )
        findings.problems.append(block.sheet.place(row, name_column, "name_missing", message))
        return None
    birth_column = block.fields.get(Field.BIRTH_DATE, name_column)
    candidates = people.named(name)
    if birth is None:
        if not candidates and people.nearly_named(name):
            _ask_for_birth_date(block, row, cell, findings)
            return None
        return _by_name_alone(block, row, candidates, cell, findings)
    candidates = candidates or people.nearly_named(name)
    days = read_birth_dates(birth)
    year = read_birth_year(birth)
    if not days and year is not None:
        born_then = [person for person in candidates if person.birth_date.year == year]
        if len(born_then) == 1:
            return born_then[0]
    if not days:
        message = _l("생년월일 ‘%(found)s’을 읽을 수 없어요. 1985-03-15처럼 적어 주세요.", found=quoted(birth))
        findings.problems.append(block.sheet.place(row, birth_column, "bad_birth_date", message))
        return None
    matching = [person for person in candidates if person.birth_date in days]
    if len(matching) == 1:
        return matching[0]
    if len({person.birth_date for person in matching}) == 1:
        message = _l(
            "%(name)s 님이 이 기수의 명단에 두 번 있어요. 명단에서 한쪽 수강을 취소해 주세요.", name=quoted(cell)
        )
        findings.problems.append(block.sheet.place(row, name_column, "person_enrolled_twice", message))
        return None
    if candidates:
        message = _mismatch(quoted(cell), days, candidates)
        findings.problems.append(block.sheet.place(row, birth_column, "birth_date_mismatch", message))
        return None
    message = _unknown(quoted(cell), people.born(days))
    findings.problems.append(block.sheet.place(row, name_column, "unknown_person", message))
    return None


def _ask_for_birth_date(block: Block, row: int, cell: Cell, findings: Findings) -> None:
    """A letter behind a name means something to the centre only."""
    column = block.fields.get(Field.BIRTH_DATE)
    message = _l(
        "‘%(name)s’만으로는 명단의 누구인지 알 수 없어요. ‘생년월일’ 열에 생년월일을 적어 주세요.", name=quoted(cell)
    )
    code = "birth_date_column_missing" if column is None else "birth_date_missing"
    place = block.sheet.place(row, block.fields[Field.NAME] if column is None else column, code, message)
    findings.problems.append(place)


def _by_name_alone(
    block: Block, row: int, candidates: list[PlannedPerson], cell: Cell, findings: Findings
) -> PlannedPerson | None:
    if len(candidates) == 1:
        return candidates[0]
    name = quoted(cell)
    if not candidates:
        code, message = "unknown_person", _unknown(name, [])
    elif Field.BIRTH_DATE in block.fields:
        code = "birth_date_missing"
        message = _l(
            "이 기수에 %(name)s 님이 %(count)s명 있어요. 누구인지 알 수 있게 생년월일을 적어 주세요.",
            name=name,
            count=len(candidates),
        )
    else:
        code = "birth_date_column_missing"
        message = _l(
            "이 기수에 %(name)s 님이 %(count)s명 있어요. 누구인지 알 수 있게 ‘생년월일’ 열을 넣어 다시 올려 주세요.",
            name=name,
            count=len(candidates),
        )
    column = block.fields.get(Field.BIRTH_DATE, block.fields[Field.NAME])
    if code == "unknown_person":
        column = block.fields[Field.NAME]
    findings.problems.append(block.sheet.place(row, column, code, message))
    return None


def _unknown(name: str, born_then: list[PlannedPerson]) -> Text:
    if len(born_then) == 1:
        return _l(
            "%(name)s 님은 이 기수의 명단에 없어요. 생년월일이 같은 사람은 %(other)s 님이에요. "
            "이름을 고치거나, 먼저 수강생으로 등록한 뒤 다시 올려 주세요.",
            name=name,
            other=born_then[0].name,
        )
    return _l(
        "%(name)s 님은 이 기수의 명단에 없어요. 이름을 고치거나, 먼저 수강생으로 등록한 뒤 다시 올려 주세요.",
        name=name,
    )


def _mismatch(name: str, days: tuple[date, ...], candidates: list[PlannedPerson]) -> Text:
    return _l(
        "%(name)s 님의 생년월일이 파일에는 %(found)s, 명단에는 %(expected)s로 되어 있어요. 어느 쪽이 맞는지 "
        "확인해 고쳐 주세요.",
        name=name,
        found=show_date(days[0]),
        expected=" / ".join(show_date(person.birth_date) for person in candidates),
    )


def show_date(day: date) -> str:
    """Answer a date as the reader of the message writes it: 2026. 3. 9. in Korean."""
    return templating.date(day)
