"""Whoever is back in the running keeps the interview time, or is told that it was taken and chooses again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.accounts.models import Account
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict
from app.core.mail import OutgoingMail
from app.jobs.applicant_models import StageMove
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.hiring import applicant_service, interview_service
from app.jobs.interview_models import InterviewChoice, InterviewSlot
from app.jobs.opening_models import Opening
from app.jobs.stages import UNDO_WITHIN
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, mails_to, make_account, make_member, make_person, sign_in
from tests.factories.jobs import COMMAND, make_application, make_employer, make_opening, make_slot
from tests.meeting import DONE, at_once, twice

FULL = "방금 자리가 찼어요. 다른 시간을 골라 주세요."
MOVED = "그사이 이 지원서의 단계가 바뀌었어요. 지금 단계를 확인하고 다시 정해 주세요."


@dataclass(frozen=True)
class Two:
    """Two who are invited to one seat: the first has chosen it and is turned down by mistake. By their keys."""

    opening: int
    slot: str
    first: int
    second: int
    applicant: int

    def choose(self) -> None:
        second = db.session.get_one(Application, self.second)
        interview_service.choose(second, self.slot, COMMAND, clock.now())

    def undo(self) -> applicant_service.TakenBack:
        return applicant_service.undo(self.application, COMMAND, clock.now(), seen=Stage.REJECTED)

    @property
    def application(self) -> Application:
        return db.session.get_one(Application, self.first)


def make_two(seats: int = 1) -> Two:
    opening = make_opening(make_employer())
    slot, applicant = make_slot(opening, capacity=seats), make_account(person=make_person("나먼저"))
    first = make_application(opening, applicant, Stage.INTERVIEW)
    second = make_application(opening, make_account(person=make_person("남나중")), Stage.INTERVIEW)
    interview_service.choose(first, slot.public_id, applicant.actor, clock.now())
    applicant_service.decide(first, Stage.INTERVIEW, Stage.REJECTED, "", "", COMMAND, clock.now())
    db.session.commit()
    return Two(opening.id, slot.public_id, first.id, second.id, applicant.id)


@pytest.fixture
def two(app: Flask) -> Two:
    return make_two()


def held(two: Two) -> list[int]:
    db.session.expire_all()
    assert (
        db.session.scalars(select(InterviewSlot.taken)).one()
        <= db.session.scalars(select(InterviewSlot.capacity)).one()
    )
    out = Application.stage.in_((Stage.REJECTED, Stage.WITHDRAWN))
    rows = select(InterviewChoice.application_id).join(Application, Application.id == InterviewChoice.application_id)
    return sorted(db.session.scalars(rows.where(~out)))


def mails_about_the_loss() -> list[OutgoingMail]:
    return [mail for mail in db.session.scalars(select(OutgoingMail)) if "다시 골라 주세요" in mail.subject]


def test_the_seat_is_kept_when_nobody_has_taken_it(two: Two) -> None:
    assert two.undo().lost is None
    db.session.commit()
    assert held(two) == [two.first]
    assert db.session.scalars(select(InterviewSlot.taken)).one() == 1
    assert mails_about_the_loss() == []


def test_the_seat_is_kept_while_there_is_room(app: Flask) -> None:
    two = make_two(seats=2)
    two.choose()
    assert two.undo().lost is None
    db.session.commit()
    assert held(two) == sorted([two.first, two.second])
    assert db.session.scalars(select(InterviewSlot.taken)).one() == 2


@pytest.mark.parametrize("gone", ["taken", "withdrawn"])
def test_who_has_lost_it_is_told_and_chooses_again(visitor: Visitor, two: Two, gone: str) -> None:
    if gone == "taken":
        two.choose()
    else:
        slot = db.session.scalars(select(InterviewSlot)).one()
        interview_service.withdraw_slot(slot, COMMAND, clock.now())
    db.session.commit()
    opening, applicant = db.session.get_one(Opening, two.opening), db.session.get_one(Account, two.applicant)
    assert opening.organisation is not None
    sign_in(visitor, make_member(opening.organisation))
    here = f"/hiring/{opening.public_id}/applications/{two.application.public_id}"
    answer = visitor.post(f"{here}/undo", data={"seen": "rejected"}, follow_redirects=True)
    assert "다시 고르라고 메일로 알렸어요" in answer.get_data(as_text=True)
    assert held(two) == ([two.second] if gone == "taken" else [])
    (mail,) = mails_about_the_loss()
    assert mail.recipient == applicant.email
    page = f"/applications/{two.application.public_id}/interview"
    assert page in mail.body
    other = make_slot(opening, days=9)
    visitor.delete_cookie("ieum_session", domain="ieum.test")
    sign_in(visitor, applicant)
    assert "고른 면접 시간이 그사이 찼어요" in visitor.get(page).get_data(as_text=True)
    history = visitor.get(f"/applications/{two.application.public_id}").get_data(as_text=True)
    assert "고른 면접 시간이 그사이 찼어요. 다시 골라 주세요" in history
    assert visitor.post(page, data={"slot": other.public_id}).status_code == 303
    assert "고른 면접 시간이 그사이 찼어요" not in visitor.get(page).get_data(as_text=True)


def test_one_gets_the_seat_when_both_want_it_at_once(app: Flask, two: Two) -> None:
    became = at_once(app, two.choose, two.undo)
    if held(two) == [two.first]:
        assert became == sorted([DONE, FULL])
        assert mails_about_the_loss() == []
    else:
        assert (became, held(two)) == ([DONE, DONE], [two.second])
        assert len(mails_about_the_loss()) == 1


def test_without_looking_for_the_seat_two_hold_it(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applicant_service, "keep_or_lose_seat", lambda *_seat: None)
    two.choose()
    two.undo()
    db.session.commit()
    assert held(two) == sorted([two.first, two.second])


# SQLite lets one writer in at a time: there is nothing to take out.
@pytest.mark.databases("postgresql")
def test_without_the_lock_both_get_it(app: Flask, two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interview_service, "_lock", lambda *_slots: None)
    assert at_once(app, two.choose, two.undo) == [DONE, DONE]
    assert held(two) == sorted([two.first, two.second])
    assert mails_about_the_loss() == []


def test_a_seat_that_went_with_a_decision_is_not_given_up_once_more(two: Two) -> None:
    two.choose()
    second = db.session.get_one(Application, two.second)
    interview_service.give_up(second, COMMAND, clock.now())
    # Nobody has told the first one yet: the page still offers it.
    interview_service.give_up(two.application, COMMAND, clock.now())
    db.session.commit()
    assert held(two) == []
    assert db.session.scalars(select(InterviewSlot.taken)).one() == 0


def test_who_gives_up_a_lost_seat_takes_it_from_nobody(two: Two) -> None:
    two.choose()
    interview_service.give_up(two.application, COMMAND, clock.now())
    db.session.commit()
    assert held(two) == [two.second]
    assert db.session.scalars(select(InterviewSlot.taken)).one() == 1


def test_no_time_is_chosen_once_the_papers_are_gone(two: Two) -> None:
    second = db.session.get_one(Application, two.second)
    # As a request has read it just before.
    gone = update(Application).where(Application.id == two.second).values(destroyed_at=clock.now())
    db.session.execute(gone.execution_options(synchronize_session=False))
    with pytest.raises(Conflict):
        interview_service.choose(second, two.slot, COMMAND, clock.now())
    db.session.rollback()
    assert held(two) == []


def test_what_may_be_taken_back_is_not_told_by_the_page_of_times(visitor: Visitor, two: Two) -> None:
    sign_in(visitor, db.session.get_one(Account, two.applicant))
    page = f"/applications/{two.application.public_id}/interview"
    before = visitor.get(page).get_data(as_text=True)
    assert "에 만나요" in before
    assert "지금은 면접 시간을 고를 수 있는 단계가 아니에요" not in before


def test_who_was_turned_down_is_not_told_to_come(visitor: Visitor, two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(visitor, db.session.get_one(Account, two.applicant))
    later = clock.now() + UNDO_WITHIN + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    page = visitor.get(f"/applications/{two.application.public_id}/interview").get_data(as_text=True)
    assert "에 만나요" not in page


def test_the_second_click_does_not_take_back_the_decision_before(app: Flask) -> None:
    application = make_application(make_opening(), make_account(person=make_person("나지원")), Stage.VIEWED)
    for before, after in ((Stage.VIEWED, Stage.SHORTLISTED), (Stage.SHORTLISTED, Stage.INTERVIEW)):
        applicant_service.decide(application, before, after, "", "", COMMAND, clock.now())
    id = application.id

    def undo() -> None:
        one = db.session.get_one(Application, id)
        applicant_service.undo(one, COMMAND, clock.now(), seen=Stage.INTERVIEW)

    assert twice(app, undo) == sorted([DONE, MOVED])
    assert db.session.get_one(Application, id).stage == Stage.SHORTLISTED


def test_a_decision_is_made_once(app: Flask) -> None:
    applicant = make_account("one@example.kr", person=make_person("나지원"))
    id = make_application(make_opening(), applicant, Stage.VIEWED).id

    def decide() -> None:
        one = db.session.get_one(Application, id)
        applicant_service.decide(one, Stage.VIEWED, Stage.SHORTLISTED, "", "", COMMAND, clock.now())

    assert twice(app, decide) == [DONE, DONE]
    assert db.session.scalar(select(func.count()).select_from(StageMove)) == 1
    assert len(audit_lines("application.decide")) == len(mails_to("one@example.kr")) == 1
    steps = select(func.count()).where(ApplicationEvent.action == "decide")
    assert db.session.scalar(steps) == 1
