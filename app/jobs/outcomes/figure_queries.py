"""What the figures are counted from, and the figures as they were counted last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from app.core.clock import SEOUL, seoul_date
from app.core.db import db
from app.jobs.application_models import Application
from app.jobs.matching.expert_models import ExpertInvitation, ExpertNeed, InvitationState
from app.jobs.opening_models import Opening
from app.jobs.outcomes.employment_models import Employment
from app.jobs.outcomes.figure_models import JobFigure
from app.jobs.outcomes.figures import Event, Grouping, What, months_until
from app.jobs.preference_models import JobOffer, OfferState

_MANY = 1000


def events_until(today: date) -> Iterator[Event]:
    """Yield everything of the last twelve months that is counted, without anybody's name."""
    year, month = months_until(today)[0].split("-")
    since = datetime.combine(date(int(year), int(month), 1), time(), SEOUL)
    place = (Opening.province, Opening.work_kind)
    yield from _dated(What.OPENING, select(Opening.published_at, *place), Opening.published_at, since)
    applied = select(Application.submitted_at, *place).join(Application.opening)
    yield from _dated(What.APPLICATION, applied, Application.submitted_at, since)
    offered = select(JobOffer.sent_at, *place).join(JobOffer.opening)
    yield from _dated(What.OFFER, offered, JobOffer.sent_at, since)
    accepted = select(JobOffer.answered_at, *place).join(JobOffer.opening)
    accepted = accepted.where(JobOffer.state == OfferState.INTERESTED.value)
    yield from _dated(What.MATCH, accepted, JobOffer.answered_at, since)
    invited = select(ExpertInvitation.answered_at, ExpertNeed.province, ExpertNeed.field).join(ExpertInvitation.need)
    invited = invited.where(ExpertInvitation.state == InvitationState.ACCEPTED.value)
    yield from _dated(What.MATCH, invited, ExpertInvitation.answered_at, since)
    # What was confirmed by mistake never happened.
    stands = Employment.withdrawn_at.is_(None)
    answered = select(Employment.answered_at, *place).join(Employment.opening).where(stands)
    yield from _dated(What.ASKED, answered, Employment.answered_at, since)
    yield from _dated(What.KEPT, answered.where(Employment.stood.is_(True)), Employment.answered_at, since)
    hired = select(Employment.confirmed_at, *place, Opening.published_at).join(Employment.opening)
    for at, province, kind, published_at in _rows(hired.where(stands, Employment.confirmed_at >= since)):
        days = (seoul_date(at) - seoul_date(published_at)).days if published_at is not None else None
        yield Event(What.HIRE, seoul_date(at), province or "", kind, days)


def figures_by(grouping: Grouping) -> Sequence[JobFigure]:
    """Answer the figures of one grouping as they were counted last, in the order of their keys."""
    rows = select(JobFigure).where(JobFigure.by == grouping.value).order_by(JobFigure.key)
    return db.session.scalars(rows).all()


def _dated(
    what: What, rows: Select[*tuple[Any, ...]], moment: ColumnElement[Any] | Any, since: datetime
) -> Iterator[Event]:
    for at, province, kind in _rows(rows.where(moment >= since)):
        yield Event(what, seoul_date(at), province or "", kind)


def _rows(rows: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    yield from db.session.execute(rows.execution_options(yield_per=_MANY))
