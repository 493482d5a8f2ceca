"""The one place that reads the wall clock. Everything else takes the time as an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


def now() -> datetime:
    """Answer the present moment, aware, in UTC."""
    return datetime.now(UTC)


def seoul_date(moment: datetime) -> date:
    """Answer the calendar day in Korea at this moment: serials and certificates are dated by it."""
    return moment.astimezone(SEOUL).date()


def iso_utc(moment: datetime) -> str:
    """Write a moment for programs: `2026-03-09T00:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
