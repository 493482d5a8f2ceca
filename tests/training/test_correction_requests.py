"""Correction requests: a person says what is not right, the centre answers, both see what was said."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.accounts.models import Account, Organisation
from app.core.db import db
from app.training.correction_request_models import CorrectionRequest
from app.training.models import Enrolment
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, mails_to, make_account, make_member, make_organisation, sign_in
from tests.factories.training import finished_cohort


@pytest.fixture
def enrolment(app: Flask) -> Enrolment:
    finished_cohort(make_organisation("서울교육원"))
    return db.session.scalars(select(Enrolment).order_by(Enrolment.id)).all()[0]


@pytest.fixture
def person(enrolment: Enrolment) -> Account:
    return make_account("hong@example.kr", person=enrolment.person)


def centre_of(enrolment: Enrolment) -> Organisation:
    return db.session.get_one(Organisation, enrolment.organisation_id)


def ask(visitor: Visitor, enrolment: Enrolment, **fields: str) -> Any:
    data = {"kind": "mark", "session": "2", "words": "두 번째 날에 출석했어요."} | fields
    return visitor.post(f"/portfolio/courses/{enrolment.public_id}/correction", data=data)


def asked(visitor: Visitor, person: Account, enrolment: Enrolment) -> CorrectionRequest:
    sign_in(visitor, person)
    assert ask(visitor, enrolment).status_code == 303
    return db.session.scalars(select(CorrectionRequest)).one()


def answer(visitor: Visitor, found: CorrectionRequest, **fields: str) -> Any:
    data = {"state": "accepted", "words": "출석부를 고쳤어요."} | fields
    return visitor.post(f"/correction-requests/{found.public_id}", data=data)


def test_from_the_portfolio_to_the_centre_and_back(visitor: Visitor, person: Account, enrolment: Enrolment) -> None:
    found = asked(visitor, person, enrolment)
    sign_in(visitor, make_member(centre_of(enrolment), "clerk"))
    assert "새 1건" in visitor.get("/centre").text
    page = visitor.get("/correction-requests").text
    assert enrolment.person.name in page
    assert "2회차" in page
    assert "두 번째 날에 출석했어요." in visitor.get(f"/correction-requests/{found.public_id}").text
    assert answer(visitor, found, state="received", words="확인해 볼게요.").status_code == 303
    assert "새 1건" not in visitor.get("/centre").text
    assert answer(visitor, found).status_code == 303
    sent = mails_to("hong@example.kr")
    assert [("확인하고 있어요" in m.body, "받아들였어요" in m.body) for m in sent] == [(True, False), (False, True)]
    sign_in(visitor, person)
    course = visitor.get(f"/portfolio/courses/{enrolment.public_id}").text
    for said in ("두 번째 날에 출석했어요.", "확인해 볼게요.", "출석부를 고쳤어요.", "받아들였어요"):
        assert said in course
    assert [line.after for line in audit_lines("correction_request.answer")] == [
        {"state": "received"},
        {"state": "accepted"},
    ]
    assert len(audit_lines("correction_request.create")) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"words": ""},
        {"words": "  "},
        {"words": "가" * 1001},
        {"words": "제 번호는 900309-1234567이에요."},
        {"kind": "nothing"},
        {"session": "99"},
    ],
)
def test_what_cannot_be_sent_is_asked_for_again(
    visitor: Visitor, person: Account, enrolment: Enrolment, fields: dict[str, str]
) -> None:
    sign_in(visitor, person)
    answered = ask(visitor, enrolment, **fields)
    assert answered.status_code == 422
    assert "1234567" not in answered.text
    assert db.session.scalars(select(CorrectionRequest)).all() == []


def test_a_thousand_letters_fit_and_may_be_about_the_whole_course(
    visitor: Visitor, person: Account, enrolment: Enrolment
) -> None:
    sign_in(visitor, person)
    assert ask(visitor, enrolment, words="가" * 1000, session="", kind="certificate").status_code == 303
    assert db.session.scalars(select(CorrectionRequest)).one().session_id is None


def test_ten_a_day_are_enough(visitor: Visitor, person: Account, enrolment: Enrolment) -> None:
    sign_in(visitor, person)
    assert [ask(visitor, enrolment).status_code for _ in range(11)] == [303] * 10 + [429]


def test_nobody_asks_about_anothers_record(visitor: Visitor, person: Account, enrolment: Enrolment) -> None:
    sign_in(visitor, make_account())
    assert ask(visitor, enrolment).status_code == 404
    sign_in(visitor, make_member(centre_of(enrolment)))
    assert ask(visitor, enrolment).status_code == 404


def test_only_the_centre_sees_it_and_viewers_do_not_answer(
    visitor: Visitor, person: Account, enrolment: Enrolment
) -> None:
    found = asked(visitor, person, enrolment)
    sign_in(visitor, make_member(make_organisation()))
    assert visitor.get(f"/correction-requests/{found.public_id}").status_code == 404
    assert answer(visitor, found).status_code == 404
    assert "아직 정정요청이 없어요" in visitor.get("/correction-requests").text
    sign_in(visitor, make_member(centre_of(enrolment), "viewer"))
    assert "답변 보내기" not in visitor.get(f"/correction-requests/{found.public_id}").text
    assert answer(visitor, found).status_code == 404


@pytest.mark.parametrize("fields", [{"words": ""}, {"state": "new"}, {"state": ""}, {"words": "가" * 1001}])
def test_an_answer_needs_words_and_a_state(
    visitor: Visitor, person: Account, enrolment: Enrolment, fields: dict[str, str]
) -> None:
    found = asked(visitor, person, enrolment)
    sign_in(visitor, make_member(centre_of(enrolment)))
    assert answer(visitor, found, **fields).status_code == 422
    assert found.state == "new"


def test_the_list_is_searched_narrowed_and_paged(visitor: Visitor, person: Account, enrolment: Enrolment) -> None:
    found = asked(visitor, person, enrolment)
    for _more in range(20):
        again = {"organisation_id", "enrolment_id", "account_id", "kind", "words", "created_at"}
        db.session.add(CorrectionRequest(**{name: getattr(found, name) for name in again}))
    found.state = "refused"
    sign_in(visitor, make_member(centre_of(enrolment)))
    list_page = "/correction-requests"
    assert visitor.get(list_page).text.count(f"{list_page}/") == 20
    assert visitor.get(f"{list_page}?page=2").text.count(f"{list_page}/") == 1
    assert visitor.get(f"{list_page}?state=refused").text.count(f"{list_page}/") == 1
    assert visitor.get(list_page, query_string={"q": enrolment.person.name}).text.count(f"{list_page}/") == 20
    assert "해당하는 정정요청이 없어요" in visitor.get(f"{list_page}?q=없는이름").text


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE correction_requests SET words = 'x'",
        "DELETE FROM correction_requests",
        "UPDATE correction_answers SET words = 'x'",
        "DELETE FROM correction_answers",
    ],
)
def test_what_was_said_stays(visitor: Visitor, person: Account, enrolment: Enrolment, change: str) -> None:
    found = asked(visitor, person, enrolment)
    sign_in(visitor, make_member(centre_of(enrolment)))
    answer(visitor, found)
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(change))
    db.session.rollback()


def test_who_closed_the_account_gets_no_mail(visitor: Visitor, person: Account, enrolment: Enrolment) -> None:
    found = asked(visitor, person, enrolment)
    person.person_id = None
    sign_in(visitor, make_member(centre_of(enrolment)))
    assert answer(visitor, found).status_code == 303
    assert mails_to("hong@example.kr") == []
