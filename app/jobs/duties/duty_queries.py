"""What is known of each opening's duties; the rules themselves are in `duties`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account, Organisation
from app.core.access import Actor, owned
from app.core.clock import seoul_date
from app.core.db import db
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import FINAL_STAGES, Stage
from app.jobs.duties.duty_models import OpenDuty, ReturnRequest, ScheduleNotice
from app.jobs.duties.duty_rules import SOON_DAYS, Duty, DutyState, Facts, duties_of
from app.jobs.duties.lapse_queries import undecided_of
from app.jobs.lapse_rules import ended_on
from app.jobs.opening_models import Opening
from app.jobs.scope import openings_seen_by

_MOST = 50
_FINAL = [stage.value for stage in FINAL_STAGES]


@dataclass(frozen=True)
class Owed:
    """An opening with what is owed for it."""

    opening: Opening
    duties: list[Duty]


def duties_for(openings: Sequence[Opening]) -> list[Owed]:
    """Answer what is owed for each of these openings, in their order."""
    facts = _facts(openings)
    return [Owed(opening, duties_of(facts[opening.id])) for opening in openings]


def owed_page(actor: Actor, page: int) -> tuple[Page[Opening], list[Owed]]:
    """Answer one page of the actor's openings that somebody has applied for, the newest first."""
    applied = select(Application.opening_id).where(Application.opening_id == Opening.id).exists()
    found = paginate(openings_seen_by(actor).where(applied).order_by(Opening.id.desc()), page)
    return found, duties_for(found.items)


def urgent(actor: Actor, today: date) -> list[tuple[Opening, Duty]]:
    """Answer what of the actor's openings is overdue or due soon, the most overdue first: found by the worker's list,
    as it stands now."""
    noted = owned(OpenDuty, actor).where(OpenDuty.due_on <= today + timedelta(days=SOON_DAYS))
    ids = [duty.opening_id for duty in db.session.scalars(noted.order_by(OpenDuty.due_on, OpenDuty.id).limit(_MOST))]
    openings = db.session.scalars(openings_seen_by(actor).where(Opening.id.in_(ids))).all()
    found = [
        (owed.opening, duty)
        for owed in duties_for(openings)
        for duty in owed.duties
        if duty.state(today) in (DutyState.OVERDUE, DutyState.SOON)
    ]
    return sorted(found, key=lambda pair: (pair[1].due_on or today, pair[0].id))


def overview(search: str, overdue_before: date | None) -> Select[OpenDuty]:
    """Select every employer's open duties as the worker found them today, the most overdue first: no applicants."""
    rows = select(OpenDuty).join(OpenDuty.organisation).join(OpenDuty.opening)
    rows = rows.options(joinedload(OpenDuty.organisation), joinedload(OpenDuty.opening))
    if search:
        rows = rows.where(
            Organisation.name.icontains(search, autoescape=True) | Opening.title.icontains(search, autoescape=True)
        )
    if overdue_before is not None:
        rows = rows.where(OpenDuty.due_on < overdue_before)
    return rows.order_by(OpenDuty.due_on, OpenDuty.id)


def openings_with_duties(after: int, most: int) -> Sequence[Opening]:
    """Answer the next openings (by id) whose applications are not all destroyed, or that have a duty stored."""
    kept = select(Application.opening_id).where(Application.destroyed_at.is_(None), Application.opening_id > after)
    stored = select(OpenDuty.opening_id).where(OpenDuty.opening_id > after)
    # Each half reads its own index; the smallest ids come first.
    ids = kept.distinct().order_by(Application.opening_id).limit(most)
    more = stored.distinct().order_by(OpenDuty.opening_id).limit(most)
    found = sorted({*db.session.scalars(ids), *db.session.scalars(more)})[:most]
    return db.session.scalars(select(Opening).where(Opening.id.in_(found)).order_by(Opening.id)).all()


def return_requests_of(opening: Opening) -> Sequence[ReturnRequest]:
    """Answer who (by number) asked for the papers back, the oldest open ones first."""
    rows = select(ReturnRequest).where(ReturnRequest.opening_id == opening.id)
    rows = rows.options(joinedload(ReturnRequest.application))
    return db.session.scalars(rows.order_by(ReturnRequest.returned_at.is_not(None), ReturnRequest.id)).all()


def open_return_requests(opening_ids: Sequence[int]) -> list[tuple[int, int, datetime]]:
    """Answer the requests whose papers are still owed, the oldest first: opening, application, when it was asked."""
    rows = select(
        ReturnRequest.opening_id, ReturnRequest.application_id, ReturnRequest.asked_at, Application.identity
    ).join(Application, Application.id == ReturnRequest.application_id)
    still = (ReturnRequest.opening_id.in_(opening_ids), ReturnRequest.returned_at.is_(None))
    found = db.session.execute(rows.where(*still).order_by(ReturnRequest.id))
    # What has no identity box any more was destroyed, or taken back with the consent.
    return [(opening, application, asked) for opening, application, asked, identity in found if identity is not None]


def return_request(opening: Opening, public_id: str) -> ReturnRequest:
    """Answer a request of this opening. Raises `NotFound`."""
    rows = select(ReturnRequest).where(ReturnRequest.public_id == public_id, ReturnRequest.opening_id == opening.id)
    request = db.session.scalars(rows).one_or_none()
    if request is None:
        raise NotFound
    return request


def return_request_of(application: Application) -> ReturnRequest | None:
    """Answer the applicant's request for her papers, if she has made one."""
    rows = select(ReturnRequest).where(ReturnRequest.application_id == application.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one_or_none()


def own_application(actor: Actor, public_id: str) -> Application:
    """Answer the actor's own application. Raises `NotFound`."""
    rows = select(Application).where(Application.public_id == public_id, Application.person_id == actor.person_id)
    application = db.session.scalars(rows).one_or_none() if actor.person_id is not None else None
    if application is None:
        raise NotFound
    return application


def schedule_notices_of(opening: Opening) -> Sequence[ScheduleNotice]:
    """Answer what applicants were told of the schedule, the newest first."""
    rows = select(ScheduleNotice).where(ScheduleNotice.opening_id == opening.id)
    return db.session.scalars(rows.order_by(ScheduleNotice.id.desc())).all()


def told_since(notice: ScheduleNotice) -> set[int]:
    """Answer the applications that were told the schedule by this notice or later, as they were handed in last."""
    rows = select(ApplicationEvent.application_id).join(
        Application, Application.id == ApplicationEvent.application_id
    )
    told = (ApplicationEvent.action == "schedule", ApplicationEvent.at >= notice.sent_at)
    since = ApplicationEvent.at >= Application.submitted_at
    return set(db.session.scalars(rows.where(Application.opening_id == notice.opening_id, *told, since)))


def undecided_with_accounts(opening: Opening) -> Sequence[tuple[Application, Account | None]]:
    """Answer the applications that wait for a result, each with the account of its applicant."""
    rows = (
        select(Application, Account)
        .outerjoin(Account, Account.person_id == Application.person_id)
        .where(
            Application.opening_id == opening.id,
            Application.stage.not_in(_FINAL),
            Application.destroyed_at.is_(None),
        )
        .order_by(Application.number)
    )
    return [(application, account) for application, account in db.session.execute(rows)]


def _facts(openings: Iterable[Opening]) -> dict[int, Facts]:
    facts = {
        o.id: Facts(retention_days=o.retention_days, ended_on=ended_on(o.closed_at, o.deadline_at)) for o in openings
    }
    ids = list(facts)
    here = Application.destroyed_at.is_(None) & Application.decided_at.is_not(None)
    undecided = Application.stage.not_in(_FINAL)
    counted = select(
        Application.opening_id,
        func.count(),
        func.count().filter(undecided, Application.destroyed_at.is_(None)),
        func.count().filter(undecided, Application.destroyed_at.is_not(None)),
        func.count().filter(here),
        func.min(Application.decided_at).filter(here),
        func.min(Application.decided_at).filter(Application.stage == Stage.HIRED.value),
    )
    rows = counted.where(Application.opening_id.in_(ids)).group_by(Application.opening_id)
    for id, applications, waiting, lapsed, kept, decided, hired in db.session.execute(rows):
        facts[id] = replace(facts[id], applications=applications, undecided=waiting, lapsed=lapsed, kept=kept)
        facts[id] = replace(facts[id], decided_first=_day(decided), hired_on=_day(hired))
    told = select(ScheduleNotice.opening_id, func.min(ScheduleNotice.sent_at))
    for id, sent_at in db.session.execute(
        told.where(ScheduleNotice.opening_id.in_(ids)).group_by(ScheduleNotice.opening_id)
    ):
        facts[id] = replace(facts[id], scheduled_on=_day(sent_at))
    for id, _application, asked_at in open_return_requests(ids):
        asked_first = facts[id].asked_first or _day(asked_at)
        facts[id] = replace(facts[id], returns=facts[id].returns + 1, asked_first=asked_first)
    for one in undecided_of(ids):
        days = (facts[one.opening_id].lapse_first, one.waiting.destroyed_on)
        facts[one.opening_id] = replace(
            facts[one.opening_id], lapse_first=min(day for day in days if day is not None)
        )
    return facts


def _day(moment: datetime | None) -> date | None:
    return seoul_date(moment) if moment is not None else None
