"""Questions about saved searches. Every one that serves somebody starts from the account's own id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFound
from app.jobs.board import search_index
from app.jobs.board.saved_search_models import Alert, SavedSearch, SavedSearchTelling
from app.jobs.board.search_models import OpeningSearch
from app.jobs.board.search_queries import conditions
from app.jobs.opening_models import Opening

# A transaction that indexes many openings dates them by its beginning and shows them at its end.
OVERLAP = timedelta(hours=1)


def searches_of(actor: Actor) -> Sequence[SavedSearch]:
    """Answer an account's searches, the newest first; there are never many."""
    rows = select(SavedSearch).where(SavedSearch.account_id == actor.account_id).order_by(SavedSearch.id.desc())
    return db.session.scalars(rows).all()


def search_of(actor: Actor, public_id: str) -> SavedSearch:
    """Answer one search of this account. Raises `NotFound` for anybody else's."""
    own = SavedSearch.account_id == actor.account_id
    found = db.session.scalars(select(SavedSearch).where(own, SavedSearch.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def search_by_link(public_id: str, *, for_change: bool = False) -> SavedSearch | None:
    """Answer the search that a link in a mail names; None when it has been deleted."""
    rows = select(SavedSearch).where(SavedSearch.public_id == public_id)
    return db.session.scalars(rows.with_for_update() if for_change else rows).one_or_none()


def due(at: datetime, most: int) -> Sequence[SavedSearch]:
    """Take hold of searches that it is time to ask, those that have waited longest first."""
    newest = db.session.scalar(select(func.max(OpeningSearch.changed_at)))
    if newest is None:
        return []
    at_once = (SavedSearch.alert == Alert.AT_ONCE.value) & (SavedSearch.looked_at < min(at, newest + OVERLAP))
    daily = (SavedSearch.alert == Alert.DAILY.value) & (SavedSearch.next_look_at <= at)
    rows = select(SavedSearch).where(or_(at_once, daily)).order_by(SavedSearch.looked_at, SavedSearch.id).limit(most)
    held = rows.with_for_update(of=SavedSearch, skip_locked=True).options(joinedload(SavedSearch.account))
    return db.session.scalars(held).all()


def untold(search: SavedSearch, at: datetime) -> Sequence[Opening]:
    """Answer the openings that a search finds, has not told of, and that were listed since its alerts began."""
    told = select(SavedSearchTelling.opening_id).where(
        SavedSearchTelling.saved_search_id == search.id,
        SavedSearchTelling.opening_id == OpeningSearch.opening_id,
    )
    question = search.question
    rows = (
        select(Opening)
        .join(OpeningSearch, OpeningSearch.opening_id == Opening.id)
        .where(OpeningSearch.changed_at >= search.looked_at - OVERLAP, OpeningSearch.listed_at >= search.told_from)
        .where(*conditions(question, at), *search_index.has_terms(question.terms, db.session.connection()))
        .where(~told.exists())
    )
    return db.session.scalars(rows.order_by(OpeningSearch.published_at.desc(), Opening.id.desc())).all()
