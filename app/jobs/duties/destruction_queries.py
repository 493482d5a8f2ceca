"""Which papers can be destroyed, and what has been."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from app.core.clock import seoul_date
from app.core.db import db
from app.jobs.application_models import Application, ApplicationFile, ApplicationItem
from app.jobs.duties.destruction_models import Destruction
from app.jobs.duties.duty_models import ReturnRequest
from app.jobs.duties.duty_queries import open_return_requests
from app.jobs.duties.duty_rules import last_day_kept, may_destroy
from app.jobs.opening_models import Opening
from app.jobs.openings.opening_fields import SHORTEST_RETENTION

_BATCH = 200


@dataclass(frozen=True)
class Kept:
    """An application whose papers are here and whose result is known, by the number that its employer knows."""

    id: int
    number: int
    stage: str
    decided_on: date
    until: date
    is_asked_back: bool


@dataclass(frozen=True)
class Summary:
    """What was destroyed of an opening: how many applications, when first and last, how many rows of which kind."""

    applications: int
    first_at: datetime
    last_at: datetime
    counts: dict[str, int]
    automatic: int
    by: tuple[str, ...]


def kept_papers(opening: Opening) -> list[Kept]:
    """Answer the decided applications of an opening whose papers are still here, by their number."""
    rows = db.session.execute(
        select(Application.id, Application.number, Application.stage, Application.decided_at)
        .where(
            Application.opening_id == opening.id,
            Application.destroyed_at.is_(None),
            Application.decided_at.is_not(None),
        )
        .order_by(Application.number)
    )
    waiting = {application_id for _opening, application_id, _asked in open_return_requests([opening.id])}
    return [
        Kept(id, number, stage, day, last_day_kept(day, opening.retention_days), id in waiting)
        for id, number, stage, moment in rows
        if moment is not None
        for day in [seoul_date(moment)]
    ]


def counts_of(ids: Sequence[int]) -> dict[str, int]:
    """Count what these applications hold, for a look before it is destroyed."""
    found = {}
    for name, table in (("application_items", ApplicationItem), ("application_files", ApplicationFile)):
        rows = select(func.count()).select_from(table).where(table.application_id.in_(ids))
        found[name] = db.session.scalar(rows) or 0
    return found


def due_applications(at: datetime) -> Iterator[int]:
    """Yield the ids of the applications whose period has passed, the oldest first."""
    today, last = seoul_date(at), 0
    oldest = at - timedelta(days=SHORTEST_RETENTION)
    rows = (
        select(
            Application.id,
            Application.decided_at,
            Opening.retention_days,
            ReturnRequest.asked_at,
            ReturnRequest.returned_at,
        )
        .join(Opening, Opening.id == Application.opening_id)
        .outerjoin(ReturnRequest, ReturnRequest.application_id == Application.id)
        .where(Application.destroyed_at.is_(None), Application.decided_at <= oldest)
        .order_by(Application.id)
        .limit(_BATCH)
    )
    while batch := db.session.execute(rows.where(Application.id > last)).all():
        for id, decided_at, days, asked_at, returned_at in batch:
            asked_on = seoul_date(asked_at) if asked_at is not None else None
            decided_on = seoul_date(decided_at) if decided_at is not None else None
            if may_destroy(decided_on, days, today, asked_on, returned_at is not None):
                yield id
        last = batch[-1][0]


def summary_of(opening: Opening) -> Summary | None:
    """Answer what was destroyed of an opening; None when nothing was."""
    rows = select(Destruction).where(Destruction.opening_id == opening.id).order_by(Destruction.id)
    found = db.session.scalars(rows).all()
    if not found:
        return None
    counts: Counter[str] = Counter()
    for row in found:
        counts.update(row.counts)
    by_hand = dict.fromkeys(row.actor_label for row in found if not row.is_automatic)
    automatic = sum(row.is_automatic for row in found)
    return Summary(len(found), found[0].at, found[-1].at, dict(counts), automatic, tuple(by_hand))


def destructions_of(opening: Opening) -> Sequence[Destruction]:
    """Answer each application of an opening whose papers were destroyed, by its number."""
    rows = select(Destruction).where(Destruction.opening_id == opening.id).order_by(Destruction.number)
    return db.session.scalars(rows).all()
