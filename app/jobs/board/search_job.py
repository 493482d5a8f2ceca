"""The worker's part in the index: openings leave it at their deadline, and what went past the session is found."""

from __future__ import annotations

from datetime import datetime

from app.core.db import db, unit_of_work
from app.core.jobs import job, wake
from app.jobs.board import search_index

A_TURN = 1_000


@job("opening-index")
def mend(at: datetime) -> None:
    """Index what is stale, so much at a time that other work is not kept waiting."""
    with unit_of_work():
        ids = search_index.stale(db.session(), at, A_TURN)
        search_index.write(db.session(), ids, at)
        if len(ids) >= A_TURN:
            wake("opening-index")
