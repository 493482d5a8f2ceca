"""Registering an organisation."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Organisation
from app.core.db import db
from tests.conftest import Visitor
from tests.factories.accounts import (
    audit_lines,
    mails_to,
    make_account,
    make_membership,
    make_organisation,
    sign_in,
)


def register(visitor: Visitor, name: str = "한빛마을기업", kind: str = "employer") -> Any:
    return visitor.post("/organisations/new", data={"name": name, "kind": kind})


def test_it_waits_for_approval_and_its_operators_are_told(visitor: Visitor) -> None:
    operator = make_account(operator=True)
    sign_in(visitor, make_account())
    assert register(visitor, "  한빛  마을기업 ").location == "/organisations"
    organisation = db.session.scalars(select(Organisation)).one()
    assert (organisation.name, organisation.kind, organisation.approved_at) == ("한빛 마을기업", "employer", None)
    assert [m.role for m in organisation.memberships] == ["manager"]
    assert "한빛 마을기업" in mails_to(operator.email)[0].subject
    assert "승인 대기" in visitor.get("/organisations").text
    assert len(audit_lines("organisation.create")) == 1


def test_an_organisation_that_is_not_approved_gives_no_right(visitor: Visitor) -> None:
    account = make_account()
    organisation = make_organisation(approved=False)
    make_membership(account, organisation)
    assert account.actor.memberships == ()
    sign_in(visitor, account)
    path = f"/organisations/{organisation.public_id}"
    assert visitor.get(path).status_code == 404
    invitation = {"email": "kim@example.kr", "role": "manager"}
    assert visitor.post(f"{path}/invitations", data=invitation).status_code == 404
    # The same address works as soon as it is approved: the 404 above is the missing approval's.
    organisation.approved_at = organisation.created_at
    assert visitor.get(path).status_code == 200


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", "employer"),
        ("한빛", ""),
        ("한빛", "ministry"),
        ("한" * 121, "office"),
        ("www.evil", "employer"),
    ],
)
def test_it_refuses_what_cannot_be(visitor: Visitor, name: str, kind: str) -> None:
    sign_in(visitor, make_account())
    assert register(visitor, name, kind).status_code == 422
    assert db.session.scalars(select(Organisation)).all() == []


def test_a_name_is_taken_once_for_each_kind(visitor: Visitor) -> None:
    make_organisation("한빛마을기업", "employer")
    sign_in(visitor, make_account())
    answer = register(visitor, "한빛마을기업", "employer")
    assert answer.status_code == 409
    assert "이미 등록되어 있어요" in answer.text
    assert register(visitor, "한빛마을기업", "training_centre").status_code == 303


def test_the_sixth_registration_of_a_day_waits(visitor: Visitor) -> None:
    sign_in(visitor, make_account())
    statuses = [register(visitor, f"기관 {number}").status_code for number in range(6)]
    assert statuses == [303] * 5 + [429]
