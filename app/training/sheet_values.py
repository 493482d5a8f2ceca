"""Reads dates and times in the spellings that offices use. What cannot be read is None, never a guess.

Dates of sessions may lack their year; dates of birth may lack their century. Both are answered as candidates that
the caller compares with what the plan and the roster say.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from app.core.sheets import Cell

_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (a sheet's times have no zone)
_SERIALS = (3_654, 73_050)  # 1910 to 2099: the days that a number without a date format may stand for.
WEEKDAYS = "월화수목금토일"
_WEEKDAY = r"(?:\s*[(\[]?\s*(?P<weekday>[월화수목금토일])(?:요일)?\s*[)\]]?)?"
_YEAR_FIRST = re.compile(
    r"'?(?P<year>\d{4}|\d{2})\s*[./\-년]\s*(?P<month>\d{1,2})\s*[./\-월]\s*(?P<day>\d{1,2})(?!\d)\s*[.일]?" + _WEEKDAY
)
_YEAR_LAST = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?!\d)")
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2}|\d{2})(?P<month>\d{2})(?P<day>\d{2})(?!\d)" + _WEEKDAY)
_SHORT = re.compile(r"(?P<month>\d{1,2})\s*[./\-월]\s*(?P<day>\d{1,2})(?!\d)\s*[.일]?" + _WEEKDAY)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = rf"(?P<name>{'|'.join(_MONTH_NAMES)})[a-z]{{0,6}}\.?"
# Excel in English writes 9-Mar; Mar-09 is not read, for it may be a month of the year 2009.
_DAY_NAMED = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ \-/.]?{_MONTH_NAME}(?:[ \-/,.]+(?P<year>\d{{4}}|\d{{2}}))?(?!\d)"
)
_NAMED_DAY = re.compile(rf"{_MONTH_NAME} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>\d{{4}}))?(?![\d:])")
_MASKED_NUMBER = re.compile(r"(\d{6})\s*-?\s*([1-8])[*xX○●]{0,6}")
_AFTER_BIRTH = re.compile(r"\s*\((남|여|남자|여자|남성|여성|양|양력|만? ?\d{1,3}세)\)$")
_MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?$")
_ISO = re.compile(r"\d{4}-\d\d-\d\dt\d\d:?\d\d(:?\d\d([.,]\d+)?)?(z|[+-]\d\d(:?\d\d)?)")
_KOREA = timezone(timedelta(hours=9))
_CLOCK = re.compile(
    r"(?P<half>오전|오후|[ap]\.?m\.?)?\s*(?P<hour>\d{1,2})\s*(?:[:;.]|시)\s*(?:(?P<minute>\d{1,2}|반)\s*분?)?"
    r"(?:\s*[:.]?\s*(?P<second>\d{1,2})(?:\.\d+)?\s*초?)?\s*(?P<half_after>[ap]\.?m\.?)?"
)
_DATE_THEN_TIME = re.compile(r"(\S.*?)[ t]((?:(?:오전|오후|[ap]\.?m\.?) ?)?\d{1,2}(?::|시).*)")
_TWO_TIMES = re.compile(r"(?P<came>[^~]*\d[^~]*?)\s*[~\-–/→\n]\s*(?P<went>[^~]*\d[^~]*)")
_DIGITS = re.compile(r"(?P<hour>\d{1,2})(?P<minute>\d{2})(?P<second>\d{2})?")
# Numbers from 1990 to 2060 are days; what is left reads as hours, minutes and seconds: 93000.
_MOMENTS = (32_874, 58_800)


@dataclass(frozen=True)
class WrittenDate:
    """A date as it was written: the year may be missing, and the day may not exist."""

    year: int | None
    month: int
    day: int
    weekday: int | None = None

    @property
    def exists(self) -> bool:
        """Whether there is such a day, in a leap year when no year is written."""
        return 1 <= self.month <= 12 and 1 <= self.day <= monthrange(self.year or 2024, self.month)[1]

    def is_day(self, day: date) -> bool:
        """Whether this is the given day, as far as it is written."""
        return (self.month, self.day) == (day.month, day.day) and self.year in (None, day.year)

    def __str__(self) -> str:
        start = f"{self.year}. " if self.year else ""
        return f"{start}{self.month}. {self.day}."


@dataclass(frozen=True)
class WrittenTime:
    """A time of day, and the date if one was written with it."""

    time: time
    date: WrittenDate | None = None


def tidy(value: Cell) -> str:
    """Answer text as it is read here: NFKC, single spaces, lower case."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", str(value))).strip().lower()


def read_date(value: Cell) -> WrittenDate | None:
    """Answer the date of a cell that holds a date and nothing else."""
    if isinstance(value, date):
        return WrittenDate(value.year, value.month, value.day)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    if not isinstance(value, str):
        return None
    text = tidy(value)
    for pattern in (_YEAR_LAST, _YEAR_FIRST, _COMPACT, _SHORT, _DAY_NAMED, _NAMED_DAY):
        if match := pattern.fullmatch(text):
            return written(match)
    match = _DATE_THEN_TIME.fullmatch(text)
    return read_date(match[1]) if match and _clock(match[2]) else None


def written(match: re.Match[str]) -> WrittenDate:
    """Answer the date that a pattern with the groups year, month, day and weekday has matched."""
    groups = match.groupdict()
    year = groups.get("year")
    weekday = groups.get("weekday")
    return WrittenDate(
        year=None if year is None else int(year) + (2000 if len(year) == 2 else 0),
        month=int(groups["month"]) if "month" in groups else _MONTH_NAMES.index(groups["name"]) + 1,
        day=int(groups["day"]),
        weekday=WEEKDAYS.index(weekday) if weekday else None,
    )


def find_date(text: str) -> tuple[WrittenDate, tuple[int, int]] | None:
    """Answer the first date inside a longer text and where it stands."""
    for pattern in (_YEAR_FIRST, _SHORT, _DAY_NAMED, _NAMED_DAY):
        match = re.compile(r"(?<![\d.:/a-z])" + pattern.pattern).search(text)
        if match:
            return written(match), match.span()
    return None


def _from_number(value: int | float) -> WrittenDate | None:
    if isinstance(value, int) and 19_000_000 < value < 21_000_000:
        return read_date(str(value))
    if _SERIALS[0] <= value <= _SERIALS[1]:
        day = _EXCEL_EPOCH + timedelta(days=int(value))
        return WrittenDate(day.year, day.month, day.day)
    if isinstance(value, int) and 10_000 < value < 1_000_000:
        return read_date(str(value).zfill(6))
    return None


def month_and_day_of_number(value: float) -> tuple[WrittenDate, ...]:
    """Answer what a head such as 3.9 or 3.1 can mean once a sheet took it for a number: 3.1 is also 3.10."""
    month, _, fraction = f"{value:g}".partition(".")
    spellings = (fraction, fraction + "0") if len(fraction) == 1 else (fraction,)
    dates = (WrittenDate(None, int(month), int(day)) for day in spellings if day.isdigit() and month.isdigit())
    return tuple(day for day in dates if day.exists)


def read_birth_dates(value: Cell) -> tuple[date, ...]:
    """Answer the dates of birth that a cell can mean, the likeliest first; none when it is not a date.

    Two-digit years mean either century. The front of a resident number followed by its first hidden digit, as in
    690128-1******, tells the century.
    """
    if isinstance(value, datetime):
        return (value.date(),)
    if isinstance(value, date):
        return (value,)
    if isinstance(value, str):
        value = _MIDNIGHT.sub("", value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ()
    if isinstance(value, float):
        value = int(value) if value.is_integer() else ""
    text = tidy(value)
    if match := _MASKED_NUMBER.fullmatch(text):
        return _days(_century(match[2]) + int(match[1][:2]), int(match[1][2:4]), int(match[1][4:]))
    text = _AFTER_BIRTH.sub("", text)
    found: list[date] = []
    for pattern in (_YEAR_LAST, _YEAR_FIRST, _COMPACT, _DAY_NAMED, _NAMED_DAY):
        match = pattern.fullmatch(re.sub(r"\s*(생|출생)$", "", text))
        if match and match["year"]:
            year, month, day = match["year"], written(match).month, int(match["day"])
            years = (int(year),) if len(year) == 4 else (1900 + int(year), 2000 + int(year))
            found.extend(born for option in years for born in _days(option, month, day))
    return tuple(dict.fromkeys([*found, *_births_of_number(text)]))


def read_birth_year(value: Cell) -> int | None:
    """Answer the year of a cell that holds nothing but a year of birth: 1976, 1976년생."""
    match = re.fullmatch(r"((?:19|20)\d{2})\s*(?:년|년생)?", tidy(value))
    return int(match[1]) if match else None


def without_its_zero(value: Cell) -> date | None:
    """Answer the day of 2000 to 2009 that a number cell leaves of six digits: 10203 is 2001-02-03."""
    padded = str(value).zfill(6)
    return next(iter(_days(2000 + int(padded[:2]), int(padded[2:4]), int(padded[4:]))), None)


def _births_of_number(text: str) -> list[date]:
    """A number cell loses zeros in front (10203 is 2001-02-03), or is a date that lost its format."""
    if not re.fullmatch(r"\d{3,5}", text):
        return []
    lost = without_its_zero(text)
    found = [lost] if lost is not None else []
    if _SERIALS[0] <= int(text) <= _SERIALS[1]:
        found.append((_EXCEL_EPOCH + timedelta(days=int(text))).date())
    return found


def _century(digit: str) -> int:
    return 1900 if digit in "1256" else 2000


def _days(year: int, month: int, day: int) -> tuple[date, ...]:
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def read_time(value: Cell) -> WrittenTime | None:
    """Answer the time of day of a cell, with the date when the cell has one."""
    if isinstance(value, datetime):
        return WrittenTime(value.time(), WrittenDate(value.year, value.month, value.day))
    if isinstance(value, time):
        return WrittenTime(value)
    if isinstance(value, timedelta):
        return _of_day(value) if timedelta(0) <= value < timedelta(days=1) else None
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _time_of_number(value)
    return _time_of_text(tidy(value)) if isinstance(value, str) else None


def two_times(cell: Cell) -> tuple[time, time] | None:
    """Answer the times of a cell that holds coming and going, such as 09:28~12:44."""
    match = _TWO_TIMES.fullmatch(cell.strip()) if isinstance(cell, str) and len(cell) <= 60 else None
    if match is None:
        return None
    came, went = read_time(match["came"]), read_time(match["went"])
    return (came.time, went.time) if came and went else None


def _time_of_number(value: int | float) -> WrittenTime | None:
    if 0 <= value < 1:
        return _of_day(timedelta(days=value))
    if isinstance(value, int) and (100 <= value <= 2359 or (value > 9_999 and not _is_moment(value))):
        match = _DIGITS.fullmatch(str(value))
        return _clock_of(match) if match else None
    if _SERIALS[0] <= value <= _SERIALS[1]:
        moment = _EXCEL_EPOCH + timedelta(seconds=round(value * 86_400))
        return WrittenTime(moment.time(), WrittenDate(moment.year, moment.month, moment.day))
    return None


def _is_moment(value: int) -> bool:
    return _MOMENTS[0] <= value <= _MOMENTS[1]


def _time_of_text(text: str) -> WrittenTime | None:
    if found := _clock(text):
        return found
    if _ISO.fullmatch(text):
        return _of_zone(text)
    if re.fullmatch(r"0?\.\d{3,}", text):
        return _of_day(timedelta(days=float(text)))
    # A date may stand before the time, parted by a space or by the T of ISO 8601.
    match = _DATE_THEN_TIME.fullmatch(text)
    if match and (day := read_date(match[1])) and (clock := _clock(match[2])):
        return WrittenTime(clock.time, day)
    return None


def _of_zone(text: str) -> WrittenTime | None:
    """Answer a moment that is written with its zone as the clock in Korea showed it."""
    try:
        return read_time(datetime.fromisoformat(text.upper()).astimezone(_KOREA).replace(tzinfo=None))
    except ValueError:
        return None


def _clock(text: str) -> WrittenTime | None:
    match = _CLOCK.fullmatch(text) or (_DIGITS.fullmatch(text) if len(text) in (3, 4, 6) else None)
    return _clock_of(match) if match else None


def _clock_of(match: re.Match[str]) -> WrittenTime | None:
    groups = match.groupdict()
    hour, minute = int(groups["hour"]), groups["minute"] or ""
    if not minute and "시" not in match[0]:
        return None
    half = (groups.get("half") or groups.get("half_after") or "").replace(".", "")
    if half and hour > 12:
        half = ""  # 오후 13:20 is written now and then, and means 13:20.
    if half in ("오후", "pm"):
        hour = hour % 12 + 12
    elif half:
        hour = hour % 12
    try:
        return WrittenTime(time(hour, 30 if minute == "반" else int(minute or 0), int(groups.get("second") or 0)))
    except ValueError:
        return None


def _of_day(since_midnight: timedelta) -> WrittenTime:
    seconds = min(round(since_midnight.total_seconds()), 86_399)
    return WrittenTime((_EXCEL_EPOCH + timedelta(seconds=seconds)).time())
