"""Questions about drafts of applications. Every one that serves somebody starts from the person's own id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, undefer

from app.accounts.models import Person
from app.core.db import db
from app.core.errors import NotFound
from app.jobs.application_models import ApplicationFile
from app.jobs.applying.application_draft_models import ApplicationDraft
from app.jobs.opening_models import Opening


def draft_of(person: Person, opening: Opening) -> ApplicationDraft | None:
    """Find what this person has begun for this opening."""
    return db.session.scalars(_mine(person, opening)).one_or_none()


def held_draft(person: Person, opening: Opening) -> ApplicationDraft | None:
    """Take hold of the draft until the transaction ends: whoever hands it in at the same moment waits, and finds it
    gone."""
    return db.session.scalars(
        _mine(person, opening).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def drafts_of(person: Person) -> Sequence[ApplicationDraft]:
    """Answer what this person has begun, the newest first."""
    rows = select(ApplicationDraft).where(ApplicationDraft.person_id == person.id)
    rows = rows.options(joinedload(ApplicationDraft.opening)).order_by(ApplicationDraft.updated_at.desc())
    return db.session.scalars(rows).all()


def number_of_drafts(person: Person) -> int:
    """Count what this person has begun."""
    return db.session.scalar(select(func.count()).where(ApplicationDraft.person_id == person.id)) or 0


def files_of(draft: ApplicationDraft, *, with_content: bool = False) -> Sequence[ApplicationFile]:
    """Answer the files that were uploaded for a draft, the oldest first."""
    rows = select(ApplicationFile).where(
        ApplicationFile.draft_public_id == draft.public_id, ApplicationFile.person_id == draft.person_id
    )
    rows = rows.options(undefer(ApplicationFile.content)) if with_content else rows
    return db.session.scalars(rows.order_by(ApplicationFile.id)).all()


def file_of(draft: ApplicationDraft | None, public_id: str) -> ApplicationFile:
    """Answer one file of a draft with its bytes. Raises `NotFound` for any other."""
    found = next((f for f in files_of(draft, with_content=True) if f.public_id == public_id), None) if draft else None
    if found is None:
        raise NotFound
    return found


def stale_drafts(untouched_since: datetime, closed_since: datetime) -> Select[ApplicationDraft]:
    """Select drafts that nobody will go on with: untouched for long, or of openings that ended long ago."""
    ended = or_(Opening.deadline_at < closed_since, Opening.closed_at < closed_since)
    rows = select(ApplicationDraft).join(Opening, ApplicationDraft.opening_id == Opening.id)
    return rows.where(or_(ApplicationDraft.updated_at < untouched_since, ended)).order_by(ApplicationDraft.id)


def _mine(person: Person, opening: Opening) -> Select[ApplicationDraft]:
    return select(ApplicationDraft).where(
        ApplicationDraft.person_id == person.id, ApplicationDraft.opening_id == opening.id
    )
