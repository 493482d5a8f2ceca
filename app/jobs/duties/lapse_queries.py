"""Applications without result: how long they have waited, read in one query for many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select

from app.core.clock import SEOUL, seoul_date
from app.core.db import db
from app.jobs.applicant_models import StageMove
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import FINAL_STAGES
from app.jobs.duties.duty_models import ReturnRequest
from app.jobs.duties.duty_rules import may_destroy
from app.jobs.lapse_rules import DECISION, LAPSE, SHORTEST_WAIT, SIGNS_OF_LIFE, Waiting, ended_on
from app.jobs.opening_models import Opening

_BATCH = 500


@dataclass(frozen=True)
class Undecided:
    """An application without result and how long it has waited; whether its papers were asked back, and returned."""

    id: int
    opening_id: int
    waiting: Waiting
    asked_on: date | None
    is_returned: bool


def undecided_of(opening_ids: Sequence[int]) -> list[Undecided]:
    """Answer the applications without result of these openings."""
    return list(_undecided(Application.opening_id.in_(opening_ids)))


def openings_to_tell(at: datetime) -> list[int]:
    """Answer the openings that have applications which have lapsed and of which nobody has been told."""
    found = _undecided(Application.submitted_at <= at - SHORTEST_WAIT)
    return sorted({one.opening_id for one in found if is_to_be_told(one, at)})


def is_to_be_told(one: Undecided, at: datetime) -> bool:
    """Tell whether this application has lapsed and nobody has been told."""
    return one.waiting.counts_from is None and one.waiting.lapses_on <= seoul_date(at)


def due_lapsed(at: datetime) -> list[int]:
    """Answer the ids of the applications without result whose period has passed since everybody was told."""
    found = _undecided(Application.submitted_at <= at - SHORTEST_WAIT)
    return [one.id for one in found if is_due(one, at)]


def is_due(one: Undecided, at: datetime) -> bool:
    """Tell whether the papers of this application may be destroyed although it has no result."""
    told_on, days = one.waiting.counts_from, one.waiting.retention_days
    return may_destroy(told_on, days, seoul_date(at), one.asked_on, one.is_returned)


def undecided(application: Application) -> Undecided | None:
    """Answer how long one application has waited as it stands now; None when it has a result."""
    return next(_undecided(Application.id == application.id), None)


def lapsed_openings_since(day: date | None) -> int:
    """Count the openings whose applicants were told after this day that they have lapsed; None: ever."""
    told = select(func.count(Application.opening_id.distinct())).join(
        ApplicationEvent, ApplicationEvent.application_id == Application.id
    )
    told = told.where(ApplicationEvent.action == LAPSE, *_without_result())
    if day is not None:
        told = told.where(ApplicationEvent.at >= datetime.combine(day + timedelta(days=1), time(), SEOUL))
    return db.session.scalar(told) or 0


def hold_undecided(opening_id: int) -> Sequence[Application]:
    """Answer the applications without result of an opening, held until the transaction ends."""
    rows = select(Application).where(Application.opening_id == opening_id, *_without_result())
    rows = rows.order_by(Application.id).with_for_update()
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def _without_result() -> tuple[ColumnElement[bool], ...]:
    final = [stage.value for stage in FINAL_STAGES]
    return (
        Application.stage.not_in(final),
        Application.decided_at.is_(None),
        Application.destroyed_at.is_(None),
    )


def _undecided(which: ColumnElement[bool]) -> Iterator[Undecided]:
    # Decisions are counted below: one that was taken back is a step, too, but told nobody anything.
    signs = [action for action in SIGNS_OF_LIFE if action != DECISION]
    heard = func.max(ApplicationEvent.at).filter(ApplicationEvent.action.in_(signs))
    stands = (StageMove.application_id == Application.id, StageMove.undone_at.is_(None))
    decided = select(func.max(StageMove.at)).where(*stands).scalar_subquery()
    told = func.max(ApplicationEvent.at).filter(ApplicationEvent.action == LAPSE)
    rows = (
        select(Application)
        .join(Application.opening)
        .join(ApplicationEvent, ApplicationEvent.application_id == Application.id, isouter=True)
        .join(ReturnRequest, ReturnRequest.application_id == Application.id, isouter=True)
        .where(which, *_without_result())
        .with_only_columns(
            Application.id,
            Application.opening_id,
            Application.submitted_at,
            Opening.closed_at,
            Opening.deadline_at,
            Opening.retention_days,
            ReturnRequest.asked_at,
            ReturnRequest.returned_at,
            heard,
            decided,
            told,
        )
        .group_by(Application.id, Opening.id, ReturnRequest.id)
        .order_by(Application.id)
        .limit(_BATCH)
    )
    last = 0
    while batch := db.session.execute(rows.where(Application.id > last)).all():
        for id, opening_id, submitted, closed, deadline, days, asked, returned, heard_at, moved_at, told_at in batch:
            last_heard = max(filter(None, (heard_at, moved_at)), default=None)
            since = Waiting(seoul_date(submitted), ended_on(closed, deadline), _day(last_heard), _day(told_at), days)
            yield Undecided(id, opening_id, since, _day(asked), returned is not None)
        last = batch[-1][0]


def _day(moment: datetime | None) -> date | None:
    return seoul_date(moment) if moment is not None else None
