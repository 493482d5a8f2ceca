"""A decision on several applications: its page, and taking it back as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Organisation
from app.core import clock
from app.core.db import db
from app.core.mail import OutgoingMail
from app.jobs.applicant_models import StageMove
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.hiring import applicant_service
from app.jobs.interview_models import InterviewChoice
from app.jobs.opening_models import Opening
from app.jobs.reviewer_models import Recusal
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_person, sign_in
from tests.factories.jobs import make_application, make_employer, make_opening, make_slot
from tests.jobs.test_applicants import counted
from tests.meeting import DONE, twice


@pytest.fixture
def opening(app: Flask, visitor: Visitor) -> Opening:
    employer = make_employer()
    sign_in(visitor, make_member(employer, name="김담당"))
    return make_opening(employer)


def applicants(opening: Opening, *names: str, stage: Stage = Stage.VIEWED) -> list[Application]:
    return [make_application(opening, make_account(person=make_person(name)), stage) for name in names]


def decide(visitor: Visitor, opening: Opening, chosen: Sequence[Application], stage: Stage) -> str:
    """Decide on these and answer the address of the decision's page."""
    pairs = [f"{a.public_id}:{a.stage}" for a in chosen]
    data = {"chosen": pairs, "stage": stage.value, "step": "confirm"}
    visitor.post(f"/hiring/{opening.public_id}/applications/decide", data=data)
    newest = select(StageMove.decision_id).order_by(StageMove.id.desc()).limit(1)
    return f"/hiring/{opening.public_id}/decisions/{db.session.scalar(newest)}"


def text_of(visitor: Visitor, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def stages(chosen: Sequence[Application]) -> list[str]:
    db.session.expire_all()
    return [application.stage for application in chosen]


def test_it_is_taken_back_as_one_with_every_mail(visitor: Visitor, opening: Opening) -> None:
    chosen = applicants(opening, "나하나", "나둘", "나셋")
    page = decide(visitor, opening, chosen, Stage.REJECTED)
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 3
    assert "모두 되돌리기" in text_of(visitor, page)
    assert page in text_of(visitor, f"/hiring/{opening.public_id}/applications")
    assert visitor.post(f"{page}/undo").headers["Location"].endswith(page)
    assert stages(chosen) == [Stage.VIEWED] * 3
    assert db.session.scalars(select(OutgoingMail)).all() == []
    after = text_of(visitor, page)
    assert "3명의 결정을 되돌렸어요" in after
    assert "모두 되돌리기" not in after
    assert page not in text_of(visitor, f"/hiring/{opening.public_id}/applications")
    visitor.post(f"{page}/undo")
    assert "이미 모두 되돌린 결정이에요" in text_of(visitor, page)


def test_what_cannot_be_taken_back_stays_and_says_why(visitor: Visitor, opening: Opening) -> None:
    chosen = applicants(opening, "나하나", "나둘", "나셋", stage=Stage.SHORTLISTED)
    page = decide(visitor, opening, chosen, Stage.INTERVIEW)
    choice = InterviewChoice(application_id=chosen[0].id, slot_id=make_slot(opening).id, chosen_at=clock.now())
    db.session.add(choice)
    decide(visitor, opening, chosen[1:2], Stage.HIRED)
    visitor.post(f"{page}/undo")
    assert stages(chosen) == [Stage.INTERVIEW, Stage.HIRED, Stage.SHORTLISTED]
    after = text_of(visitor, page)
    for said in (
        "1명의 결정을 되돌렸어요",
        "2명의 결정은 되돌릴 수 없었어요",
        "그사이 지원자가 면접 시간을 골라서",
        "그사이 다른 결정을 해서",
        "이미 되돌렸어요",
    ):
        assert said in after, said


def test_two_clicks_do_not_take_back_the_decision_before(app: Flask, visitor: Visitor, opening: Opening) -> None:
    chosen = applicants(opening, "나하나", "나둘")
    decide(visitor, opening, chosen, Stage.SHORTLISTED)
    db.session.expire_all()
    decision_id = decide(visitor, opening, chosen, Stage.INTERVIEW).rpartition("/")[2]
    assert opening.organisation is not None
    actor, id = make_member(opening.organisation).actor, opening.id
    ids = [application.id for application in chosen]

    def undo() -> None:
        applicant_service.undo_many(db.session.get_one(Opening, id), decision_id, actor, clock.now())

    assert twice(app, undo) == [DONE, DONE]
    db.session.expire_all()
    assert [db.session.get_one(Application, one).stage for one in ids] == [Stage.SHORTLISTED] * 2


def test_after_ten_minutes_it_stays(visitor: Visitor, opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = applicants(opening, "나하나", "나둘")
    page = decide(visitor, opening, chosen, Stage.REJECTED)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "모두 되돌리기" not in text_of(visitor, page)
    assert page not in text_of(visitor, f"/hiring/{opening.public_id}/applications")
    visitor.post(f"{page}/undo")
    assert stages(chosen) == [Stage.REJECTED] * 2


def test_whoever_stepped_back_neither_sees_nor_undoes_theirs(visitor: Visitor, opening: Opening) -> None:
    chosen = applicants(opening, "나하나", "나둘")
    page = decide(visitor, opening, chosen, Stage.REJECTED)
    colleague = make_member(db.session.get_one(Organisation, opening.organisation_id), name="박동료")
    db.session.add(Recusal(application_id=chosen[0].id, account_id=colleague.id, why="", at=clock.now()))
    db.session.commit()
    visitor.post("/sign-out")
    sign_in(visitor, colleague)
    assert "나하나" not in text_of(visitor, page)
    visitor.post(f"{page}/undo")
    assert stages(chosen) == [Stage.REJECTED, Stage.VIEWED]


def test_the_page_asks_as_often_whatever_their_number(visitor: Visitor, opening: Opening) -> None:
    numbers = []
    for names in (("가", "나"), tuple("다라마바사아")):
        page = decide(visitor, opening, applicants(opening, *names), Stage.REJECTED)
        visitor.get(page)
        with counted() as statements:
            assert visitor.get(page).status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] < 25


def test_nothing_is_a_decision_that_is_none(visitor: Visitor, opening: Opening) -> None:
    applicants(opening, "나하나")
    other = decide(visitor, opening, applicants(opening, "나둘", "나셋"), Stage.REJECTED).rpartition("/")[2]
    elsewhere = make_opening(db.session.get_one(Organisation, opening.organisation_id))
    for address in (
        f"/hiring/{opening.public_id}/decisions/{'0' * 32}",
        f"/hiring/{elsewhere.public_id}/decisions/{other}",
    ):
        assert visitor.get(address).status_code == 404
        assert visitor.post(f"{address}/undo").status_code == 404
