"""Questions about interview times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFound
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.hiring.applicant_queries import applications_of
from app.jobs.interview_models import InterviewChoice, InterviewSlot
from app.jobs.opening_models import Opening

OUT = (Stage.WITHDRAWN.value, Stage.REJECTED.value)


def slots_of(opening: Opening) -> Sequence[InterviewSlot]:
    """Answer the times that the employer offers, the earliest first."""
    rows = select(InterviewSlot).where(InterviewSlot.opening_id == opening.id, InterviewSlot.withdrawn_at.is_(None))
    return db.session.scalars(rows.order_by(InterviewSlot.starts_at, InterviewSlot.id)).all()


def last_offered(opening: Opening) -> InterviewSlot | None:
    """Answer the time that was offered last; None when none is."""
    rows = select(InterviewSlot).where(InterviewSlot.opening_id == opening.id, InterviewSlot.withdrawn_at.is_(None))
    return db.session.scalars(rows.order_by(InterviewSlot.id.desc()).limit(1)).one_or_none()


def find_slot(opening: Opening, public_id: str) -> InterviewSlot:
    """Answer a time that is offered. Raises `NotFound`."""
    slot = next((slot for slot in slots_of(opening) if slot.public_id == public_id), None)
    if slot is None:
        raise NotFound
    return slot


def choosable(opening: Opening, at: datetime) -> Sequence[InterviewSlot]:
    """Answer the times that can still be chosen, full ones included."""
    return [slot for slot in slots_of(opening) if slot.changes_until > at]


def seats_left(opening: Opening) -> dict[int, int]:
    """Answer how many can still choose each time, by its row. Who has withdrawn or was rejected holds no seat."""
    held = (
        select(InterviewChoice.slot_id, func.count().label("held"))
        .join(Application, Application.id == InterviewChoice.application_id)
        .where(Application.opening_id == opening.id, Application.stage.not_in(OUT))
        .group_by(InterviewChoice.slot_id)
        .subquery()
    )
    rows = (
        select(InterviewSlot.id, InterviewSlot.capacity - func.coalesce(held.c.held, 0))
        .outerjoin(held, held.c.slot_id == InterviewSlot.id)
        .where(InterviewSlot.opening_id == opening.id)
    )
    return {int(id): int(left) for id, left in db.session.execute(rows)}


def held_by_others(slot: InterviewSlot, application: Application) -> int:
    """Count who holds a seat at a time beside this application."""
    rows = (
        select(func.count())
        .select_from(InterviewChoice)
        .join(Application, Application.id == InterviewChoice.application_id)
        .where(InterviewChoice.slot_id == slot.id, Application.stage.not_in(OUT), Application.id != application.id)
    )
    return db.session.scalar(rows) or 0


def has_lost(application: Application) -> bool:
    """Tell whether the time that the applicant chose last was taken meanwhile, and no other has been chosen since."""
    rows = select(ApplicationEvent.action).where(
        ApplicationEvent.application_id == application.id,
        ApplicationEvent.action.in_(("interview", "interview_lost", "submit")),
    )
    return db.session.scalar(rows.order_by(ApplicationEvent.id.desc()).limit(1)) == "interview_lost"


def choice_of(application: Application) -> InterviewChoice | None:
    """Answer what the applicant has chosen; None when nothing."""
    rows = select(InterviewChoice).where(InterviewChoice.application_id == application.id)
    return db.session.scalars(rows.options(joinedload(InterviewChoice.slot))).one_or_none()


def chosen_by(opening: Opening, actor: Actor) -> dict[int, list[Application]]:
    """Answer who holds a seat at each time, by the time's row: those that the actor may judge."""
    rows = applications_of(opening, actor).options(selectinload(Application.items), selectinload(Application.files))
    found = db.session.execute(
        rows.add_columns(InterviewChoice.slot_id)
        .join(InterviewChoice, InterviewChoice.application_id == Application.id)
        .where(Application.stage.not_in(OUT))
        .order_by(Application.number)
    )
    chosen: dict[int, list[Application]] = {}
    for application, slot_id in found:
        chosen.setdefault(slot_id, []).append(application)
    return chosen
