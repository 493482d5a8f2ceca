"""What may still be taken back is not told: neither by mail nor on the applicant's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.jobs.applicant_models import StageMove
from app.jobs.application_words import Stage
from app.jobs.applying.told import told_events, told_stage
from app.jobs.hiring.applicant_service import decide, open_application, reveal, undo
from app.jobs.hiring.message_service import send_message
from app.jobs.message_models import ApplicationMessage
from app.jobs.reviewer_models import ReviewComment, Score
from app.jobs.stages import UNDO_WITHIN
from tests.conftest import Visitor
from tests.factories.accounts import mails_to, make_account, make_member, make_person, sign_in
from tests.factories.jobs import make_application, make_criterion, make_employer, make_opening


@pytest.mark.parametrize("later", [timedelta(0), UNDO_WITHIN - timedelta(minutes=2)])
def test_a_decision_is_told_when_it_stands(visitor: Visitor, later: timedelta) -> None:
    employer, account = make_employer(), make_account(person=make_person("나지원"))
    clerk, decided = make_member(employer), clock.now() - later
    application = make_application(make_opening(employer), account)
    open_application(application, clerk.actor, decided)
    decide(application, Stage.VIEWED, Stage.REJECTED, "", "", clerk.actor, decided)
    db.session.commit()
    assert told_stage(application, clock.now()) is Stage.VIEWED
    assert told_stage(application, decided + UNDO_WITHIN) is Stage.REJECTED
    sign_in(visitor, account)
    for address in (f"/applications/{application.public_id}", "/applications?stage=rejected"):
        page = visitor.get(address).get_data(as_text=True).split('id="main"')[1]
        assert "나지원" in page or "맞는" in page or "없어요" in page
        assert "서류 반환 청구하기" not in page
    assert "badge--danger" not in visitor.get(f"/applications/{application.public_id}").get_data(as_text=True)


def test_what_was_taken_back_is_never_told(visitor: Visitor) -> None:
    employer, account = make_employer(), make_account(person=make_person("나지원"))
    clerk, at = make_member(employer), clock.now() - timedelta(hours=1)
    application = make_application(make_opening(employer), account)
    open_application(application, clerk.actor, at)
    decide(application, Stage.VIEWED, Stage.REJECTED, "", "", clerk.actor, at)
    undo(application, clerk.actor, at + timedelta(minutes=1))
    decide(application, Stage.VIEWED, Stage.SHORTLISTED, "", "", clerk.actor, at + timedelta(minutes=2))
    db.session.commit()
    db.session.expire_all()
    told = told_events(application.events, clock.now())
    assert [e.stage for e in told if e.action == "decide"] == [Stage.SHORTLISTED]
    assert told_stage(application, clock.now()) is Stage.SHORTLISTED
    sign_in(visitor, account)
    page = visitor.get(f"/applications/{application.public_id}").get_data(as_text=True)
    assert "불합격" not in page
    assert "되돌렸어요" not in page


def test_taking_back_takes_all_that_was_said_along(visitor: Visitor) -> None:
    employer, account = make_employer(), make_account(person=make_person("나지원"))
    clerk, at = make_member(employer), clock.now()
    opening = make_opening(employer)
    application = make_application(opening, account)
    criterion = make_criterion(opening)
    decide(application, Stage.RECEIVED, Stage.REJECTED, "", "나지원 님은 경력이 짧음", clerk.actor, at)
    send_message(application, "나지원 님께", clerk.actor, at, from_employer=True)
    rows: dict[str, Any] = {"application_id": application.id, "account_id": clerk.id, "at": at}
    db.session.add(Score(criterion_id=criterion.id, points=3, **rows))
    db.session.add(ReviewComment(actor_label="김담당", words="나지원 님 좋음", **rows))
    db.session.commit()
    waiting = len(mails_to(account.email))
    sign_in(visitor, account)
    assert visitor.post(f"/applications/{application.public_id}/consent", data={"sure": "y"}).status_code == 303
    db.session.expire_all()
    for table in (Score, ReviewComment, ApplicationMessage):
        assert db.session.scalars(select(table)).all() == [], table
    assert db.session.scalars(select(StageMove.why)).all() == [""]
    decisions = [mail for mail in mails_to(account.email) if mail.not_before > at + timedelta(minutes=5)]
    assert waiting > 0
    assert decisions == [], "the mail about the decision goes no more"


def test_a_step_that_came_after_a_decision_does_not_tell_it(app: Flask) -> None:
    employer, account = make_employer(), make_account(person=make_person("나지원"))
    clerk, at = make_member(employer), clock.now()
    application = make_application(make_opening(employer, blind=True, reveal_stage=Stage.INTERVIEW), account)
    open_application(application, clerk.actor, at - timedelta(hours=2))
    decide(application, Stage.VIEWED, Stage.SHORTLISTED, "", "", clerk.actor, at - timedelta(hours=1))
    decide(application, Stage.SHORTLISTED, Stage.INTERVIEW, "", "", clerk.actor, at)
    reveal(application, clerk.actor, at + timedelta(minutes=1))
    db.session.commit()
    db.session.expire_all()
    assert application.events[-1].stage == Stage.INTERVIEW
    assert told_stage(application, at + timedelta(minutes=2)) is Stage.SHORTLISTED
    assert told_stage(application, at + UNDO_WITHIN) is Stage.INTERVIEW
