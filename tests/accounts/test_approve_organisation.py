"""An operator's yes or no to an organisation."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import Organisation
from app.core.db import db
from tests.conftest import Visitor
from tests.factories.accounts import (
    audit_lines,
    mails_to,
    make_account,
    make_member,
    make_organisation,
    sign_in,
)


def as_operator(visitor: Visitor) -> None:
    sign_in(visitor, make_account(operator=True))


def test_it_approves_and_tells_the_managers(visitor: Visitor) -> None:
    organisation = make_organisation(approved=False)
    manager = make_member(organisation)
    as_operator(visitor)
    assert visitor.post(f"/approvals/{organisation.public_id}/approve").status_code == 303
    assert organisation.approved_at is not None
    assert "승인되었어요" in mails_to(manager.email)[0].subject
    assert len(manager.actor.memberships) == 1
    assert len(audit_lines("organisation.approve")) == 1


def test_it_decides_once(visitor: Visitor) -> None:
    organisation = make_organisation()
    make_member(organisation)
    as_operator(visitor)
    path = f"/approvals/{organisation.public_id}"
    assert visitor.post(f"{path}/approve").status_code == 409
    assert visitor.post(f"{path}/refuse", data={"reason": "x"}).status_code == 409
    assert organisation.approved_at is not None
    assert "승인하기" not in visitor.get(path).text


def test_a_refusal_is_mailed_with_its_reason_and_the_name_is_free_again(visitor: Visitor) -> None:
    organisation = make_organisation("한빛마을기업", "employer", approved=False)
    manager = make_member(organisation)
    as_operator(visitor)
    path = f"/approvals/{organisation.public_id}/refuse"
    assert visitor.get(path).status_code == 200
    assert visitor.post(path, data={"reason": "사업자등록증과\n이름이 달라요."}).status_code == 303
    assert db.session.scalars(select(Organisation)).all() == []
    (mail,) = mails_to(manager.email)
    assert "사업자등록증과 이름이 달라요." in mail.body
    (line,) = audit_lines("organisation.refuse")
    assert line.before == {"name": "한빛마을기업", "kind": "employer"}
    assert line.why == "사업자등록증과 이름이 달라요."
    make_organisation("한빛마을기업", "employer", approved=False)


def test_a_refusal_needs_a_reason(visitor: Visitor) -> None:
    organisation = make_organisation(approved=False)
    as_operator(visitor)
    for reason in ("", "  ", "가" * 501):
        answer = visitor.post(f"/approvals/{organisation.public_id}/refuse", data={"reason": reason})
        assert answer.status_code == 422
    assert db.session.scalars(select(Organisation)).all() == [organisation]


def test_the_list_shows_those_that_wait_first_and_can_be_searched_and_paged(visitor: Visitor) -> None:
    for number in range(21):
        make_organisation(f"대기 기관 {number:02}", approved=False)
    make_organisation("승인된 100% 기관")
    as_operator(visitor)
    first = visitor.get("/approvals").text
    assert first.count("대기 기관") == 20
    assert "승인된 100% 기관" not in first
    assert visitor.get("/approvals?page=2").text.count("대기 기관") == 1
    assert "승인된 100% 기관" in visitor.get("/approvals?q=100%25").text
    assert "해당하는 기관이 없어요" in visitor.get("/approvals?state=approved&q=10%250").text
    assert visitor.get("/approvals?state=nonsense&page=x&q=%00").status_code == 200
