"""Tells, for every step that is written into an application's history, whether it came to another stage by it.

It listens to the rows themselves, so that no way of moving an application can forget to tell.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event, select

from app.jobs.application_models import ApplicationEvent
from app.jobs.signals import application_moved

HANDING_IN = "submit"


@event.listens_for(ApplicationEvent, "after_insert")
def _tell(_mapper: Any, connection: Connection, step: ApplicationEvent) -> None:
    steps = ApplicationEvent.__table__.c
    earlier = select(steps.stage).where(steps.application_id == step.application_id, steps.id < step.id)
    before = connection.execute(earlier.order_by(steps.id.desc()).limit(1)).scalar_one_or_none()
    if before != str(step.stage):
        application_moved.send(
            None, connection=connection, event=step, hands_in=before is None or step.action == HANDING_IN
        )
