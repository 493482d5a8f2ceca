"""Asking for a correction and answering it. The record itself is put right where it always is: by an upload."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.accounts import throttle
from app.accounts.models import Account
from app.accounts.queries import account_of
from app.accounts.throttle import Limit
from app.accounts.tokens import absolute_url
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.core.i18n import _l
from app.core.mail import send_later
from app.training.correction_request_models import (
    ANSWERS,
    MAX_WORDS,
    CorrectionAnswer,
    CorrectionKind,
    CorrectionRequest,
    CorrectionState,
)
from app.training.models import Enrolment

throttle.LIMITS["correction"] = (
    Limit(10, timedelta(days=1), _l("정정요청은 하루에 10번까지 보낼 수 있어요. 내일 다시 보내 주세요.")),
)


def ask(
    enrolment: Enrolment, actor: Actor, kind: str, session_number: int | None, words: str, at: datetime
) -> CorrectionRequest:
    """Say that something of this enrolment is not right: one session, or the whole (`session_number` None).

    Raises `NotFound` when it is not the actor's own, `Invalid` for an unknown session or no words, `TooMany`.
    """
    if actor.person_id != enrolment.person_id:
        raise NotFound
    account = account_of(actor)
    session = next((s for s in enrolment.cohort.sessions if s.number == session_number), None)
    if session_number is not None and session is None:
        raise Invalid(_l("그런 회차가 없어요. 회차를 다시 골라 주세요."))
    throttle.spend([("correction", account.public_id)], at)
    request = CorrectionRequest(
        organisation_id=enrolment.organisation_id,
        enrolment=enrolment,
        session=session,
        account_id=account.id,
        kind=CorrectionKind(kind),
        words=_checked(words),
        created_at=at,
    )
    db.session.add(request)
    db.session.flush()
    after = {"enrolment": enrolment.public_id, "kind": request.kind, "session": session_number}
    audit.record(actor, "correction_request.create", request, at=at, after=after)
    return request


def answer(request: CorrectionRequest, state: str, words: str, actor: Actor, at: datetime) -> CorrectionAnswer:
    """Answer a request with words and a state, and tell the person by mail. Raises `Invalid` without words."""
    if state not in ANSWERS:
        raise Invalid(_l("어떻게 되었는지 골라 주세요."))
    before = request.state
    given = CorrectionAnswer(
        request_id=request.id,
        state=CorrectionState(state),
        words=_checked(words),
        actor_label=actor.label[:120],
        created_at=at,
    )
    request.state = given.state
    request.answers.append(given)
    db.session.flush()
    audit.record(
        actor, "correction_request.answer", request, at=at, before={"state": before}, after={"state": given.state}
    )
    account = db.session.get_one(Account, request.account_id)
    if account.person_id == request.enrolment.person_id:
        send_later(
            account.email,
            "correction_answered",
            at,
            language=account.language,
            name=account.name,
            course=request.enrolment.cohort.course.name,
            state=CorrectionState(given.state).label,
            page_url=absolute_url("portfolio.course", public_id=request.enrolment.public_id),
        )
    return given


def _checked(words: str) -> str:
    words = words.strip()
    if not words:
        raise Invalid(_l("내용을 입력해 주세요."))
    if len(words) > MAX_WORDS:
        raise Invalid(_l("너무 길어요. %(max)d자까지 입력할 수 있어요.", max=MAX_WORDS))
    return words
