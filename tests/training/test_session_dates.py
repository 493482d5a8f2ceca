"""Dates from a first day, weekdays and a count."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.training.session_dates import SessionTime, faults, generate, ranges

TUESDAY = date(2026, 9, 1)
FROM, TO = time(14), time(18)


@given(
    first=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    count=st.integers(1, 60),
)
def test_there_are_as_many_as_asked_on_the_days_asked(first: date, weekdays: set[int], count: int) -> None:
    made = generate(first, weekdays, count, FROM, TO)
    days = [session.date for session in made]
    assert len(days) == count
    assert days[0] == first
    assert days == sorted(set(days))
    assert all(day.weekday() in weekdays for day in days[1:])


def test_one_meeting_needs_no_weekday() -> None:
    assert generate(TUESDAY, [], 1, FROM, TO) == [SessionTime(TUESDAY, FROM, TO)]


def test_overlaps_and_reversed_hours_are_found_at_their_place() -> None:
    sessions = [
        SessionTime(TUESDAY, time(9), time(12)),
        SessionTime(TUESDAY, time(12), time(15)),
        SessionTime(TUESDAY, time(14), time(16)),
        SessionTime(TUESDAY, time(18), time(18)),
    ]
    assert sorted(faults(sessions)) == [2, 3]


@pytest.mark.parametrize(
    ("numbers", "written"),
    [([], ""), ([1], "1"), ([1, 2, 3, 5], "1–3, 5"), ([2, 4, 5], "2, 4–5")],
)
def test_numbers_are_written_as_ranges(numbers: list[int], written: str) -> None:
    assert ranges(numbers) == written
