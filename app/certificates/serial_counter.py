"""Serial numbers: counted in the transaction that issues, so that none is lost and none is given twice."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.certificates.models import SerialCounter
from app.core.db import db


def take_number(year: int, kind: str) -> int:
    """Take the next serial number of a year (Korea's) and kind of course.

    The counter's row stays locked until the transaction ends: whoever rolls back gives the number back unused, and
    whoever comes next waits for it.
    """
    number = _advance(year, kind)
    if number is None:
        try:
            with db.session.begin_nested():
                db.session.add(SerialCounter(year=year, kind=kind, next_number=1))
        except IntegrityError:
            pass  # Another process has begun the year in this moment; its row is there now.
        number = _advance(year, kind)
    if number is None:
        raise LookupError(f"no serial counter for {year} {kind}")
    return number


def _advance(year: int, kind: str) -> int | None:
    taken = (
        update(SerialCounter)
        .where(SerialCounter.year == year, SerialCounter.kind == kind)
        .values(next_number=SerialCounter.next_number + 1)
        .returning(SerialCounter.next_number - 1)
        .execution_options(synchronize_session=False)
    )
    return db.session.scalar(taken)
