"""Work of the job board that is done once a day (Korea's), however often the sweep comes by."""

from __future__ import annotations

from datetime import datetime

from app.core.clock import seoul_date
from app.core.db import db
from app.core.holding import hold_name
from app.jobs.duties.duty_models import DailyRun


def is_done_today(name: str, at: datetime) -> bool:
    """Tell whether this piece of work was finished on this day already."""
    run = db.session.get(DailyRun, name)
    return run is not None and run.ran_on >= seoul_date(at)


def note_done(name: str, at: datetime) -> None:
    """Keep that this piece of work was finished on this day; two workers that finish it keep it once."""
    hold_name(f"daily {name}")
    db.session.merge(DailyRun(name=name, ran_on=seoul_date(at)))
    db.session.flush()
