"""After six months the worker asks the employer whether the job still stands: once for each job."""

from __future__ import annotations

from datetime import datetime

from app.accounts.tokens import absolute_url
from app.core.clock import seoul_date
from app.core.db import db, unit_of_work
from app.core.jobs import job
from app.core.mail import send_later
from app.jobs.duties.daily import is_done_today, note_done
from app.jobs.duties.duty_service import writers_of
from app.jobs.outcomes.employment_models import Employment
from app.jobs.outcomes.employment_queries import to_ask_about


@job("employments")
def ask_about_employments(at: datetime) -> None:
    """Ask about every job that has lasted six months."""
    if is_done_today("employments", at):
        return
    ids = to_ask_about(seoul_date(at))
    db.session.rollback()
    for id in ids:
        with unit_of_work():
            _ask(id, at)
    with unit_of_work():
        note_done("employments", at)


def _ask(id: int, at: datetime) -> None:
    employment = db.session.get(Employment, id, with_for_update=True)
    if employment is None or employment.asked_at is not None or employment.withdrawn_at is not None:
        return
    employment.asked_at = at
    for account in writers_of(employment.organisation_id):
        send_later(
            account.email,
            "employment_asked",
            at,
            language=account.language,
            title=employment.title,
            opening=employment.opening.title,
            page_url=absolute_url("employments.standing", employment_id=employment.public_id),
        )
