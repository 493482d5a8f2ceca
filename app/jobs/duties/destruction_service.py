"""Destroying an application's papers (채용서류 파기): all of it in one transaction, and a row that says so.

What stays is that there was an application, its stages and days: figures need them, and they lead to nobody.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, null, select, update

from app.accounts.models import Account
from app.core import audit
from app.core.access import Actor
from app.core.clock import seoul_date
from app.core.db import db
from app.core.errors import Conflict
from app.core.i18n import _l
from app.core.mail import send_later
from app.jobs.application_models import Application, ApplicationEvent, ApplicationItem
from app.jobs.duties.destruction_models import Destruction
from app.jobs.duties.destruction_paper_service import want_paper
from app.jobs.duties.destruction_rules import BY_SIGNAL, EMPTIED, KEPT, tables_about_applications
from app.jobs.duties.duty_queries import return_request_of
from app.jobs.duties.duty_rules import RETURN_DAYS
from app.jobs.duties.lapse_queries import is_due, undecided
from app.jobs.job_signals import application_destroyed
from app.jobs.lapse_rules import LAPSE

METHOD = "database_deletion"


def destroy_papers(application_id: int, actor: Actor, at: datetime, *, is_automatic: bool) -> Destruction:
    """Destroy what an application holds of its applicant, and tell the applicant.

    Raises `Conflict` when nothing has been decided yet, unless it lapsed and its period has passed, the papers are
    gone already, or are asked back: somebody destroys them by hand only when they were returned, the worker also when
    the days for that have passed.
    """
    application = db.session.scalars(
        select(Application)
        .where(Application.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if application.destroyed_at is not None:
        raise Conflict(_l("이미 파기한 지원서예요."))
    counts_from = application.decided_at
    is_lapsed = counts_from is None
    if is_lapsed:
        counts_from = _lapsed_at(application, at) if is_automatic else None
    if counts_from is None:
        raise Conflict(_l("결과가 정해지지 않은 지원서는 파기할 수 없어요."))
    if _is_owed(application, at, is_automatic=is_automatic):
        raise Conflict(_l("지원자가 반환을 청구한 서류라서 돌려준 뒤에 파기할 수 있어요."))
    person_id = application.person_id
    counts = _forget_rows(application)
    for _receiver, more in application_destroyed.send(application, at=at):
        counts.update(more or {})
    counts["identity"] = 1 if application.identity else 0
    counts["words"] = 1 if application.words else 0
    _empty(application, at)
    _note(application, at)
    row = Destruction(opening_id=application.opening_id, organisation_id=application.organisation_id, at=at)
    row.application_id, row.number, row.decided_at = application.id, application.number, counts_from
    row.counts = {kind: count for kind, count in sorted(counts.items()) if count}
    row.is_lapsed = is_lapsed
    row.is_automatic, row.actor_label, row.method = is_automatic, actor.label[:120], METHOD
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "application.destroy", application, at=at, after={"counts": row.counts})
    want_paper(application)
    _tell(application, person_id, at)
    return row


def _is_owed(application: Application, at: datetime, *, is_automatic: bool) -> bool:
    request = return_request_of(application)
    if request is None or not request.is_open:
        return False
    return not is_automatic or seoul_date(at) <= seoul_date(request.asked_at) + timedelta(days=RETURN_DAYS)


def _lapsed_at(application: Application, at: datetime) -> datetime | None:
    """Answer when everybody was told that it has no result; None while its papers are kept for one."""
    found = undecided(application)
    if found is None or not is_due(found, at):
        return None
    told = select(func.max(ApplicationEvent.at)).where(
        ApplicationEvent.application_id == application.id, ApplicationEvent.action == LAPSE
    )
    return db.session.scalar(told)


def _forget_rows(application: Application) -> Counter[str]:
    counts: Counter[str] = Counter()
    signed = select(func.count()).where(
        ApplicationItem.application_id == application.id, ApplicationItem.document.is_not(None)
    )
    counts["documents"] = db.session.scalar(signed) or 0
    for table, column in tables_about_applications():
        mine = column == application.id
        if table.name in KEPT or table.name in BY_SIGNAL:
            continue
        if table.name in EMPTIED:
            db.session.execute(update(table).where(mine).values(EMPTIED[table.name]))
        else:
            counts[table.name] += db.session.scalar(select(func.count()).select_from(table).where(mine)) or 0
            db.session.execute(delete(table).where(mine))
    return counts


def _empty(application: Application, at: datetime) -> None:
    # SQL's own NULL: None would be stored as JSON's.
    nothing: dict[str, Any] = {
        "identity": null(),
        "words": "",
        "eligibility": [],
        "person_id": None,
        "destroyed_at": at,
    }
    db.session.execute(update(Application).where(Application.id == application.id).values(nothing))
    db.session.expire(application)


def _note(application: Application, at: datetime) -> None:
    event = ApplicationEvent(application_id=application.id, at=at, action="destroy", stage=application.stage)
    event.actor_label, event.why, event.is_shown = "", "", True
    db.session.add(event)


def _tell(application: Application, person_id: int | None, at: datetime) -> None:
    if person_id is None:
        return
    account = db.session.scalars(select(Account).where(Account.person_id == person_id)).first()
    if account is None or account.confirmed_at is None:
        return
    opening = application.opening
    send_later(
        account.email,
        "papers_destroyed",
        at,
        language=account.language,
        name=account.name,
        employer=opening.employer_name,
        opening=opening.title,
    )
