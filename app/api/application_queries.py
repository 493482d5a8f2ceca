"""Applications as an employer's program asks for them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import WRITING_ROLES
from app.api.application_bodies import ApplicationsWanted
from app.api.cursors import Slice, slice_of
from app.core.access import Actor, get_owned
from app.jobs.application_models import Application
from app.jobs.opening_models import Opening


def applications_for(opening: Opening, wanted: ApplicationsWanted) -> Slice[Application]:
    """Answer the applications for an opening, the newest first; people are read where they may be shown alone."""
    rows = select(Application).where(Application.opening_id == opening.id)
    if not opening.blind:
        rows = rows.options(joinedload(Application.person))
    if wanted.stage is not None:
        rows = rows.where(Application.stage == wanted.stage.value)
    return slice_of(rows, Application, "submitted_at", wanted.limit, wanted.cursor)


def own_application(public_id: str, actor: Actor, *, to_write: bool = False) -> Application:
    """Answer an application for an opening of the actor's. Raises `NotFound`."""
    return get_owned(Application, public_id, actor, roles=WRITING_ROLES if to_write else ())
