"""The worker prints and seals the certificates of destruction that wait.

Nobody waits while one is printed. What was destroyed meanwhile leaves it waiting, so that no certificate is offered
that does not tell of everything.
"""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from app.certificates.seal_keys import ensure_seal
from app.core.access import Actor
from app.core.db import db, one_snapshot, unit_of_work
from app.core.jobs import job
from app.jobs.duties.destruction_paper_service import JOB, keep_paper, next_waiting, print_and_seal

WORKER = Actor.command("worker: destruction papers")
_log = logging.getLogger("ieum.jobs")


@job(JOB)
def seal_waiting_papers(at: datetime) -> None:
    """Seal each certificate that waits; one that cannot be printed stays waiting and keeps no other."""
    opening_id = _next(0)
    if opening_id is not None:
        with unit_of_work():
            ensure_seal(at)
    while opening_id is not None:
        _seal(opening_id, at)
        opening_id = _next(opening_id)


def _next(after: int) -> int | None:
    found = next_waiting(after)
    db.session.rollback()
    return found


def _seal(opening_id: int, at: datetime) -> None:
    try:
        with one_snapshot():
            printed = print_and_seal(opening_id, at)
        with unit_of_work():
            keep_paper(printed, WORKER, at)
    except SQLAlchemyError:
        raise
    except Exception:
        _log.exception("the certificate of destruction of opening %s could not be made and stays waiting", opening_id)
