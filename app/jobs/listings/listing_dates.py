"""Reads until when one can apply, in all the ways in which lists write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from app.core.clock import SEOUL
from app.jobs.openings.listing_words import AFTERNOON, ALWAYS, DAY, TIME, UNTIL_FILLED, WEEKDAY

_LAST_MINUTE = time(23, 59)
_PARTS = re.compile(r"\s*[~∼～〜]\s*|\s+[-–—]\s+|\s*부터\s*")
_YEARS = range(2000, 2100)


@dataclass(frozen=True)
class Deadline:
    """From when and until when one can apply; `at` None means always (상시) or, with `until_filled`, until somebody
    is found."""

    posted_on: date | None = None
    at: datetime | None = None
    until_filled: bool = False


def read_deadline(text: str, today: date) -> Deadline | None:
    """Read a deadline or a period (`2026.11.02~11.20`); None when it says no day that exists.

    A day without a year is the next after the day before it, or the one nearest to `today`.
    """
    until_filled = UNTIL_FILLED.search(text) is not None
    rest = WEEKDAY.sub(" ", UNTIL_FILLED.sub(" ", text)).strip()
    parts = [part for part in _PARTS.split(rest) if part is not None]
    if len(parts) > 2:
        return None
    opening = read_day(parts[0], today) if len(parts) == 2 and parts[0] else None
    if len(parts) == 2 and parts[0] and opening is None:
        return None
    closing = parts[-1].strip(" .,/()")
    if not closing or ALWAYS.search(closing):
        said = until_filled or ALWAYS.search(text) is not None
        return Deadline(opening, None, until_filled) if said else None
    at = _moment(closing, opening, today)
    if at is None or (opening and at.date() < opening):
        return None
    return Deadline(opening, at, until_filled)


def read_day(text: str, today: date) -> date | None:
    """Read one day; None when there is none or it does not exist."""
    match = DAY.search(WEEKDAY.sub(" ", text))
    return _day(match, None, today) if match else None


def _moment(text: str, after: date | None, today: date) -> datetime | None:
    match = DAY.search(text)
    day = _day(match, after, today) if match else None
    if match is None or day is None:
        return None
    spoken = TIME.search(text, match.end())
    if spoken is None:
        return datetime.combine(day, _LAST_MINUTE, SEOUL)
    hour, minute = int(spoken["hour"]), int(spoken["minute"] or spoken["spoken"] or 0)
    if spoken["half"] in AFTERNOON and hour < 12:
        hour += 12
    if (hour, minute) == (24, 0):
        return datetime.combine(day, _LAST_MINUTE, SEOUL)
    if hour > 23 or minute > 59:
        return None
    return datetime.combine(day, time(hour, minute), SEOUL)


def _day(match: re.Match[str], after: date | None, today: date) -> date | None:
    if match["packed"]:
        packed = match["packed"]
        return _date(int(packed[:4]), int(packed[4:6]), int(packed[6:]))
    month, day = int(match["month"]), int(match["day"])
    if match["year"]:
        year = int(match["year"])
        return _date(year + 2000 if year < 100 else year, month, day)
    if after is not None:
        same = _date(after.year, month, day)
        return same if same is not None and same >= after else _date(after.year + 1, month, day)
    near = [found for year in (today.year - 1, today.year, today.year + 1) if (found := _date(year, month, day))]
    return min(near, key=lambda found: abs(found - today), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None
