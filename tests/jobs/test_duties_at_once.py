"""Papers asked back, destroyed and written about, schedules told: by double clicks, and at the same moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import clock
from app.core.db import Base, db
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.applying.application_service import withdraw_consent
from app.jobs.duties import destruction_service, duty_service
from app.jobs.duties.destruction_models import Destruction
from app.jobs.duties.duty_models import ReturnRequest, ScheduleNotice
from app.jobs.duties.duty_queries import duties_for
from app.jobs.duties.duty_rules import DutyKind
from app.jobs.hiring import message_service, reviewer_service
from app.jobs.message_models import ApplicationMessage
from app.jobs.opening_models import Opening
from app.jobs.reviewer_models import ReviewComment
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, mails_to, make_account, make_member, make_person, sign_in
from tests.factories.duties import make_destruction, make_return_request
from tests.factories.jobs import COMMAND, make_application, make_employer, make_opening
from tests.meeting import BROKEN, DONE, at_once, twice

AFTERWARDS = "이미 파기해서 돌려받을 서류가 없어요."
ASKED_BACK = "지원자가 반환을 청구한 서류라서 돌려준 뒤에 파기할 수 있어요."


@dataclass(frozen=True)
class Case:
    """An application by its key, as threads share no rows."""

    id: int

    def ask_return(self) -> None:
        duty_service.ask_return(db.session.get_one(Application, self.id), COMMAND, clock.now())

    def destroy(self) -> None:
        destruction_service.destroy_papers(self.id, COMMAND, clock.now(), is_automatic=False)

    def tell(self, words: str = "면접은 4월 1일이에요.") -> None:
        opening = db.session.get_one(Application, self.id).opening
        duty_service.tell_schedule(opening, words, COMMAND, clock.now())

    def write(self, words: str = "안녕하세요") -> None:
        application = db.session.get_one(Application, self.id)
        message_service.send_message(application, words, COMMAND, clock.now(), from_employer=True)


def case(stage: str = Stage.REJECTED) -> Case:
    opening = make_opening(make_employer())
    decided_at = clock.now() if stage == Stage.REJECTED else None
    applicant = make_account("one@example.kr", person=make_person("나지원"))
    return Case(make_application(opening, applicant, stage, decided_at=decided_at).id)


def count(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def unhold(monkeypatch: pytest.MonkeyPatch, *modules: object) -> None:
    for module in modules:
        monkeypatch.setattr(module, "hold", lambda *_row, **_how: None)


def test_papers_are_asked_back_once(app: Flask) -> None:
    assert twice(app, case().ask_return) == sorted([DONE, "이미 반환을 청구했어요."])
    assert count(ReturnRequest) == len(audit_lines("application.ask_return")) == 1


@pytest.mark.databases("postgresql")
def test_without_holding_the_second_request_breaks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    unhold(monkeypatch, duty_service)
    assert BROKEN in twice(app, case().ask_return)


def test_a_request_and_the_destruction_do_not_pass_each_other(app: Flask) -> None:
    one = case()
    became = at_once(app, one.ask_return, one.destroy)
    asked, destroyed = count(ReturnRequest), count(Destruction)
    assert asked + destroyed == 1
    assert became == sorted([DONE, ASKED_BACK if asked else AFTERWARDS])


@pytest.mark.databases("postgresql")
def test_without_holding_they_do(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    unhold(monkeypatch, duty_service)
    one = case()
    assert at_once(app, one.ask_return, one.destroy) == [DONE, DONE]
    assert count(ReturnRequest) + count(Destruction) == 2


def returns_owed(opening: Opening) -> list[int]:
    return [duty.count for duty in duties_for([opening])[0].duties if duty.kind is DutyKind.RETURN]


@pytest.mark.parametrize("goes", ["destroyed", "taken-back"])
def test_nothing_is_owed_once_the_papers_are_gone(visitor: Visitor, goes: str) -> None:
    applicant = make_account(person=make_person("나지원"))
    decided = clock.now() - timedelta(days=20)
    opening = make_opening(make_employer())
    application = make_application(opening, applicant, Stage.REJECTED, decided_at=decided)
    request = make_return_request(application, at=decided)
    assert returns_owed(opening) == [1]
    if goes == "destroyed":
        make_destruction(application)
    else:
        assert applicant.person is not None
        withdraw_consent(applicant.person, application.public_id, applicant.actor, clock.now())
        db.session.commit()
    assert not request.is_open
    assert returns_owed(opening) == []
    assert opening.organisation is not None
    sign_in(visitor, make_member(opening.organisation))
    page = visitor.get(f"/hiring/{opening.public_id}/duties").get_data(as_text=True)
    assert "반환하기 전에 서류가 지워짐" in page
    assert visitor.post(f"/hiring/{opening.public_id}/returns/{request.public_id}").status_code == 409
    assert request.returned_at is None


def test_the_schedule_is_told_once(app: Flask) -> None:
    assert twice(app, case(Stage.VIEWED).tell) == [DONE, DONE]
    assert count(ScheduleNotice) == len(mails_to("one@example.kr")) == 1
    assert len(audit_lines("opening.tell_schedule")) == 1


@pytest.mark.databases("postgresql")
def test_without_holding_it_is_told_twice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    unhold(monkeypatch, duty_service)
    assert twice(app, case(Stage.VIEWED).tell) == [DONE, DONE]
    assert len(mails_to("one@example.kr")) == 2


def test_the_same_schedule_reaches_only_those_who_came_since(app: Flask) -> None:
    one = case(Stage.VIEWED)
    one.tell()
    opening = db.session.get_one(Application, one.id).opening
    make_application(opening, make_account("two@example.kr", person=make_person("남나중")))
    one.tell()
    one.tell()
    assert [len(mails_to(f"{who}@example.kr")) for who in ("one", "two")] == [1, 1]
    one.tell("면접은 4월 2일로 바뀌었어요.")
    assert [len(mails_to(f"{who}@example.kr")) for who in ("one", "two")] == [2, 2]
    assert list(db.session.scalars(select(ScheduleNotice.recipients).order_by(ScheduleNotice.id))) == [1, 1, 2]


def test_who_applied_again_is_told_again(app: Flask) -> None:
    one = case(Stage.VIEWED)
    one.tell()
    db.session.get_one(Application, one.id).submitted_at = clock.now()
    one.tell()
    assert len(mails_to("one@example.kr")) == 2


def test_a_message_is_sent_once(app: Flask) -> None:
    one = case(Stage.VIEWED)
    assert twice(app, one.write) == [DONE, DONE]
    assert count(ApplicationMessage) == len(mails_to("one@example.kr")) == 1
    one.write("하나 더 물어볼게요")
    one.write()
    assert count(ApplicationMessage) == 3


# SQLite lets one writer in at a time: there is nothing to take out.
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("guarded", [True, False], ids=["held", "not-held"])
def test_no_message_survives_the_destruction(app: Flask, guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not guarded:
        unhold(monkeypatch, message_service)
    one = case()
    at_once(app, one.write, one.destroy)
    assert count(Destruction) == 1
    assert count(ApplicationMessage) == (0 if guarded else 1)


def test_a_comment_is_kept_once(app: Flask) -> None:
    one, author = case(Stage.VIEWED), make_account().actor

    def comment() -> None:
        application = db.session.get_one(Application, one.id)
        reviewer_service.comment(application.opening, application, "좋아요", author, clock.now())

    assert twice(app, comment) == [DONE, DONE]
    assert count(ReviewComment) == len(audit_lines("application.comment")) == 1
