"""Understands what one cell in the head of a register says about sessions: number, date, period, what is below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from app.core.sheets import Cell
from app.training.sheet_values import WEEKDAYS, WrittenDate, find_date, month_and_day_of_number, read_date, tidy
from app.training.sheet_words import Field, field_of, is_ignored

Role = Literal["mark", "in", "out", "ignored"]
_ROLES: dict[Field, Role] = {
    Field.CHECK_IN: "in",
    Field.CHECK_OUT: "out",
    Field.BEGIN: "in",
    Field.FINISH: "out",
    Field.MARK: "mark",
    Field.TIME: "ignored",
}
_NUMBER = re.compile(
    r"(?:(?<![가-힣])제\s*)?(?<!\d)(?P<number>\d{1,3})\s*(?:회차|차시|회|강|일차|차)(?![\d가-힣]*교시)"
)
_WEEK = re.compile(r"(?P<number>\d{1,2})\s*주차")
_ENGLISH = re.compile(r"(?:session|day|class|lesson|#)\s*(?P<number>\d{1,3})\b")
_PERIOD = re.compile(r"(?P<period>\d{1,2})\s*교시")
_MONTH = re.compile(r"(?:(?P<year>\d{4}|\d{2})\s*[년.\-/]\s*)?(?P<month>\d{1,2})\s*월")
_DAY = re.compile(r"(?P<day>\d{1,2})\s*일?(?:\s*[(\[]?(?P<weekday>[월화수목금토일])(?:요일)?[)\]]?)?")
_TIME_RANGE = re.compile(r"\d{1,2}[:시]\d{0,2}분?\s*[~\-–]\s*\d{1,2}[:시]\d{0,2}분?")
# Part of a session's hours heads a column of its own: 오전, 14~16시. Hours are told apart by when they begin.
_HALVES = {"오전": 1, "오후": 2}
_HOURS = re.compile(r"(?P<hour>\d{1,2})(?:[:시](?P<minute>\d{2})?분?)?\s*[~\-–]\s*\d{1,2}[:시](?:\d{2}분?)?")
HOURS_FROM = 1000
# What stands beside sessions and counts or dates something else: 과제 3회, 면담일(3/13), 보충 1회, 결석 3회.
_OTHER_MATTER = re.compile(
    r"(?:누적|무단|개인|개별|추가|미제출|총)?(?P<matter>과제|숙제|리포트|레포트|면담|상담|컨설팅|멘토링|보충|보강|재시험|시험|"
    r"퀴즈|설문|만족도|제출|납부|봉사|출석|결석|지각|조퇴|외출|공결|병결|병가|수료|미수료|신청|접수|등록|연장)"
    r"(?:일|일자|일시|일정|물|수업|교육|활동|조사|횟수|제출|제출일)?"
)
_TOTAL = re.compile(r"(?:총|합계|누계|전체|모두)\s*\d")


@dataclass(frozen=True)
class HeadParts:
    """What one cell of a head says."""

    number: int | None = None
    bare: int | None = None
    dates: tuple[WrittenDate, ...] = ()
    month: tuple[int | None, int] | None = None
    day: int | None = None
    period: int | None = None
    role: Role | None = None
    excluded: bool = False
    """Whether the column is about something else, such as homework, whatever number or date stands with it."""

    @property
    def names_session(self) -> bool:
        return bool(self.number is not None or self.dates or self.month or self.day is not None)

    @property
    def is_sub(self) -> bool:
        """Whether it parts a session into columns."""
        return self.role in ("in", "out", "mark") or self.period is not None


def parse_head(value: Cell) -> HeadParts:
    """Answer what one cell of a head says about sessions; an empty answer for everything else."""
    if isinstance(value, datetime | date):
        written_date = read_date(value)
        return HeadParts(dates=(written_date,) if written_date else ())
    if isinstance(value, bool) or value is None:
        return HeadParts()
    if isinstance(value, int):
        return _parse_number(value)
    if isinstance(value, float):
        return HeadParts(dates=month_and_day_of_number(value)) if 1 <= value < 13 else HeadParts()
    return _parse_text(value) if isinstance(value, str) and len(value) <= 80 else HeadParts()


def _parse_number(value: int) -> HeadParts:
    if 0 < value < 400:
        return HeadParts(bare=value)
    written_date = read_date(value)
    return HeadParts(dates=(written_date,)) if written_date else HeadParts()


def _parse_text(value: str) -> HeadParts:
    if found := field_of(value):
        return HeadParts(role=_ROLES.get(found))
    text = tidy(value)
    if is_ignored(value) or text in WEEKDAYS:
        return HeadParts(role="ignored" if is_ignored(value) else None)
    if re.fullmatch(r"\d{1,3}", text):
        return HeadParts(bare=int(text))
    if text in _HALVES:
        return HeadParts(period=_HALVES[text])
    if match := _HOURS.fullmatch(text):
        return HeadParts(period=HOURS_FROM + int(match["hour"]) * 60 + int(match["minute"] or 0))
    if written_date := read_date(text) or _date_of_digits(text):
        return HeadParts(dates=(written_date,))
    if text.startswith(("총", "합계", "누계", "전체")) or _TOTAL.search(text):
        return HeadParts(role="ignored")
    return _parse_longer(_TIME_RANGE.sub(" ", text))


def _date_of_digits(text: str) -> WrittenDate | None:
    """Answer the day of a head that text files spell without any sign: 0309, or 46090 where a format was lost."""
    if re.fullmatch(r"(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", text):
        return WrittenDate(None, int(text[:2]), int(text[2:]))
    return read_date(int(text)) if re.fullmatch(r"[45]\d{4}", text) else None


def _parse_longer(text: str) -> HeadParts:
    """Read a head such as "제1회차(03.09) 입실": take the known parts out and look at what is left."""
    parts, whole = HeadParts(), text
    if match := _PERIOD.search(text):
        parts, text = replace(parts, period=int(match["period"])), _without(text, match.span())
    week = None
    if match := _NUMBER.search(text) or _ENGLISH.search(text) or (week := _WEEK.search(text)):
        parts, text = replace(parts, number=int(match["number"])), _without(text, match.span())
    if found := find_date(text):
        # A week has several days: 1주차 3/9 and 1주차 3/11 are told by their dates.
        number = None if week else parts.number
        parts, text = replace(parts, dates=(found[0],), number=number), _without(text, found[1])
    elif parts.number is None and (match := re.fullmatch(_MONTH, text.strip(" ()"))):
        year = match["year"]
        full = None if year is None else int(year) + (2000 if len(year) == 2 else 0)
        return replace(parts, month=(full, int(match["month"])))
    if not parts.dates and (match := re.fullmatch(_DAY, text.strip(" ()[]"))) and ("일" in text or match["weekday"]):
        return replace(parts, day=int(match["day"]))
    left = re.sub(r"[()\[\]\s]", " ", text).strip()
    if matter := _OTHER_MATTER.fullmatch(left.replace(" ", "").strip(":-~.,")):
        return _of_other_matter(whole, matter["matter"], parts)
    if left in _HALVES and parts.names_session:
        return replace(parts, period=_HALVES[left])
    field_left = field_of(left) if left else None
    return replace(parts, role=_ROLES.get(field_left)) if field_left else parts


def _of_other_matter(text: str, matter: str, parts: HeadParts) -> HeadParts:
    """과제 3회 is about homework; 3회차 과제 may be the third session's only column; 출석 3/9 is a session."""
    if matter == "출석":
        counts = (
            parts.number is not None and not parts.dates and not re.search(r"\d\s*(?:회차|차시|강|일차|주차)", text)
        )
        return HeadParts(role="ignored", bare=parts.number) if counts else replace(parts, role="mark")
    if re.match(r"[\s(\[]*(?:제\s*)?\d", text) and parts.names_session:
        return replace(parts, role="ignored")
    return HeadParts(role="ignored", excluded=True)


def _without(text: str, span: tuple[int, int]) -> str:
    return f"{text[: span[0]]} {text[span[1] :]}"
