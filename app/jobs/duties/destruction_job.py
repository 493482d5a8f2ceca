"""The worker destroys papers once the employer's period has passed: each application in a transaction of its own."""

from __future__ import annotations

import logging
from datetime import datetime

from app.core.access import Actor
from app.core.clock import seoul_date
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from app.core.holding import hold
from app.core.jobs import job
from app.jobs.application_models import Application
from app.jobs.duties.daily import is_done_today, note_done
from app.jobs.duties.destruction_queries import due_applications
from app.jobs.duties.destruction_service import destroy_papers
from app.jobs.duties.duty_rules import may_destroy
from app.jobs.duties.lapse_queries import due_lapsed

WORKER = Actor.command("worker: destruction")
_log = logging.getLogger("ieum.jobs")


@job("destruction")
def destroy_due_papers(at: datetime) -> None:
    """Destroy all papers whose period has passed; one that fails is tried again with the next sweep."""
    if is_done_today("destruction", at):
        return
    ids = [*due_applications(at), *due_lapsed(at)]
    db.session.rollback()
    failed = sum(not _destroy(id, at) for id in ids)
    if not failed:
        with unit_of_work():
            note_done("destruction", at)


def _destroy(id: int, at: datetime) -> bool:
    try:
        with unit_of_work():
            if _may_still_go(id, at):
                destroy_papers(id, WORKER, at, is_automatic=True)
    except Conflict:
        return True  # Somebody was faster, or has taken the decision back.
    except Exception:
        _log.exception("the papers of application %s could not be destroyed; they are tried again", id)
        return False
    return True


def _may_still_go(id: int, at: datetime) -> bool:
    """Tell whether a result that came since the worker has looked does not keep the papers for its own period."""
    application = db.session.get_one(Application, id)
    hold(application)
    if application.decided_at is None:
        return True
    days = application.opening.retention_days
    return may_destroy(seoul_date(application.decided_at), days, seoul_date(at))
