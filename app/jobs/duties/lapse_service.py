"""Telling everybody that a hiring is taken to have ended without a result, and when the papers go."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from app.accounts.models import WRITING_ROLES, Account, Membership, Organisation, OrganisationKind
from app.accounts.tokens import absolute_url
from app.core import audit
from app.core.access import Actor
from app.core.clock import seoul_date
from app.core.db import db, unit_of_work
from app.core.holding import hold_name
from app.core.mail import send_later
from app.core.templating import date as written_date
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.duties.daily import note_done
from app.jobs.duties.duty_models import DailyRun
from app.jobs.duties.duty_service import writers_of
from app.jobs.duties.lapse_queries import (
    hold_undecided,
    is_to_be_told,
    lapsed_openings_since,
    openings_to_tell,
    undecided_of,
)
from app.jobs.lapse_rules import LAPSE, destroyed_on
from app.jobs.opening_models import Opening

WORKER = Actor.command("worker: lapses")
_OFFICES = "lapses-offices"
_log = logging.getLogger("ieum.jobs")


def tell_lapses(at: datetime) -> None:
    """Tell of every application that has lapsed, each opening in a transaction of its own; then the offices."""
    opening_ids = openings_to_tell(at)
    db.session.rollback()
    for opening_id in opening_ids:
        _tell(opening_id, at)
    with unit_of_work():
        _tell_offices(at)


def _tell(opening_id: int, at: datetime) -> None:
    try:
        with unit_of_work():
            tell_lapse(opening_id, at)
    except Exception:
        _log.exception("nobody was told that opening %s has ended without a result; it is tried again", opening_id)


def tell_lapse(opening_id: int, at: datetime) -> bool:
    """Tell applicants and employer of an opening that the hiring is taken to have ended, for those whom it concerns;
    answer whether there were any."""
    held = {one.id: one for one in hold_undecided(opening_id)}
    lapsed = [one.id for one in undecided_of([opening_id]) if is_to_be_told(one, at) and one.id in held]
    if not lapsed:
        return False
    opening = db.session.get_one(Opening, opening_id)
    goes_on = destroyed_on(seoul_date(at), opening.retention_days)
    for id in lapsed:
        _tell_applicant(held[id], opening, goes_on, at)
    _tell_employer(opening, len(lapsed), goes_on, at)
    db.session.flush()
    audit.record(WORKER, "opening.lapse", opening, at=at, after={"applications": len(lapsed)})
    return True


def _tell_applicant(application: Application, opening: Opening, goes_on: date, at: datetime) -> None:
    event = ApplicationEvent(application_id=application.id, at=at, action=LAPSE, stage=str(application.stage))
    event.actor_label, event.why, event.is_shown = "", "", True
    db.session.add(event)
    account = db.session.scalars(select(Account).where(Account.person_id == application.person_id)).first()
    if application.person_id is None or account is None or account.confirmed_at is None:
        return
    send_later(
        account.email,
        "lapse_applicant",
        at,
        language=account.language,
        name=account.name,
        employer=opening.employer_name,
        opening=opening.title,
        day=written_date(goes_on, account.language),
        page_url=absolute_url("applications.show", application_id=application.public_id),
    )


def _tell_employer(opening: Opening, count: int, goes_on: date, at: datetime) -> None:
    for account in writers_of(opening.organisation_id):
        send_later(
            account.email,
            "lapse_employer",
            at,
            language=account.language,
            opening=opening.title,
            count=count,
            day=written_date(goes_on, account.language),
            page_url=absolute_url("hiring.duties", opening_id=opening.public_id),
        )


def _tell_offices(at: datetime) -> None:
    """Tell the offices, once a day, how many openings have been told of since they were."""
    hold_name(_OFFICES)  # Of two workers the second finds that they were told.
    run = db.session.get(DailyRun, _OFFICES)
    count = lapsed_openings_since(run.ran_on if run is not None else None)
    note_done(_OFFICES, at)
    if not count:
        return
    for account in _office_accounts():
        page_url = absolute_url("duties.overview")
        send_later(account.email, "lapse_office", at, language=account.language, count=count, page_url=page_url)


def _office_accounts() -> Sequence[Account]:
    rows = (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Organisation.kind == OrganisationKind.OFFICE.value, Membership.role.in_(WRITING_ROLES))
        .where(Account.confirmed_at.is_not(None))
    )
    return db.session.scalars(rows.distinct().order_by(Account.id)).all()
