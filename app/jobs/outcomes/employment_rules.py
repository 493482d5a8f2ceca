"""When a job is asked about again, and when openings are full. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from app.accounts.models import PersonRole
from app.jobs.opening_words import WorkKind

MONTHS_UNTIL_ASKED = 6
# Who is hired for one of these works becomes what the programmes call those who do it.
ROLES: dict[WorkKind, PersonRole] = {
    WorkKind.COORDINATOR: PersonRole.COORDINATOR,
    WorkKind.PLANNER: PersonRole.PLANNER,
    WorkKind.DESIGNER: PersonRole.DESIGNER,
}


def months_after(day: date, months: int) -> date:
    """Answer the same day some months later, the month's last where it has no such day; no day is later than the
    last there is."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def asked_on(started_on: date) -> date:
    """Answer the day from which the employer can say whether the job still stands."""
    return months_after(started_on, MONTHS_UNTIL_ASKED)


def ended_early(started_on: date, ended_on: date | None) -> bool:
    """Tell whether a job ended before it would have been asked about."""
    return ended_on is not None and ended_on < asked_on(started_on)


def is_full(headcount: int | None, hired: int) -> bool:
    """Tell whether as many were hired as were looked for; an opening without headcount never is by itself."""
    return headcount is not None and hired >= headcount
