"""Finding the application that somebody made: for the applicant's own pages about interviews and messages."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFound
from app.jobs.application_models import Application


def own_application(public_id: str, actor: Actor) -> Application:
    """Answer an application of the actor's own. Raises `NotFound` for anybody else's."""
    rows = select(Application).where(Application.public_id == public_id, Application.person_id == actor.person_id)
    application = db.session.scalars(rows.options(joinedload(Application.opening))).one_or_none()
    if application is None or actor.person_id is None:
        raise NotFound
    return application
