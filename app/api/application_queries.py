"""Applications as an employer's program asks for them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import WRITING_ROLES, Person
from app.api.application_bodies import ApplicationsWanted
from app.api.cursors import Slice, slice_of
from app.core.access import Actor, get_owned
from app.core.db import db
from app.jobs.application_models import Application
from app.jobs.opening_models import Opening

_SEEN = (selectinload(Application.items), selectinload(Application.files))


def applications_for(opening: Opening, wanted: ApplicationsWanted) -> Slice[Application]:
    """Answer the applications for an opening, the newest first; people are read where they may be shown alone."""
    rows = select(Application).where(Application.opening_id == opening.id)
    if not opening.blind:
        rows = rows.options(joinedload(Application.person))
    if wanted.stage is not None:
        rows = rows.where(Application.stage == wanted.stage.value)
    found = slice_of(rows.options(*_SEEN), Application, "submitted_at", wanted.limit, wanted.cursor)
    if opening.blind:
        # Those whose identity has been opened, in one query for all of them.
        opened = [a.person_id for a in found.items if a.revealed_at is not None]
        db.session.scalars(select(Person).where(Person.id.in_(opened))).all()
    return found


def own_application(public_id: str, actor: Actor, *, to_write: bool = False) -> Application:
    """Answer an application for an opening of the actor's. Raises `NotFound`."""
    return get_owned(Application, public_id, actor, roles=WRITING_ROLES if to_write else ())
