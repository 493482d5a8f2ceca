"""Openings and applications as programs ask for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_
from sqlalchemy.orm import selectinload

from app.api.cursors import Slice, slice_of
from app.api.opening_bodies import OpeningsWanted, OwnOpeningsWanted
from app.core.access import Actor, owned
from app.core.forms import search_text
from app.core.holding import hold
from app.jobs.opening_models import Opening
from app.jobs.openings.opening_queries import published
from app.jobs.scope import find_own_opening

_WITH_ALL = selectinload(Opening.requirements)


def published_openings(wanted: OpeningsWanted, at: datetime) -> Slice[Opening]:
    """Answer what is open at this moment, the newest first."""
    rows = published(at).options(_WITH_ALL)
    for name in ("work_kind", "employment_type", "province"):
        value = getattr(wanted, name)
        if value is not None:
            rows = rows.where(getattr(Opening, name) == value.value)
    if text := search_text(wanted.q):
        in_title = Opening.title.contains(text, autoescape=True)
        rows = rows.where(or_(in_title, Opening.employer_name.contains(text, autoescape=True)))
    return slice_of(rows, Opening, "published_at", wanted.limit, wanted.cursor)


def own_openings(actor: Actor, wanted: OwnOpeningsWanted) -> Slice[Opening]:
    """Answer the openings of the actor's employers, the newest first."""
    rows = owned(Opening, actor).options(_WITH_ALL)
    if wanted.state is not None:
        rows = rows.where(Opening.state == wanted.state.value)
    return slice_of(rows, Opening, "created_at", wanted.limit, wanted.cursor)


def opening_to_change(public_id: str, actor: Actor) -> Opening:
    """Answer an opening of the actor's, held until this transaction ends: its version cannot pass meanwhile.

    Raises `NotFound`.
    """
    opening = find_own_opening(public_id, actor, to_write=True)
    hold(opening)
    return opening
