"""Reads a roster (명단): who is to take part in a cohort, and all that is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from email_validator import EmailNotValidError, validate_email

from app.core import clock
from app.core.i18n import Text, _l
from app.core.sheet_problems import Problem, in_reading_order, quoted
from app.core.sheets import Cell, Sheet, Workbook
from app.training.attendance_heads import Block, find_blocks, nameless_head
from app.training.sheet_values import read_birth_dates, read_birth_year, without_its_zero
from app.training.sheet_words import Field, is_footer, person_name, without_letter

MAX_NAME = 60
# Letters of any script, and what joins names: O'Neil, Thi-Hoa, a Chinese spelling in brackets.
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’.·,()\-])*")
# 홍 정 훈 and 김 훈 are spaced to fill the cell; 남궁 민수 is not.
_SPACED = re.compile(r"[가-힣](?: [가-힣]){1,3}")
_OLDEST_YEARS, _LIKELY_YEARS, _YOUNGEST_YEARS = 120, 90, 14


@dataclass(frozen=True)
class RosterPerson:
    """One person of a roster; `phone` and `email` are empty when not given. `row` counts from 1."""

    name: str
    birth_date: date
    phone: str
    email: str
    sheet: str
    row: int


@dataclass(frozen=True)
class RosterReading:
    """The people of a roster. With any problem, nobody of it may be stored.

    `warnings` do not stand in the way but are shown before the roster is confirmed.
    """

    people: tuple[RosterPerson, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def read(workbook: Workbook, today: date | None = None) -> RosterReading:
    """Read a roster. `today` (in Korea) tells two-digit years and future dates; None means the day it is."""
    if workbook.problems:
        return RosterReading(problems=in_reading_order(workbook.problems))
    shown = [sheet for sheet in workbook.sheets if sheet.visible] or list(workbook.sheets)
    blocks = [block for sheet in shown for block in find_blocks(sheet)]
    tables = [block for block in blocks if Field.BIRTH_DATE in block.fields]
    if not tables:
        return RosterReading(problems=(_no_roster(shown, blocks),))
    reader = _Reader(today or clock.seoul_date(clock.now()))
    for block in tables:
        for row in range(block.first, block.last + 1):
            if not _is_about_nobody(block, row):
                reader.read_row(block, row)
    if not reader.people and not reader.problems:
        message = _l("표에 사람이 없어요. 성명과 생년월일을 적어 다시 올려 주세요.")
        reader.problems.append(tables[0].sheet.place(tables[0].anchor, 0, "nobody", message))
    return RosterReading(tuple(reader.people), in_reading_order(reader.problems), in_reading_order(reader.warnings))


class _Reader:
    def __init__(self, today: date) -> None:
        self.people: list[RosterPerson] = []
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self._today = today
        self._rows: dict[tuple[str, date], RosterPerson] = {}

    def read_row(self, block: Block, row: int) -> None:
        """Take the person of one row, or note what is wrong with it."""
        before = len(self.problems)
        name = self._name(block, row)
        born = self._birth_date(block, row)
        phone = self._phone(block, row)
        email = self._email(block, row)
        if len(self.problems) > before or born is None:
            return
        person = RosterPerson(name, born, phone, email, block.sheet.name, row + 1)
        first = self._rows.setdefault((person_name(name), born), person)
        if first is not person:
            message = _l(
                "%(name)s 님이 %(first)s행과 %(second)s행에 두 번 있어요. 한 줄만 남겨 주세요.",
                name=name,
                first=first.row,
                second=person.row,
            )
            self._note(block, row, Field.NAME, "same_person_twice", message)
            return
        self.people.append(person)

    def _note(self, block: Block, row: int, field: Field, code: str, message: Text) -> None:
        self.problems.append(block.sheet.place(row, block.fields[field], code, message))

    def _name(self, block: Block, row: int) -> str:
        cell = block.cell(row, block.fields[Field.NAME])
        name = " ".join(unicodedata.normalize("NFC", str(cell or "")).split())
        if _SPACED.fullmatch(name):
            name = name.replace(" ", "")
        if not name:
            self._note(block, row, Field.NAME, "name_missing", _l("이름이 비어 있어요. 이름을 적어 주세요."))
        elif any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs") for letter in name):
            message = _l("이름에 보이지 않는 문자가 있어요. 이름을 지우고 다시 입력해 주세요.")
            self._note(block, row, Field.NAME, "bad_name", message)
        elif len(name) > MAX_NAME or not _NAME.fullmatch(name):
            message = _l("‘%(found)s’은 이름으로 볼 수 없어요. 이름만 적어 주세요.", found=quoted(name))
            self._note(block, row, Field.NAME, "bad_name", message)
        elif without_letter(person_name(name)) != person_name(name):
            message = _l(
                "‘%(found)s’의 끝 글자가 이름의 일부인지 확인해 주세요. 수료증에 그대로 적혀요. 이름이 같은 사람은 "
                "생년월일로 구별하니 이름만 적어도 돼요.",
                found=quoted(name),
            )
            column = block.fields[Field.NAME]
            self.warnings.append(block.sheet.place(row, column, "lettered_name", message))
        return name

    def _birth_date(self, block: Block, row: int) -> date | None:
        cell = block.cell(row, block.fields[Field.BIRTH_DATE])
        if cell is None:
            message = _l("생년월일이 비어 있어요. 1985-03-15처럼 적어 주세요.")
            self._note(block, row, Field.BIRTH_DATE, "birth_date_missing", message)
            return None
        days = self._by_column(block, cell)
        born = [day for day in days if 0 <= self._today.year - day.year <= _OLDEST_YEARS and day <= self._today]
        if not days:
            message = _l(
                "생년월일 ‘%(found)s’을 읽을 수 없어요. 달력에 있는 날짜를 1985-03-15처럼 적어 주세요.",
                found=quoted(cell),
            )
            self._note(block, row, Field.BIRTH_DATE, "bad_birth_date", message)
        elif not born:
            message = _l(
                "생년월일 ‘%(found)s’은 아직 오지 않았거나 너무 오래된 날이에요. 고쳐 주세요.", found=quoted(cell)
            )
            self._note(block, row, Field.BIRTH_DATE, "unlikely_birth_date", message)
        else:
            # Of two centuries, the one in which the person is old enough to be trained.
            grown = [day for day in born if self._today.year - day.year >= _YOUNGEST_YEARS]
            return max(grown, default=born[0])
        return None

    def _by_column(self, block: Block, cell: Cell) -> tuple[date, ...]:
        """Answer the days that a cell can mean once its column tells 010203 without its zero from a lost format."""
        days = read_birth_dates(cell)
        if not _is_short_number(cell) or len(days) < 2:
            return days
        column = block.fields[Field.BIRTH_DATE]
        cells = [block.cell(row, column) for row in range(block.first, block.last + 1)]
        if any(_is_short_number(other) and without_its_zero(other) is None for other in cells):
            return days[1:]
        if any(re.fullmatch(r"\d{6}", str(other)) for other in cells):
            return days[:1]
        likely = tuple(day for day in days if self._today.year - day.year <= _LIKELY_YEARS)
        return likely if len(likely) == 1 else ()

    def _phone(self, block: Block, row: int) -> str:
        text = _text(block, row, Field.PHONE)
        digits = re.sub(r"\D", "", text)
        if not text:
            return ""
        if len(digits) in (9, 10) and text == digits and digits.startswith("1"):
            text = digits = "0" + digits  # A number cell drops the zero in front.
        if not 8 <= len(digits) <= 13 or not re.fullmatch(r"[\d\s()+.\-–/]+", text):
            message = _l(
                "연락처 ‘%(found)s’을 읽을 수 없어요. 010-1234-5678처럼 적거나 비워 주세요.", found=quoted(text)
            )
            self._note(block, row, Field.PHONE, "bad_phone", message)
            return ""
        if re.fullmatch(r"01\d{9}", text):
            return f"{text[:3]}-{text[3:7]}-{text[7:]}"
        return text

    def _email(self, block: Block, row: int) -> str:
        text = _text(block, row, Field.EMAIL)
        if not text:
            return ""
        try:
            return validate_email(text, check_deliverability=False, test_environment=True).normalized
        except EmailNotValidError:
            message = _l(
                "이메일 ‘%(found)s’을 읽을 수 없어요. name@example.com처럼 적거나 비워 주세요.",
                found=quoted(text, 60),
            )
            self._note(block, row, Field.EMAIL, "bad_email", message)
            return ""


def _is_short_number(cell: Cell) -> bool:
    return re.fullmatch(r"\d{4,5}", str(cell)) is not None and read_birth_year(cell) is None


def _text(block: Block, row: int, field: Field) -> str:
    column = block.fields.get(field)
    cell: Cell = block.cell(row, column)
    if cell is None:
        return ""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    text = unicodedata.normalize("NFKC", text).strip()
    return "" if text in ("-", "없음") else text


def _is_about_nobody(block: Block, row: int) -> bool:
    """Tell whether the row is empty, only numbered, or a note below the people."""
    cells = block.sheet.rows[row]
    name_column = block.fields[Field.NAME]
    filled = [column for column, cell in enumerate(cells) if cell is not None]
    if not filled:
        return True
    known = {block.fields[f] for f in (Field.NAME, Field.BIRTH_DATE, Field.PHONE, Field.EMAIL) if f in block.fields}
    if not known.intersection(filled):
        return True
    if read_birth_dates(block.cell(row, block.fields[Field.BIRTH_DATE])):
        return False
    if any(is_footer(cell) for cell in cells[: name_column + 1]):
        return True
    # A sentence alone in its row is a note; a name alone is a person whose birth date was forgotten.
    return len(filled) == 1 and not re.fullmatch(r"[가-힣]{2,5}", person_name(cells[filled[0]]))


def _no_roster(sheets: list[Sheet], blocks: list[Block]) -> Problem:
    if blocks:
        message = _l(
            "생년월일 열이 없어요. 이름이 같은 사람을 가리려면 ‘생년월일’ 열이 필요해요. 열을 넣어 다시 올려 주세요."
        )
        return blocks[0].sheet.place(blocks[0].anchor, 0, "no_birth_date_column", message)
    for sheet in sheets:
        row = nameless_head(sheet)
        if row is not None:
            message = _l("이름 열이 없어요. 제목 줄에 ‘성명’(또는 ‘이름’) 열을 넣어 다시 올려 주세요.")
            return sheet.place(row, 0, "no_name_column", message)
    message = _l("명단을 찾지 못했어요. 제목 줄에 ‘성명’과 ‘생년월일’이 있는 표가 필요해요.")
    return sheets[0].place(0, 0, "no_roster", message)
