"""Numbers of an opening's applications: counted in the transaction that hands in, so that none is lost or doubled."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.core.clock import seoul_date
from app.core.db import db
from app.jobs.application_models import Application
from app.jobs.applying.application_draft_models import ApplicationCounter


def take_number(opening_id: int) -> int:
    """Take the next number of an opening. Whoever rolls back gives it back; whoever comes next waits for it."""
    number = _advance(opening_id)
    if number is None:
        try:
            with db.session.begin_nested():
                db.session.add(ApplicationCounter(opening_id=opening_id, next_number=_first(opening_id)))
        except IntegrityError:
            pass  # Another process has begun to count in this moment; its row is there now.
        number = _advance(opening_id)
    if number is None:
        raise LookupError(f"no counter of applications for the opening {opening_id}")
    return number


def receipt_number(application: Application) -> str:
    """Write the number that applicant and employer can name to each other: `20260309-0012`."""
    return f"{seoul_date(application.submitted_at):%Y%m%d}-{application.number:04d}"


def _advance(opening_id: int) -> int | None:
    taken = (
        update(ApplicationCounter)
        .where(ApplicationCounter.opening_id == opening_id)
        .values(next_number=ApplicationCounter.next_number + 1)
        .returning(ApplicationCounter.next_number - 1)
        .execution_options(synchronize_session=False)
    )
    return db.session.scalar(taken)


def _first(opening_id: int) -> int:
    newest = select(func.max(Application.number)).where(Application.opening_id == opening_id)
    return (db.session.scalar(newest) or 0) + 1
