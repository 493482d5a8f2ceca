"""Pay that compares: whatever it is counted by, as won a month and won an hour. No database.

A month counts the paid day of rest (주휴, from 15 hours a week), as the minimum wage is published: 40 hours a week
are 208.57 hours a month. A day is eight hours, a year twelve months; a week of which nothing is said has 40 hours.
What is compared is the lower end of a range: what somebody gets at least.
"""

from __future__ import annotations

from decimal import Decimal

from app.jobs.opening_words import PayUnit

FULL_WEEK, DAY, HOURS_WITH_REST = Decimal(40), Decimal(8), Decimal(15)
_WEEKS_A_MONTH = Decimal(365) / 7 / 12


def hours_a_month(weekly_hours: Decimal | None) -> Decimal:
    """Answer the paid hours of a month."""
    week = weekly_hours or FULL_WEEK
    rest = min(week, FULL_WEEK) / FULL_WEEK * DAY if week >= HOURS_WITH_REST else Decimal(0)
    return (week + rest) * _WEEKS_A_MONTH


def comparable(unit: PayUnit, least: int | None, most: int | None, weekly_hours: Decimal | None) -> tuple[int, int]:
    """Answer the pay in won a month and in won an hour; (0, 0) where no amount is named."""
    amount = least if least is not None else most
    if not unit.has_amount or amount is None:
        return 0, 0
    hours = hours_a_month(weekly_hours)
    month = {
        PayUnit.HOUR: amount * hours,
        PayUnit.DAY: amount / DAY * hours,
        PayUnit.MONTH: Decimal(amount),
        PayUnit.YEAR: Decimal(amount) / 12,
    }[unit]
    return round(month), amount if unit is PayUnit.HOUR else round(month / hours)
