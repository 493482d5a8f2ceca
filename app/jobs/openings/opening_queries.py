"""Finding openings: the public's, an employer's, the office's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFound
from app.jobs.opening_models import Opening, OpeningEdit
from app.jobs.opening_words import OpeningState
from app.jobs.preference_models import JobOffer
from app.jobs.scope import openings_seen_by

PUBLIC_STATES = (OpeningState.PUBLISHED.value, OpeningState.CLOSED.value, OpeningState.FILLED.value)


def public_opening(public_id: str) -> Opening:
    """Answer an opening that has been published, ended ones too. Raises `NotFound` for drafts and unknown ones."""
    rows = select(Opening).where(Opening.public_id == public_id, Opening.state.in_(PUBLIC_STATES))
    opening = db.session.scalars(
        rows.options(joinedload(Opening.organisation), selectinload(Opening.requirements))
    ).one_or_none()
    if opening is None:
        raise NotFound
    return opening


def published(at: datetime) -> Select[Opening]:
    """Select what is open at this moment, the newest first; nobody closes an opening when its deadline passes."""
    rows = select(Opening).where(Opening.state == OpeningState.PUBLISHED.value)
    rows = rows.where(or_(Opening.deadline_at.is_(None), Opening.deadline_at > at))
    return rows.order_by(Opening.published_at.desc(), Opening.id.desc())


def openings_of(actor: Actor, search: str = "", state: str = "") -> Select[Opening]:
    """Select the openings of the actor's employers that the actor sees, the newest first."""
    rows = openings_seen_by(actor)
    if search:
        rows = rows.where(Opening.title.contains(search, autoescape=True))
    if state:
        rows = rows.where(Opening.state == state)
    return rows.order_by(Opening.id.desc())


def waiting_for_review() -> Select[Opening]:
    """Select what employers have handed in, the oldest first."""
    return select(Opening).where(Opening.state == OpeningState.IN_REVIEW.value).order_by(Opening.id)


def opening_in_review(public_id: str) -> Opening:
    """Answer an opening that waits for review. Raises `NotFound` for any other."""
    opening = db.session.scalars(waiting_for_review().where(Opening.public_id == public_id)).one_or_none()
    if opening is None:
        raise NotFound
    return opening


def edits_of(opening: Opening) -> Select[OpeningEdit]:
    """Select the history of an opening, the newest change first."""
    return select(OpeningEdit).where(OpeningEdit.opening_id == opening.id).order_by(OpeningEdit.version.desc())


def offers_to(person: Person) -> Select[JobOffer]:
    """Select what employers have offered to this person, the newest first."""
    rows = select(JobOffer).where(JobOffer.person_id == person.id).options(joinedload(JobOffer.opening))
    return rows.order_by(JobOffer.id.desc())
