"""Doing the duties: telling the schedule, asking for papers back, saying that they were returned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import takewhile

from sqlalchemy import select

from app.accounts.models import WRITING_ROLES, Account, Membership
from app.accounts.tokens import absolute_url
from app.core import audit
from app.core.access import Actor
from app.core.clock import seoul_date
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.holding import hold
from app.core.i18n import _l
from app.core.mail import send_later
from app.jobs.applicant_trail import APPLICANT
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.duties import duty_queries as queries
from app.jobs.duties.duty_models import ReturnRequest, ScheduleNotice
from app.jobs.duties.duty_rules import last_day_kept
from app.jobs.lapse_rules import waiting_of
from app.jobs.opening_models import Opening

LONGEST_NOTICE = 2000


def tell_schedule(opening: Opening, words: str, actor: Actor, at: datetime) -> ScheduleNotice:
    """Tell everybody who waits for a result how the hiring goes on; the same words again reach only those who came
    since, and are the former notice when there is nobody.

    Raises `Invalid` without words, `Conflict` when nobody waits.
    """
    words = words.strip()[:LONGEST_NOTICE]
    if not words:
        raise Invalid(_l("전형이 언제 어떻게 이어지는지 적어 주세요."))
    hold(opening)
    waiting = queries.undecided_with_accounts(opening)
    if not waiting:
        raise Conflict(_l("결과를 기다리는 지원자가 없어요."))
    same = list(takewhile(lambda notice: notice.words == words, queries.schedule_notices_of(opening)))
    if same:
        told = queries.told_since(same[-1])
        waiting = [(application, account) for application, account in waiting if application.id not in told]
        if not waiting:
            return same[0]
    notice = ScheduleNotice(opening_id=opening.id, organisation_id=opening.organisation_id, words=words, sent_at=at)
    notice.recipients, notice.actor_label = len(waiting), actor.label[:120]
    db.session.add(notice)
    for application, account in waiting:
        _event(application, "schedule", opening.employer_name, at)
        if account is not None:
            send_later(
                account.email,
                "schedule_notice",
                at,
                language=account.language,
                name=account.name,
                employer=opening.employer_name,
                opening=opening.title,
                words=words,
            )
    db.session.flush()
    audit.record(actor, "opening.tell_schedule", opening, at=at, after={"recipients": notice.recipients})
    return notice


def why_no_return(application: Application, at: datetime) -> str:
    """Answer why the papers cannot be asked back; empty when they can (제11조: not by who was hired, and within the
    employer's period)."""
    if application.destroyed_at is not None:
        return str(_l("이미 파기해서 돌려받을 서류가 없어요."))
    if application.stage == Stage.WITHDRAWN or application.identity is None:
        return str(_l("지원을 취소할 때 낸 서류가 지워져서 돌려받을 것이 없어요."))
    last = last_day_to_ask(application)
    if last is None:
        return str(_l("결과가 정해진 뒤에 반환을 청구할 수 있어요."))
    if application.stage == Stage.HIRED:
        return str(_l("채용된 분의 서류는 반환 대상이 아니에요."))
    if seoul_date(at) > last:
        return str(_l("반환을 청구할 수 있는 기간이 지났어요."))
    return ""


def last_day_to_ask(application: Application) -> date | None:
    """Answer the last day on which the papers can be asked back; None while there is neither a result nor a lapse."""
    if application.decided_at is not None:
        counts_from: date | None = seoul_date(application.decided_at)
    else:
        waiting = waiting_of(application)
        counts_from = waiting.counts_from if waiting is not None else None
    return last_day_kept(counts_from, application.opening.retention_days) if counts_from is not None else None


def ask_return(application: Application, actor: Actor, at: datetime) -> ReturnRequest:
    """Ask the employer for the papers back (반환청구). Raises `Conflict` when it cannot be asked, or was already.

    Whoever destroys the papers at the same moment waits and finds the request, or was first.
    """
    hold(application)
    why_not = why_no_return(application, at)
    if why_not:
        raise Conflict(why_not)
    if queries.return_request_of(application) is not None:
        raise Conflict(_l("이미 반환을 청구했어요."))
    opening = application.opening
    request = ReturnRequest(application_id=application.id, opening_id=application.opening_id, asked_at=at)
    request.organisation_id, request.returned_by = application.organisation_id, ""
    db.session.add(request)
    _event(application, "return_ask", "", at)
    db.session.flush()
    audit.record(APPLICANT, "application.ask_return", application, at=at)
    for account in writers_of(application.organisation_id):
        send_later(
            account.email,
            "return_asked",
            at,
            language=account.language,
            opening=opening.title,
            number=application.number,
            page_url=absolute_url("hiring.duties", opening_id=opening.public_id),
        )
    return request


def note_returned(request: ReturnRequest, actor: Actor, at: datetime) -> None:
    """Keep that the employer has given the papers back. Raises `Conflict` when that was said before, or there is
    nothing left to give back."""
    hold(request.application)
    hold(request)
    if request.returned_at is not None:
        raise Conflict(_l("이미 반환했다고 표시했어요."))
    if not request.is_open:
        raise Conflict(_l("그사이 제출한 서류가 지워져서 반환할 것이 없어요."))
    request.returned_at, request.returned_by = at, actor.label[:120]
    _event(request.application, "returned", request.opening.employer_name, at)
    db.session.flush()
    audit.record(actor, "application.returned", request.application, at=at)


def writers_of(organisation_id: int | None) -> Sequence[Account]:
    """Answer the accounts that act for an employer, but for those who only look."""
    rows = select(Account).join(Membership, Membership.account_id == Account.id)
    mine = (Membership.organisation_id == organisation_id, Membership.role.in_(WRITING_ROLES))
    return db.session.scalars(rows.where(*mine, Account.confirmed_at.is_not(None)).order_by(Account.id)).all()


def _event(application: Application, action: str, label: str, at: datetime) -> None:
    event = ApplicationEvent(application_id=application.id, at=at, action=action, stage=str(application.stage))
    event.actor_label, event.why, event.is_shown = label[:120], "", True
    db.session.add(event)
