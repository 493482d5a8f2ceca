"""What may still be taken back is not told: neither by mail nor on the applicant's page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.jobs.applicant_service import decide, open_application, undo
from app.jobs.application_words import Stage
from app.jobs.stages import UNDO_WITHIN
from app.jobs.told import told_events, told_stage
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_person, sign_in
from tests.factories.jobs import make_application, make_employer, make_opening


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
