"""Messages between an employer and an applicant: plain text; the mail about it says only that there is one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from app.accounts import throttle
from app.accounts.models import Account
from app.accounts.throttle import Limit
from app.accounts.tokens import absolute_url
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.holding import hold
from app.core.i18n import _l
from app.core.mail import send_later
from app.jobs.applicant_trail import APPLICANT
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.applying.applicant_mail import account_of_applicant, people_to_tell
from app.jobs.hiring import message_queries as queries
from app.jobs.message_models import ApplicationMessage

MOST_WORDS = 2000
_SAME = timedelta(minutes=1)
throttle.LIMITS["application_message"] = (
    Limit(30, timedelta(days=1), _l("메시지는 하루에 30번까지 보낼 수 있어요. 내일 다시 보내 주세요.")),
)


def send_message(
    application: Application, words: str, actor: Actor, at: datetime, *, from_employer: bool
) -> ApplicationMessage:
    """Store a message and tell the other side that there is one; the same words once more within a minute are a
    double click. Raises `Invalid` without words, `Conflict` after a withdrawal or the destruction of papers,
    `TooMany`."""
    hold(application)
    if not words.strip():
        raise Invalid(_l("보낼 말을 적어 주세요."))
    if application.stage == Stage.WITHDRAWN or application.destroyed_at is not None:
        raise Conflict(_l("끝난 지원이라 메시지를 보낼 수 없어요."))
    said = words.strip()[:MOST_WORDS]
    last = queries.last_message(application)
    if last is not None and (last.words, last.from_employer) == (said, from_employer) and at - last.sent_at <= _SAME:
        return last
    side = "employer" if from_employer else "applicant"
    throttle.spend([("application_message", f"{application.public_id}:{side}")], at)
    message = ApplicationMessage(application_id=application.id, from_employer=from_employer, sent_at=at)
    message.actor_label = application.opening.employer_name[:120] if from_employer else actor.label[:120]
    message.words = said
    db.session.add(message)
    db.session.flush()
    by = actor if from_employer else APPLICANT
    audit.record(by, "application.message", application, at=at, after={"from": side})
    for reader in _readers(application, from_employer=from_employer):
        send_later(
            reader.email,
            "message_received",
            at,
            language=reader.language,
            title=application.opening.title,
            page_url=_page(application, from_employer=from_employer),
        )
    return message


def mark_read(application: Application, at: datetime, *, by_employer: bool) -> None:
    """Note that the messages of the other side were seen."""
    db.session.execute(
        update(ApplicationMessage)
        .where(
            ApplicationMessage.application_id == application.id,
            ApplicationMessage.read_at.is_(None),
            ApplicationMessage.from_employer.is_(not by_employer),
        )
        .values(read_at=at)
        .execution_options(synchronize_session=False)
    )


def _readers(application: Application, *, from_employer: bool) -> list[Account]:
    if not from_employer:
        return people_to_tell(application.opening)
    account = account_of_applicant(application)
    return [account] if account is not None else []


def _page(application: Application, *, from_employer: bool) -> str:
    if from_employer:
        return absolute_url("applications.messages", application_id=application.public_id)
    ids = {"opening_id": application.opening.public_id, "application_id": application.public_id}
    return absolute_url("hiring.applicant_messages", **ids)
