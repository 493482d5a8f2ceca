"""Serial numbers: counted in the transaction that issues, so that none is lost and none is given twice."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.certificates.models import SerialCounter
from app.core.db import db


def take_numbers(year: int, kind: str, count: int) -> range:
    """Take the next `count` serial numbers of a year (Korea's) and kind of course.

    The counter's row stays locked until the transaction ends: whoever rolls back gives the numbers back unused, and
    whoever comes next waits for them.
    """
    first = _advance(year, kind, count)
    if first is None:
        try:
            with db.session.begin_nested():
                db.session.add(SerialCounter(year=year, kind=kind, next_number=1))
        except IntegrityError:
            pass  # Another process has begun the year in this moment; its row is there now.
        first = _advance(year, kind, count)
    if first is None:
        raise LookupError(f"no serial counter for {year} {kind}")
    return range(first, first + count)


def _advance(year: int, kind: str, count: int) -> int | None:
    taken = (
        update(SerialCounter)
        .where(SerialCounter.year == year, SerialCounter.kind == kind)
        .values(next_number=SerialCounter.next_number + count)
        .returning(SerialCounter.next_number - count)
        .execution_options(synchronize_session=False)
    )
    return db.session.scalar(taken)
