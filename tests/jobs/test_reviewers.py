"""Reviewers are appointed, score without seeing each other, and step back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account, MembershipRole, Organisation
from app.core import clock
from app.core.db import db
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.duties.destruction_service import destroy_papers
from app.jobs.opening_models import Opening
from app.jobs.reviewer_models import Criterion, ReviewComment, Reviewer, Score
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, make_account, make_member, make_person, sign_in
from tests.factories.jobs import make_application, make_criterion, make_employer, make_opening, make_reviewer


@dataclass(frozen=True)
class Panel:
    """An opening with two reviewers, a manager and one applicant."""

    manager: Account
    first: Account
    second: Account
    opening: Opening
    application: Application
    criterion: Criterion

    @property
    def address(self) -> str:
        return f"/hiring/{self.opening.public_id}"

    @property
    def applicant(self) -> str:
        return f"{self.address}/applications/{self.application.public_id}"


@pytest.fixture
def panel(app: Flask) -> Panel:
    employer = make_employer()
    opening = make_opening(employer)
    first, second = (make_member(employer, MembershipRole.VIEWER, name=name) for name in ("이심사", "박심사"))
    application = make_application(opening, make_account(person=make_person("나지원")), Stage.VIEWED)
    for one in (first, second):
        make_reviewer(opening, one)
    return Panel(make_member(employer, name="김담당"), first, second, opening, application, make_criterion(opening))


def become(visitor: Visitor, account: Account) -> None:
    visitor.delete_cookie("ieum_session", domain="ieum.test")
    sign_in(visitor, account)


def give(visitor: Visitor, panel: Panel, points: int) -> int:
    data = {f"points-{panel.criterion.public_id}": str(points)}
    return visitor.post(f"{panel.applicant}/scores", data=data).status_code


def page(visitor: Visitor, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_nothing_is_written_about_papers_that_are_destroyed(visitor: Visitor, panel: Panel) -> None:
    panel.application.stage, panel.application.decided_at = Stage.REJECTED, clock.now()
    destroy_papers(panel.application.id, panel.manager.actor, clock.now(), is_automatic=False)
    db.session.commit()
    become(visitor, panel.first)
    assert give(visitor, panel, 7) == 409
    assert visitor.post(f"{panel.applicant}/comments", data={"words": "나지원 님은 좋았어요"}).status_code == 409
    assert visitor.post(f"{panel.applicant}/step-back", data={"why": "나지원 님을 알아요"}).status_code == 409
    assert db.session.scalars(select(ReviewComment)).all() == []


def test_a_manager_appoints_and_dismisses(visitor: Visitor, panel: Panel) -> None:
    third = make_member(panel.opening.organisation, MembershipRole.VIEWER, name="최심사")  # type: ignore[arg-type]
    become(visitor, panel.manager)
    assert visitor.post(f"{panel.address}/reviewers", data={"account": third.public_id}).status_code == 303
    assert "최심사" in page(visitor, f"{panel.address}/reviewers")
    row = db.session.scalars(select(Reviewer).where(Reviewer.account_id == third.id)).one()
    assert visitor.post(f"{panel.address}/reviewers/{row.public_id}/dismiss").status_code == 303
    assert [line.after for line in audit_lines("reviewer.appoint")] == [{"account": third.public_id}]
    become(visitor, third)
    assert visitor.get(f"{panel.address}/applications").status_code == 404


def test_somebody_of_another_employer_cannot_be_appointed(visitor: Visitor, panel: Panel) -> None:
    become(visitor, panel.manager)
    stranger = make_member(make_employer())
    assert visitor.post(f"{panel.address}/reviewers", data={"account": stranger.public_id}).status_code == 422


def test_scores_of_others_are_closed_until_all_are_in(visitor: Visitor, panel: Panel) -> None:
    become(visitor, panel.first)
    assert give(visitor, panel, 7) == 303
    visitor.post(f"{panel.applicant}/comments", data={"words": "상담 경험이 좋아요"})
    become(visitor, panel.second)
    before = page(visitor, f"{panel.address}/scores") + page(visitor, panel.applicant)
    assert "이심사 <span" not in before
    assert "상담 경험이 좋아요" not in before
    assert give(visitor, panel, 9) == 303
    after = page(visitor, f"{panel.address}/scores") + page(visitor, panel.applicant)
    assert "8.0 / 10" in after
    assert "상담 경험이 좋아요" in after
    assert give(visitor, panel, 1) == 409


def test_a_manager_opens_the_scores_before(visitor: Visitor, panel: Panel) -> None:
    become(visitor, panel.first)
    give(visitor, panel, 7)
    become(visitor, panel.manager)
    assert "이심사 <span" not in page(visitor, f"{panel.address}/scores")
    assert visitor.post(f"{panel.address}/scores/open").status_code == 303
    assert "이심사 <span" in page(visitor, f"{panel.address}/scores")
    assert len(audit_lines("scores.open")) == 1


def test_who_steps_back_sees_the_application_no_more_and_is_not_waited_for(visitor: Visitor, panel: Panel) -> None:
    become(visitor, panel.second)
    assert visitor.post(f"{panel.applicant}/step-back", data={"why": ""}).status_code == 422
    assert visitor.post(f"{panel.applicant}/step-back", data={"why": "함께 일했어요"}).status_code == 303
    assert [line.why for line in audit_lines("application.step_back")] == [""]
    assert visitor.get(panel.applicant).status_code == 404
    assert "나지원" not in page(visitor, f"{panel.address}/applications")
    become(visitor, panel.first)
    give(visitor, panel, 7)
    assert "7.0 / 10" in page(visitor, f"{panel.address}/scores")


@pytest.mark.parametrize("points", ["11", "-1", "많음"])
def test_points_stay_within_the_criterion(visitor: Visitor, panel: Panel, points: str) -> None:
    become(visitor, panel.first)
    data = {f"points-{panel.criterion.public_id}": points}
    answer = visitor.post(f"{panel.applicant}/scores", data=data)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "점수 저장하기" in page, "the form is there to be put right"
    assert f'value="{points}"' in page
    assert db.session.scalars(select(Score)).all() == []


def test_a_comment_without_words_is_asked_for_at_its_field(visitor: Visitor, panel: Panel) -> None:
    become(visitor, panel.first)
    answer = visitor.post(f"{panel.applicant}/comments", data={"words": ""})
    assert answer.status_code == 422
    assert 'id="words-error"' in answer.get_data(as_text=True)


def test_criteria_stay_once_somebody_has_scored(visitor: Visitor, panel: Panel) -> None:
    become(visitor, panel.first)
    give(visitor, panel, 7)
    become(visitor, panel.manager)
    answer = visitor.post(f"{panel.address}/criteria", data={"name": "새 항목", "most": "10", "weight": "1"})
    assert answer.status_code == 422
    assert visitor.post(f"{panel.address}/criteria/{panel.criterion.public_id}/remove").status_code == 409


def test_who_is_no_reviewer_gives_no_points(visitor: Visitor, panel: Panel) -> None:
    become(visitor, panel.manager)
    assert give(visitor, panel, 7) == 404


def test_the_scores_are_paged_searched_and_the_best_come_first(visitor: Visitor, panel: Panel) -> None:
    names = [f"지원{number:02}" for number in range(25)]
    made = [make_application(panel.opening, make_account(person=make_person(n)), Stage.VIEWED) for n in names]
    become(visitor, panel.manager)
    address = f"/hiring/{panel.opening.public_id}/scores"
    first, second = page(visitor, address), page(visitor, f"{address}?page=2")
    assert ("지원00" in first, "지원24" in first, "지원00" in second, "지원24" in second) == (
        True,
        False,
        False,
        True,
    )
    for reviewer in (panel.first, panel.second):
        score = Score(criterion_id=panel.criterion.id, application_id=made[24].id, account_id=reviewer.id, points=9)
        score.at = clock.now()
        db.session.add(score)
    db.session.commit()
    first = page(visitor, address)
    assert first.index("지원24") < first.index("지원00")
    found = page(visitor, f"{address}?q=지원24")
    assert "지원24" in found
    assert "지원00" not in found
    assert "맞는 지원자가 없어요" in page(visitor, f"{address}?q=없는사람")


def test_the_search_of_scores_tells_no_name_of_a_blind_opening(visitor: Visitor, panel: Panel) -> None:
    blind = make_opening(db.session.get_one(Organisation, panel.opening.organisation_id), blind=True)
    make_criterion(blind)
    make_application(blind, make_account(person=make_person("나지원")), Stage.VIEWED)
    become(visitor, panel.manager)
    address = f"/hiring/{blind.public_id}/scores"
    assert "지원번호 1번" in page(visitor, f"{address}?q=1")
    assert "지원번호 1번" not in page(visitor, f"{address}?q=나지원")
