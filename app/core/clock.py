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
