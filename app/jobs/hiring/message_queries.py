"""Questions about messages."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from app.core.db import db
from app.jobs.application_models import Application
from app.jobs.message_models import ApplicationMessage


def messages_of(application: Application) -> Sequence[ApplicationMessage]:
    """Answer what was written about an application, the oldest first."""
    rows = select(ApplicationMessage).where(ApplicationMessage.application_id == application.id)
    return db.session.scalars(rows.order_by(ApplicationMessage.id)).all()


def count_unread(applications: Sequence[Application], *, by_employer: bool) -> dict[int, int]:
    """Answer how many messages of the other side nobody has read yet, by the application's row, in one query."""
    rows = (
        select(ApplicationMessage.application_id, func.count())
        .where(
            ApplicationMessage.application_id.in_([application.id for application in applications]),
            ApplicationMessage.read_at.is_(None),
            ApplicationMessage.from_employer.is_(not by_employer),
        )
        .group_by(ApplicationMessage.application_id)
    )
    return {int(id): int(count) for id, count in db.session.execute(rows)}


def last_message(application: Application) -> ApplicationMessage | None:
    """Answer what was written about an application last."""
    rows = select(ApplicationMessage).where(ApplicationMessage.application_id == application.id)
    return db.session.scalars(rows.order_by(ApplicationMessage.id.desc()).limit(1)).first()
