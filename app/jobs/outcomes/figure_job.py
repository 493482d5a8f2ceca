"""The worker counts the job board's figures once a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.core.clock import seoul_date
from app.core.db import db, unit_of_work
from app.core.holding import hold_name
from app.core.jobs import job
from app.jobs.duties.daily import is_done_today, note_done
from app.jobs.outcomes.figure_models import JobFigure
from app.jobs.outcomes.figure_queries import events_until
from app.jobs.outcomes.figures import What, counted


@job("job-figures")
def count_figures(at: datetime) -> None:
    """Count everything anew and put it in the place of yesterday's figures."""
    if is_done_today("job-figures", at):
        return
    today = seoul_date(at)
    groups = counted(events_until(today), today)
    db.session.rollback()  # What was read is let go before anything is written.
    with unit_of_work():
        hold_name("job-figures")  # Of two workers the second puts its own in the place of the first one's.
        db.session.execute(delete(JobFigure))
        for (grouping, key), counts in groups.items():
            row = JobFigure(by=grouping.value, key=key, median_days=counts.median_days, counted_on=today)
            for what in What:
                setattr(row, what.value, counts.numbers[what])
            db.session.add(row)
        note_done("job-figures", at)
