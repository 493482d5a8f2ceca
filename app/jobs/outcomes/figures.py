"""Figures of the job board: counts by month, province and kind of work. Pure; small counts are kept back.

A count from 1 to 4 could lead to somebody, so it is not shown; none is shown as none. What is made of such a count (a
median, a share) is not shown either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from statistics import median

SMALLEST_SHOWN = 5
MONTHS = 12


class Grouping(StrEnum):
    """What figures are grouped by."""

    MONTH = "month"
    PROVINCE = "province"
    WORK_KIND = "work_kind"


class What(StrEnum):
    """What happened."""

    OPENING = "openings"
    APPLICATION = "applications"
    OFFER = "offers"
    MATCH = "matches"
    HIRE = "hires"
    ASKED = "asked"
    KEPT = "kept"


@dataclass(frozen=True)
class Event:
    """One thing that happened on a day, where and for which work; `days`: from publication to hiring, of hires."""

    what: What
    on: date
    province: str
    work_kind: str
    days: int | None = None


@dataclass
class Counts:
    """What happened in one group."""

    numbers: dict[What, int] = field(default_factory=lambda: dict.fromkeys(What, 0))
    days: list[int] = field(default_factory=list)

    @property
    def median_days(self) -> int | None:
        """The median of days from publication to hiring; None without hires."""
        return round(median(self.days)) if self.days else None


def months_until(today: date) -> list[str]:
    """Answer the last twelve months with this one, the oldest first: `2026-03`."""
    last = today.year * 12 + today.month - 1
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(last - MONTHS + 1, last + 1)]


def counted(events: Iterable[Event], today: date) -> dict[tuple[Grouping, str], Counts]:
    """Count what happened in the last twelve months, in every grouping; each month is there, with or without."""
    months = months_until(today)
    groups: dict[tuple[Grouping, str], Counts] = defaultdict(Counts)
    for month in months:
        groups[Grouping.MONTH, month] = Counts()
    for event in events:
        month = f"{event.on.year}-{event.on.month:02}"
        if month not in months:
            continue
        keys = (Grouping.MONTH, month), (Grouping.PROVINCE, event.province), (Grouping.WORK_KIND, event.work_kind)
        for key in keys:
            groups[key].numbers[event.what] += 1
            if event.what is What.HIRE and event.days is not None:
                groups[key].days.append(event.days)
    return dict(groups)


def shown(count: int) -> int | None:
    """Answer the count where it may be shown, None where it is too small."""
    return None if 0 < count < SMALLEST_SHOWN else count


def share(part: int, whole: int) -> int | None:
    """Answer the percentage, None where one of both is too small to be shown."""
    if whole < SMALLEST_SHOWN or 0 < part < SMALLEST_SHOWN or 0 < whole - part < SMALLEST_SHOWN:
        return None
    return round(100 * part / whole)
