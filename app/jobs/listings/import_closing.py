"""Closes openings whose list does not have them any more, and takes back what an import brought in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import Select, insert, select, update

from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.jobs.listings.import_models import ImportRun, OpeningOrigin
from app.jobs.listings.import_taking import BATCH
from app.jobs.listings.import_values import edit_values, opening_values
from app.jobs.opening_models import Opening, OpeningEdit
from app.jobs.opening_words import OpeningSource, OpeningState
from app.jobs.signals import opening_moved


def close_vanished(run: ImportRun, actor: Actor, at: datetime) -> int:
    """Close what the source had until now and this whole list has not; answer how many were closed."""
    rows = select(OpeningOrigin.id).where(
        OpeningOrigin.source_id == run.source_id,
        OpeningOrigin.last_run_id < run.id,
        OpeningOrigin.vanished_at.is_(None),
    )
    return _let_go(db.session.scalars(rows).all(), actor, at, "vanish")


def close_brought_in(run: ImportRun, actor: Actor, at: datetime) -> int:
    """Close what this run brought in and no other list has; answer how many were closed."""
    rows = select(OpeningOrigin.id).where(OpeningOrigin.first_run_id == run.id, OpeningOrigin.vanished_at.is_(None))
    return _let_go(db.session.scalars(rows).all(), actor, at, "undo")


def close_run_out(actor: Actor, at: datetime) -> int:
    """Close the next batch of openings from elsewhere whose deadline has passed; answer how many were closed."""
    rows = select(Opening).where(
        Opening.state == OpeningState.PUBLISHED.value,
        Opening.deadline_at <= at,
        Opening.source != OpeningSource.OWN.value,
    )
    return len(_close(_held(rows.limit(BATCH)), actor, at, "close"))


def _let_go(origin_ids: Sequence[int], actor: Actor, at: datetime, action: str) -> int:
    closed, left = 0, iter(origin_ids)
    while batch := list(islice(left, BATCH)):
        closed += _let_go_of(batch, actor, at, action)
    return closed


def _let_go_of(origin_ids: list[int], actor: Actor, at: datetime, action: str) -> int:
    this = OpeningOrigin.id.in_(origin_ids)
    openings = select(OpeningOrigin.opening_id).where(this)
    db.session.execute(
        update(OpeningOrigin).where(this).values(vanished_at=at).execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    _let_others_lead(origin_ids)
    living = select(OpeningOrigin.opening_id).where(
        OpeningOrigin.opening_id.in_(openings), OpeningOrigin.vanished_at.is_(None)
    )
    rows = select(Opening).where(
        Opening.id.in_(openings),
        Opening.id.not_in(living),
        Opening.source != OpeningSource.OWN.value,
        Opening.state.in_((OpeningState.PUBLISHED.value, OpeningState.IN_REVIEW.value)),
    )
    closed = _close(_held(rows), actor, at, action)
    if closed:
        db.session.execute(
            update(OpeningOrigin)
            .where(this, OpeningOrigin.opening_id.in_(closed))
            .values(closed_opening=True)
            .execution_options(synchronize_session=False)
        )
    db.session.expire_all()
    return len(closed)


def _let_others_lead(origin_ids: list[int]) -> None:
    """Where the list that led is gone, the oldest of the others leads: its empty digest lets the next import follow
    it."""
    led = select(OpeningOrigin.opening_id).where(OpeningOrigin.id.in_(origin_ids), OpeningOrigin.leads)
    others = select(OpeningOrigin).where(OpeningOrigin.opening_id.in_(led), OpeningOrigin.vanished_at.is_(None))
    first: dict[int, OpeningOrigin] = {}
    for other in db.session.scalars(others.order_by(OpeningOrigin.id)):
        first.setdefault(other.opening_id, other)
    if not first:
        return
    db.session.execute(
        update(OpeningOrigin)
        .where(OpeningOrigin.id.in_(origin_ids), OpeningOrigin.opening_id.in_(list(first)))
        .values(leads=False)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(update(OpeningOrigin), [{"id": one.id, "leads": True, "digest": ""} for one in first.values()])
    db.session.expire_all()


def _held(rows: Select[Opening]) -> Sequence[Opening]:
    """Take hold of openings until they are closed: whoever changes one of them by hand comes before or after."""
    return db.session.scalars(rows.order_by(Opening.id).with_for_update(key_share=True)).all()


def _close(openings: Sequence[Opening], actor: Actor, at: datetime, action: str) -> list[int]:
    if not openings:
        return []
    for opening in openings:
        db.session.expunge(opening)
    edits, lines = [], []
    for opening in openings:
        # What nobody has approved yet does not become public by its end.
        unseen = opening.state == OpeningState.IN_REVIEW
        state = OpeningState.DRAFT if unseen else OpeningState.CLOSED
        before, after = {"state": opening.state}, {"state": state.value}
        opening.state, opening.closed_at, opening.updated_at = state.value, None if unseen else at, at
        opening.version += 1
        edits.append(edit_values(opening, action, before, after, actor, at))
        lines.append(
            audit.line(actor, f"opening.{action}", "Opening", opening.public_id, at=at, before=before, after=after)
        )
    db.session.execute(update(Opening), [opening_values(opening) for opening in openings])
    db.session.execute(insert(OpeningEdit), edits)
    audit.record_all(lines)
    for opening in openings:
        if opening.organisation_id is not None and opening.state == OpeningState.CLOSED:
            opening_moved.send(opening, action="close", at=at)
    return [opening.id for opening in openings]
