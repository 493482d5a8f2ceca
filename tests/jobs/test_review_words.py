"""The office that reviews an opening sees which words it may not say, where they stand, and what the law says."""

from __future__ import annotations

import pytest
from flask import Flask

from app.accounts.models import OrganisationKind
from app.core.db import db
from app.jobs.opening_models import Opening, Requirement
from app.jobs.opening_words import OpeningState
from app.jobs.openings.forbidden_words import find_forbidden, marked, passage
from tests.conftest import Visitor
from tests.factories.accounts import make_member, make_organisation, sign_in
from tests.factories.jobs import make_opening

LONG = "주민 상담을 맡아요.\n" + "함께 일할 분을 찾아요. " * 5 + "만 35세 이하 환영. " + "연락 주세요. " * 20


def test_a_passage_shows_the_words_in_their_line_and_no_more() -> None:
    (finding,) = find_forbidden(LONG)
    before, words, after = passage(LONG, finding)
    assert words == "만 35세 이하"
    assert f"{before}{words}{after}".replace("…", "") in LONG
    assert len(before) <= 31
    assert len(after) <= 31
    assert (before[0], after[-1]) == ("…", "…")
    assert passage("여성만", find_forbidden("여성만")[0]) == ("", "여성만", "")


def test_marks_part_a_text_without_losing_a_letter() -> None:
    text = "용모단정한 분, 만 35세 이하"
    parts = marked(text, find_forbidden(text))
    assert "".join(part for part, _is_found in parts) == text
    assert [part for part, is_found in parts if is_found] == ["용모단정한", "만 35세 이하"]
    assert marked(text, []) == [(text, False)]


@pytest.fixture
def office(app: Flask, visitor: Visitor) -> Visitor:
    sign_in(visitor, make_member(make_organisation("서울시", OrganisationKind.OFFICE)))
    return visitor


def in_review(**said: str) -> Opening:
    opening = make_opening(state=OpeningState.IN_REVIEW)
    for name, text in said.items():
        setattr(opening, name, text)
    db.session.commit()
    return opening


def test_clear_findings_are_marked_and_cannot_be_let_pass(office: Visitor) -> None:
    opening = in_review(title="<b>여직원 모집", qualification_text="만 35세 이하, 경력자")
    opening.requirements.append(Requirement(position=0, kind="other", level="required", text="용모단정한 분"))
    db.session.commit()
    page = office.get(f"/opening-reviews/{opening.public_id}").get_data(as_text=True)
    assert "&lt;b&gt;<mark>여직원 모집</mark>" in page
    assert page.count("<mark>만 35세 이하</mark>") == 2, "in the list of findings and in the text"
    assert "<mark>용모단정한</mark>" in page
    assert "남녀고용평등법 제7조" in page
    assert "고령자고용법 제4조의4" in page
    assert "채용절차법 제4조의3" in page
    assert "이대로 올리기" not in page
    assert office.post(f"/opening-reviews/{opening.public_id}/approve", data={"version": "2"}).status_code == 422
    back = office.post(f"/opening-reviews/{opening.public_id}/return", data={"why": ""}).get_data(as_text=True)
    assert "<mark>만 35세 이하</mark>" in back, "the page says so again when the form is refused"


def test_doubtful_findings_are_the_offices_to_judge(office: Visitor) -> None:
    opening = in_review(preference_text="만 60세 이상")
    page = office.get(f"/opening-reviews/{opening.public_id}").get_data(as_text=True)
    assert page.count("<mark>만 60세 이상</mark>") == 2
    assert "이대로 올리기" in page


def test_nothing_is_marked_where_nothing_was_found(office: Visitor) -> None:
    page = office.get(f"/opening-reviews/{in_review().public_id}").get_data(as_text=True)
    assert "<mark>" not in page
    assert "쓸 수 없는 조건" not in page
