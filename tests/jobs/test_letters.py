"""An employer's own letters: kept, previewed with an applicant, sent with a decision."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account, MembershipRole, Organisation
from app.core import clock
from app.core.db import db
from app.core.templating import datetime as written
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.hiring import letter_service
from app.jobs.interview_models import InterviewChoice
from app.jobs.letter_models import LetterTemplate
from app.jobs.opening_models import Opening
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, mails_to, make_account, make_member, make_person, sign_in
from tests.factories.jobs import COMMAND, make_application, make_employer, make_letter, make_opening, make_slot
from tests.jobs.test_applicants import counted
from tests.meeting import DONE, at_once

NEW = "/hiring/letters/new/rejected"


@pytest.fixture
def employer(app: Flask, visitor: Visitor) -> Organisation:
    employer = make_employer()
    sign_in(visitor, make_member(employer, MembershipRole.CLERK))
    return employer


def text_of(answer: object) -> str:
    return html.unescape(answer.get_data(as_text=True))  # type: ignore[attr-defined]


def apply(opening: Opening, name: str = "나지원", language: str = "ko", stage: Stage = Stage.VIEWED) -> Application:
    account = make_account(person=make_person(name))
    account.language = language
    return make_application(opening, account, stage)


def account_of(application: Application) -> Account:
    return db.session.scalars(select(Account).where(Account.person_id == application.person_id)).one()


def decide(visitor: Visitor, application: Application, stage: Stage, **more: str) -> object:
    chosen = f"{application.public_id}:{application.stage}"
    address = f"/hiring/{application.opening.public_id}/applications/decide"
    return visitor.post(address, data={"chosen": chosen, "stage": stage.value, **more})


def test_it_begins_with_a_text_in_both_languages_and_is_kept(visitor: Visitor, employer: Organisation) -> None:
    page = text_of(visitor.get(NEW))
    assert page.count('name="step"') == 2, "the buttons alone say what is to be done"
    assert "{이름} 지원자님, 안녕하세요." in page
    assert "Hello {name}." in page
    given = {"name": " 정중한 거절 ", "body": "{이름}님, 고마워요.", "english": "Thank you, {name}."}
    assert visitor.post(NEW, data=given).status_code == 303
    letter = db.session.scalars(select(LetterTemplate)).one()
    assert (letter.name, letter.stage, letter.organisation_id) == ("정중한 거절", "rejected", employer.id)
    assert "정중한 거절" in text_of(visitor.get("/hiring/letters"))
    assert "맞는 문구가 없어요" in text_of(visitor.get("/hiring/letters?q=없는말"))
    visitor.post(f"/hiring/letters/{letter.public_id}", data={**given, "body": "고쳤어요", "version": "1"})
    assert (letter.body, letter.version) == ("고쳤어요", 2)
    assert "되살릴 수 없어요" in text_of(visitor.get(f"/hiring/letters/{letter.public_id}/delete"))
    visitor.post(f"/hiring/letters/{letter.public_id}/delete")
    assert db.session.scalars(select(LetterTemplate)).all() == []
    assert [len(audit_lines(f"letter.{act}")) for act in ("create", "change", "delete")] == [1, 1, 1]


def test_an_unknown_placeholder_is_said_at_its_field(visitor: Visitor, employer: Organisation) -> None:
    answer = visitor.post(NEW, data={"name": "거절", "body": "{이름} {연락처}", "english": "{name"})
    assert answer.status_code == 422
    page = text_of(answer)
    assert 'id="body-error"' in page
    assert "{연락처}에 넣을 것을 몰라요" in page
    assert 'id="english-error"' in page
    assert db.session.scalars(select(LetterTemplate)).all() == []


def test_two_have_not_one_name_and_there_is_an_end(
    visitor: Visitor, employer: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_letter(employer, name="거절")
    make_letter(make_employer(), name="남의 것")
    given = {"name": "거절", "body": "{이름}"}
    assert "같은 이름의 문구가 이미 있어요" in text_of(visitor.post(NEW, data=given))
    assert visitor.post(NEW, data={**given, "name": "남의 것"}).status_code == 303
    monkeypatch.setattr(letter_service, "MOST_LETTERS", 2)
    assert "2개까지 둘 수 있어요" in text_of(visitor.post(NEW, data={**given, "name": "셋째"}))


def test_nobody_writes_over_what_somebody_changed(visitor: Visitor, employer: Organisation) -> None:
    letter = make_letter(employer, name="거절")
    letter_service.change_letter(letter, "거절", "동료가 고침", "", 1, COMMAND, clock.now())
    db.session.commit()
    answer = visitor.post(f"/hiring/letters/{letter.public_id}", data={"name": "거절", "body": "나", "version": "1"})
    assert "그사이 다른 사람이 이 문구를 고쳤어요" in text_of(answer)
    assert letter.body == "동료가 고침"


@pytest.mark.parametrize("blind", [False, True])
def test_the_preview_shows_an_applicant_as_they_may_be_seen(
    visitor: Visitor, employer: Organisation, blind: bool
) -> None:
    given = {"name": "거절", "body": "{이름}께 {공고} {단계}", "step": "preview"}
    assert "아직 지원한 사람이 없어서" in text_of(visitor.post(NEW, data=given))
    opening = make_opening(employer, blind=blind, title="마을 코디")
    apply(opening)
    page = text_of(visitor.post(NEW, data={**given, "opening": opening.public_id}))
    assert ("지원번호 1번께 마을 코디 불합격" if blind else "나지원께 마을 코디 불합격") in page
    assert ("나지원" in page) is not blind
    assert db.session.scalars(select(LetterTemplate)).all() == []


def test_the_preview_never_shows_another_employers_applicant(visitor: Visitor, employer: Organisation) -> None:
    elsewhere = make_opening(make_employer(), title="남의 공고")
    apply(elsewhere, "남모를")
    given = {"name": "거절", "body": "{이름}께 {공고}", "step": "preview", "opening": elsewhere.public_id}
    page = text_of(visitor.post(NEW, data=given))
    assert "남모를" not in page
    assert "남의 공고" not in page


def test_a_decision_is_told_by_the_letter_that_was_seen(visitor: Visitor, employer: Organisation) -> None:
    letter = make_letter(employer, body="{이름}님, {공고} 결과예요.", english="Dear {name}: {stage}.", name="거절")
    make_letter(employer, Stage.HIRED, "다른 결정", "합격")
    opening = make_opening(employer, title="마을 코디")
    one, other = apply(opening), apply(opening, "Kim Ieum", "en")
    page = text_of(decide(visitor, one, Stage.REJECTED))
    assert "나지원님, 마을 코디 결과예요." in page, "the only letter of a decision is proposed"
    assert "합격</option>" not in page
    seen = {"letter": letter.public_id, "shown": f"{letter.public_id}:1", "step": "confirm", "words": "또 만나요."}
    decide(visitor, one, Stage.REJECTED, **seen)
    decide(visitor, other, Stage.REJECTED, **seen)
    (mail,) = mails_to(account_of(one).email)
    assert "나지원님, 마을 코디 결과예요.\n\n또 만나요." in mail.body
    assert "아쉽지만" not in mail.body
    (mail,) = mails_to(account_of(other).email)
    assert "Dear Kim Ieum: Not chosen." in mail.body


def test_nothing_is_sent_with_a_letter_that_was_not_seen(visitor: Visitor, employer: Organisation) -> None:
    letter = make_letter(employer, body="처음 글", name="거절")
    application = apply(make_opening(employer))
    seen = {"letter": letter.public_id, "shown": f"{letter.public_id}:1", "step": "confirm"}
    letter_service.change_letter(letter, "거절", "고친 글", "", 1, COMMAND, clock.now())
    db.session.commit()
    answer = decide(visitor, application, Stage.REJECTED, **seen)
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert "고친 글" in text_of(answer)
    assert "아직 아무것도 보내지 않았어요" in text_of(answer)
    assert application.stage == Stage.VIEWED
    letter_service.delete_letter(letter, COMMAND, clock.now())
    db.session.commit()
    assert "메일 문구가 없어졌어요" in text_of(decide(visitor, application, Stage.REJECTED, **seen))
    assert application.stage == Stage.VIEWED


def test_anothers_letter_is_none(visitor: Visitor, employer: Organisation) -> None:
    letter = make_letter(make_employer(), body="남의 글")
    application = apply(make_opening(employer))
    answer = text_of(decide(visitor, application, Stage.REJECTED, letter=letter.public_id, step="preview"))
    assert "메일 문구가 없어졌어요" in answer
    assert "남의 글" not in answer


def test_interview_times_are_what_was_chosen_or_what_can_be(visitor: Visitor, employer: Organisation) -> None:
    make_letter(employer, Stage.INTERVIEW, "면접: {면접시간}")
    make_letter(employer, Stage.HIRED, "면접은 {면접시간}")
    opening = make_opening(employer)
    application = apply(opening, stage=Stage.SHORTLISTED)
    page = text_of(decide(visitor, application, Stage.INTERVIEW))
    assert "고를 수 있는 면접 시간이 없어요" in page
    assert "면접: 정해지면 따로 알려 드려요" in page
    first, second = make_slot(opening, days=7), make_slot(opening, days=8)
    make_slot(opening, at=clock.now() - timedelta(days=9))
    page = text_of(decide(visitor, application, Stage.INTERVIEW))
    assert f"면접: {written(first.starts_at)}, {written(second.starts_at)}" in page
    assert "고를 수 있는 면접 시간이 없어요" not in page
    application.stage = Stage.INTERVIEW
    db.session.add(InterviewChoice(application_id=application.id, slot_id=second.id, chosen_at=clock.now()))
    db.session.commit()
    assert f"면접은 {written(second.starts_at)}" in text_of(decide(visitor, application, Stage.HIRED))


def test_looking_at_many_mails_asks_as_often_as_at_few(visitor: Visitor, employer: Organisation) -> None:
    make_letter(employer, body="{이름} {면접시간}")
    opening, numbers = make_opening(employer), []
    for names in (("가", "나"), tuple("다라마바사아")):
        chosen = [f"{apply(opening, name).public_id}:viewed" for name in names]
        address = f"/hiring/{opening.public_id}/applications/decide"
        with counted() as statements:
            visitor.post(address, data={"chosen": chosen, "stage": "rejected"})
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


def test_two_letters_that_get_one_name_at_once_are_not_an_error_page(app: Flask) -> None:
    employer = make_employer()
    of, letter, at = employer.id, make_letter(employer, name="불합격").id, clock.now()

    def make() -> None:
        letter_service.make_letter(of, Stage.REJECTED, "안내", "본문", "", COMMAND, at)

    def rename() -> None:
        found = db.session.get_one(LetterTemplate, letter)
        letter_service.change_letter(found, "안내", "본문", "", found.version, COMMAND, at)

    taken = "같은 이름의 문구가 이미 있어요. 다른 이름을 적어 주세요."
    assert at_once(app, make, rename) == sorted([DONE, taken])
