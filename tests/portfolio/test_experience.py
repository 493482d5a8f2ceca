"""Experience in the portfolio: stated, changed, deleted with a question; what an employer confirms stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import closing_service
from app.accounts.models import Account, OrganisationKind
from app.core import clock
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from app.portfolio import experience_service
from app.portfolio.experience_models import Experience, ExperienceKind
from tests.conftest import Visitor
from tests.factories.accounts import (
    PASSWORD,
    audit_lines,
    make_account,
    make_member,
    make_organisation,
    make_person,
    sign_in,
)

FORM = {
    "kind": "employment",
    "organisation": "창신동 현장지원센터",
    "title": "코디네이터",
    "field": "도시재생",
    "starts_on": "2024-03-01",
    "ends_on": "2025-02-28",
    "description": "주민공모사업을 도왔어요.",
}
NEW = "/portfolio/experiences/new"


@pytest.fixture
def holder(app: Flask, visitor: Visitor) -> Account:
    account = make_account(person=make_person("나지원"))
    sign_in(visitor, account)
    return account


def stored() -> list[Experience]:
    return list(db.session.scalars(select(Experience).order_by(Experience.id)))


def confirmed(holder: Account) -> Experience:
    employer = make_organisation("성북구 도시재생지원센터", OrganisationKind.FIELD_CENTRE)
    assert holder.person is not None
    experience = experience_service.record_confirmed_experience(
        holder.person,
        employer,
        "사무국장",
        ExperienceKind.EMPLOYMENT,
        date(2023, 1, 1),
        None,
        make_member(employer).actor,
        clock.now(),
    )
    db.session.commit()
    return experience


def test_it_is_written_changed_and_deleted_after_a_question(visitor: Visitor, holder: Account) -> None:
    assert visitor.post(NEW, data=FORM).status_code == 303
    page = visitor.get("/portfolio/experiences").get_data(as_text=True)
    assert "창신동 현장지원센터" in page
    assert "본인 기재" in page
    assert "창신동 현장지원센터" in visitor.get("/portfolio").get_data(as_text=True)
    (experience,) = stored()
    own = f"/portfolio/experiences/{experience.public_id}"
    assert visitor.post(own, data=FORM | {"title": "팀장", "ends_on": ""}).status_code == 303
    assert (stored()[0].title, stored()[0].ends_on) == ("팀장", None)
    assert "이 경력을 지울까요?" in visitor.get(f"{own}/delete").get_data(as_text=True)
    assert len(stored()) == 1
    assert visitor.post(f"{own}/delete").status_code == 303
    assert stored() == []
    assert [line.action for line in audit_lines("experience.add")] == ["experience.add"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"organisation": ""}, "기관을 입력해 주세요."),
        ({"starts_on": ""}, "시작한 날을 입력해 주세요."),
        ({"ends_on": "2024-02-01"}, "끝난 날이 시작한 날보다 빨라요."),
        ({"starts_on": "2999-01-01", "ends_on": ""}, "시작한 날이 오늘보다 뒤예요."),
        ({"description": "850309-1234567"}, "주민등록번호는 받지 않아요"),
    ],
)
def test_what_cannot_be_is_said(visitor: Visitor, holder: Account, changes: dict[str, str], message: str) -> None:
    answer = visitor.post(NEW, data=FORM | changes)
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert stored() == []


def test_what_was_confirmed_is_shown_so_and_stays(visitor: Visitor, holder: Account) -> None:
    own = f"/portfolio/experiences/{confirmed(holder).public_id}"
    page = visitor.get(own).get_data(as_text=True)
    assert "확인됨" in page
    assert "성북구 도시재생지원센터" in page
    assert "저장하기" not in page
    assert visitor.post(own, data=FORM).status_code == 422
    assert visitor.post(f"{own}/delete").status_code == 409
    assert [e.title for e in stored()] == ["사무국장"]


def test_anybody_elses_is_not_there(app: Flask, visitor: Visitor, holder: Account) -> None:
    visitor.post(NEW, data=FORM)
    own = f"/portfolio/experiences/{stored()[0].public_id}"
    visitor.post("/sign-out")
    sign_in(visitor, make_account(person=make_person("남다른")))
    for method, address in (("GET", own), ("POST", own), ("GET", f"{own}/delete"), ("POST", f"{own}/delete")):
        assert visitor.open(address, method=method, data=FORM).status_code == 404
    assert [e.title for e in stored()] == ["코디네이터"]


def test_closing_the_account_deletes_what_was_stated(app: Flask, visitor: Visitor, holder: Account) -> None:
    visitor.post(NEW, data=FORM)
    confirmed(holder)
    actor, person = holder.actor, holder.person
    assert person is not None
    with unit_of_work():
        closing_service.close_account(actor, PASSWORD, clock.now(), network="192.0.2.1")
    assert [e.confirmed_by for e in stored()] == ["성북구 도시재생지원센터"]


def test_there_is_an_end_to_how_many(app: Flask, holder: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experience_service, "MOST_EXPERIENCES", 1)
    person = holder.person
    assert person is not None
    stated = experience_service.Stated(ExperienceKind.ACTIVITY, "마을모임", "", "", date(2024, 1, 1), None)
    experience_service.state_experience(person, stated, holder.actor, clock.now())
    with pytest.raises(Conflict, match="1개까지"):
        experience_service.state_experience(person, replace(stated, title="총무"), holder.actor, clock.now())


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2024, 1, 1), date(2024, 12, 31), 12),
        (date(2024, 1, 2), date(2024, 2, 1), 1),
        (date(2024, 1, 15), date(2024, 2, 13), 0),
        (date(2024, 1, 15), date(2024, 1, 20), 0),
        (date(2024, 3, 1), None, 24),
    ],
)
def test_months_are_counted(first: date, last: date | None, months: int) -> None:
    experience = Experience(kind="employment", organisation="x", starts_on=first, ends_on=last)
    assert experience.months(date(2026, 3, 1)) == months
