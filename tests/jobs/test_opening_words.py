"""An employer saves and publishes openings that say what they may not, or what is doubtful."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Organisation
from app.core import clock
from app.core.db import db
from app.core.errors import Invalid
from app.jobs.opening_models import Opening, Requirement
from app.jobs.opening_words import OpeningState
from app.jobs.openings import opening_service
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, make_member, sign_in
from tests.factories.jobs import COMMAND, make_employer, make_opening

SAID = {
    "employer": "",
    "title": "코디네이터 모집",
    "work_kind": "coordinator",
    "employment_type": "fixed_term",
    "pay_unit": "negotiable",
    "until_filled": "y",
    "reveal_stage": "interview",
    "retention_days": "90",
}


@pytest.fixture
def employer(app: Flask, visitor: Visitor) -> Organisation:
    employer = make_employer()
    sign_in(visitor, make_member(employer))
    return employer


def test_what_it_may_not_say_is_shown_at_its_field(visitor: Visitor, employer: Organisation) -> None:
    said = {**SAID, "employer": employer.public_id, "qualification_text": "용모 단정한 분"}
    answer = visitor.post("/hiring/new", data=said)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="qualification_text-error"' in page
    assert "채용절차법 제4조의3" in page
    assert "일할 때 필요한 태도를 적어 주세요" in page
    assert db.session.scalar(select(func.count()).select_from(Opening)) == 0
    assert visitor.post("/hiring/new", data={**said, "keep": "1"}).status_code == 303


def test_what_is_clear_is_not_published(visitor: Visitor, employer: Organisation) -> None:
    opening = make_opening(employer, OpeningState.DRAFT, qualification_text="만 35세 이하")
    address = f"/hiring/{opening.public_id}"
    page = visitor.get(address).get_data(as_text=True)
    assert "채용공고에 쓸 수 없는 조건이 있어요" in page
    assert f"{address}/submit" not in page
    for data in ({}, {"confirmed": "1"}):
        assert visitor.post(f"{address}/submit", data=data).status_code == 422
    assert opening.state == OpeningState.DRAFT


def test_what_is_doubtful_is_published_once_confirmed(visitor: Visitor, employer: Organisation) -> None:
    opening = make_opening(employer, OpeningState.DRAFT, qualification_text="만 60세 이상")
    address = f"/hiring/{opening.public_id}"
    assert "그래도 올리기" in visitor.get(address).get_data(as_text=True)
    assert visitor.post(f"{address}/submit").status_code == 422
    assert opening.state == OpeningState.DRAFT
    assert visitor.post(f"{address}/submit", data={"confirmed": "1"}).status_code == 303
    assert db.session.scalar(select(Opening.state)) == OpeningState.PUBLISHED
    assert [line.after for line in audit_lines("opening.confirm_words")] == [{"fields": ["qualification_text"]}]


def test_what_is_published_gets_no_clear_words_afterwards(visitor: Visitor, employer: Organisation) -> None:
    opening = make_opening(employer)
    said = {**SAID, "version": str(opening.version), "duties": "여성만 지원", "keep": "1"}
    answer = visitor.post(f"/hiring/{opening.public_id}/edit", data=said)
    assert answer.status_code == 422
    assert "채용공고에 쓸 수 없는 조건이 있어 올릴 수 없어요" in answer.get_data(as_text=True)


def test_what_a_requirement_says_is_looked_at_too(visitor: Visitor, employer: Organisation) -> None:
    asked = Requirement(kind="other", level="preferred", text="만 35세 이하")
    address = f"/hiring/{make_opening(employer, OpeningState.DRAFT, (asked,)).public_id}"
    assert "확인할 요건: <mark>만 35세 이하</mark>" in visitor.get(address).get_data(as_text=True)
    assert visitor.post(f"{address}/submit", data={"confirmed": "1"}).status_code == 422
    assert db.session.scalar(select(Opening.state)) == OpeningState.DRAFT


def test_no_requirement_of_what_is_published_says_what_it_may_not(visitor: Visitor, employer: Organisation) -> None:
    asked = Requirement(kind="other", level="preferred", text="컴퓨터 활용")
    address = f"/hiring/{make_opening(employer, requirements=(asked,)).public_id}/requirements"
    said = {"level": "preferred", "kind": "other", "course_kind": "", "text": "용모 단정한 분"}
    for page in ("new", str(asked.id)):
        answer = visitor.post(f"{address}/{page}", data=said)
        assert answer.status_code == 422
        assert "채용공고에 쓸 수 없는 조건이 있어" in answer.get_data(as_text=True)
    assert db.session.scalars(select(Requirement.text)).all() == ["컴퓨터 활용"]


def test_what_waits_for_review_is_not_approved_with_clear_words(employer: Organisation) -> None:
    opening = make_opening(employer, OpeningState.DRAFT, qualification_text="만 35세 이하")
    opening.state = OpeningState.IN_REVIEW
    with pytest.raises(Invalid):
        opening_service.approve_opening(opening, opening.version, COMMAND, clock.now())
    assert opening.state == OpeningState.IN_REVIEW
