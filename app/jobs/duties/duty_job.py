"""Each day the worker notes what is owed for every opening, and reminds the employer: once before, once after.

A reminder is a row first, in the transaction of its mails, so that none is sent twice and none is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete, select

from app.accounts.tokens import absolute_url
from app.core.clock import seoul_date
from app.core.db import db, unit_of_work
from app.core.holding import hold_name
from app.core.jobs import job
from app.core.mail import send_later
from app.core.templating import date as written_date
from app.jobs.duties.daily import is_done_today, note_done
from app.jobs.duties.duty_models import DutyReminder, OpenDuty
from app.jobs.duties.duty_queries import duties_for, openings_with_duties
from app.jobs.duties.duty_rules import Duty, DutyKind, DutyState, is_running_out, open_duties
from app.jobs.duties.duty_service import writers_of
from app.jobs.duties.lapse_service import tell_lapses
from app.jobs.opening_models import Opening

_BATCH = 200
# Papers are destroyed by the worker itself: nobody has to be told to. But a result can be told until then.
_UNTOLD = {(DutyKind.DESTRUCTION, "soon"), (DutyKind.DESTRUCTION, "overdue"), (DutyKind.LAPSE, "overdue")}
_PHASES = {DutyState.SOON: "soon", DutyState.OVERDUE: "overdue"}


@job("duties")
def note_duties(at: datetime) -> None:
    """Note today's open duties of all openings and send what reminders are due."""
    if is_done_today("duties", at):
        return
    tell_lapses(at)
    last = 0
    while True:
        with unit_of_work():
            hold_name("duties")  # Of two workers the second finds what the first has noted.
            openings = [o for o in openings_with_duties(last, _BATCH) if o.organisation_id is not None]
            if not openings:
                note_done("duties", at)
                return
            for owed in duties_for(openings):
                duties = [duty for duty in open_duties(owed.duties) if _concerns(owed.opening, duty, seoul_date(at))]
                _store(owed.opening, duties)
                _remind(owed.opening, duties, seoul_date(at), at)
            last = openings[-1].id


def _concerns(opening: Opening, duty: Duty, today: date) -> bool:
    """Tell whether a duty is for the lists: that papers go without a result is, once everybody has been told."""
    return duty.kind is not DutyKind.LAPSE or is_running_out(duty, opening.retention_days, today)


def _store(opening: Opening, duties: Iterable[Duty]) -> None:
    db.session.execute(delete(OpenDuty).where(OpenDuty.opening_id == opening.id))
    for duty in duties:
        if duty.due_on is None:
            continue
        row = OpenDuty(opening_id=opening.id, organisation_id=opening.organisation_id, kind=duty.kind.value)
        row.due_on, row.count = duty.due_on, duty.count
        db.session.add(row)
    db.session.flush()


def _remind(opening: Opening, duties: Iterable[Duty], today: date, at: datetime) -> None:
    for duty in duties:
        phase = _PHASES.get(duty.state(today))
        if phase is None or (duty.kind, phase) in _UNTOLD or duty.due_on is None:
            continue
        key = {"opening_id": opening.id, "kind": duty.kind.value, "phase": phase, "due_on": duty.due_on}
        if db.session.scalar(select(DutyReminder.id).filter_by(**key)) is not None:
            continue
        db.session.add(DutyReminder(**key, sent_at=at))
        _mail(opening, duty, phase, at)
    db.session.flush()


def _mail(opening: Opening, duty: Duty, phase: str, at: datetime) -> None:
    for account in writers_of(opening.organisation_id):
        send_later(
            account.email,
            "duty_reminder",
            at,
            language=account.language,
            duty=duty.kind.label,
            is_overdue=phase == "overdue",
            due_on=written_date(duty.due_on, account.language),
            opening=opening.title,
            count=duty.count,
            page_url=absolute_url("hiring.duties", opening_id=opening.public_id),
        )
