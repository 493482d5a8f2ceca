"""The sessions of a cohort from a first date, weekdays and a count. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from app.core.i18n import Text, _

MAX_SESSIONS = 200


@dataclass(frozen=True)
class SessionTime:
    """One meeting: its day and its hours in Korea."""

    date: date
    start: time
    end: time


def generate(first: date, weekdays: Collection[int], count: int, start: time, end: time) -> list[SessionTime]:
    """List `count` meetings from `first` on, on these weekdays (Monday is 0).

    The first date counts even when its weekday is not among them: whoever wrote it down meant it.
    """
    days = [first]
    day = first
    while weekdays and len(days) < min(count, MAX_SESSIONS):
        day += timedelta(days=1)
        if day.weekday() in weekdays:
            days.append(day)
    return [SessionTime(day, start, end) for day in days[:count]]


def faults(sessions: Sequence[SessionTime]) -> dict[int, Text]:
    """Say what is wrong with each meeting, by its place in the list: hours the wrong way round, or an overlap."""
    found: dict[int, Text] = {}
    for place, session in enumerate(sessions):
        if session.end <= session.start:
            found[place] = _("끝나는 시각이 시작 시각보다 늦어야 해요.")
            continue
        for other in sessions[:place]:
            if other.date == session.date and other.start < session.end and session.start < other.end:
                found[place] = _("같은 날 시간이 겹치는 회차가 있어요.")
                break
    return found


def ranges(numbers: Sequence[int]) -> str:
    """Write numbers in order as people do: 1, 2, 3, 5 → `1–3, 5`."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{first}–{last}" if last > first else str(first) for first, last in spans)
