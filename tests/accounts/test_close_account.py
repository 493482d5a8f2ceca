"""Closing an account, and forgetting those never confirmed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.closing_service import sweep_unconfirmed_accounts
from app.accounts.consents import COLLECTION, give
from app.accounts.models import Account, Consent, Invitation, Membership, Organisation, Person
from app.core.db import db
from tests.conftest import Visitor
from tests.factories.accounts import (
    AT,
    PASSWORD,
    audit_lines,
    mails_to,
    make_account,
    make_member,
    make_membership,
    make_organisation,
    make_person,
    sign_in,
)


def close(visitor: Visitor, password: str = PASSWORD) -> Any:
    return visitor.post("/account/close", data={"password": password})


def test_the_record_stays_and_the_way_in_and_the_contact_go(app: Flask, visitor: Visitor) -> None:
    person = make_person(email="hong@example.kr", phone="01012345678")
    account = make_account("hong@example.kr", person=person)
    give(account, COLLECTION, AT)
    elsewhere = app.test_client()
    sign_in(elsewhere, account)
    sign_in(visitor, account)
    assert close(visitor).location == "/"
    assert visitor.get("/account").status_code == 302
    assert elsewhere.get("/account").status_code == 302
    assert visitor.post("/sign-in", data={"email": "hong@example.kr", "password": PASSWORD}).status_code == 422
    person = db.session.scalars(select(Person)).one()
    assert (person.name, person.email, person.phone) == ("홍길동", "", "")
    assert (account.name, account.person_id) == ("", None)
    assert "hong" not in account.email
    assert db.session.scalars(select(Consent)).one().withdrawn_at is not None
    assert "탈퇴" in mails_to("hong@example.kr")[-1].subject
    assert len(audit_lines("account.close")) == 1


def test_the_address_can_sign_up_again(visitor: Visitor) -> None:
    account = make_account("hong@example.kr")
    sign_in(visitor, account)
    close(visitor)
    assert make_account("hong@example.kr").id != account.id


def test_no_password_fits_a_closed_account(visitor: Visitor) -> None:
    account = make_account()
    sign_in(visitor, account)
    close(visitor)
    answer = visitor.post("/sign-in", data={"email": account.email, "password": "closed"})
    assert answer.status_code == 422


def test_it_needs_the_password(visitor: Visitor) -> None:
    account = make_account()
    sign_in(visitor, account)
    assert close(visitor, "a guess").status_code == 422
    assert visitor.get("/account").status_code == 200


def test_the_last_manager_has_to_hand_over_first(visitor: Visitor) -> None:
    organisation = make_organisation()
    manager = make_member(organisation)
    clerk = make_member(organisation, "clerk")
    sign_in(visitor, manager)
    answer = close(visitor)
    assert answer.status_code == 409
    assert "관리자가 한 명 이상" in answer.text
    assert visitor.get("/account").status_code == 200
    clerk.memberships[0].role = "manager"
    assert close(visitor).status_code == 303
    assert [m.account_id for m in db.session.scalars(select(Membership))] == [clerk.id]


def test_registrations_that_nobody_decided_about_and_invitations_go_too(visitor: Visitor) -> None:
    account = make_account("hong@example.kr")
    make_membership(account, make_organisation(approved=False))
    inviting = make_organisation()
    db.session.add(Invitation(organisation_id=inviting.id, email="hong@example.kr", role="clerk", created_at=AT))
    sign_in(visitor, account)
    assert close(visitor).status_code == 303
    assert [o.id for o in db.session.scalars(select(Organisation))] == [inviting.id]
    assert db.session.scalars(select(Invitation)).one().email == ""


@pytest.mark.parametrize(("days", "left"), [(6, 1), (8, 0)])
def test_an_account_nobody_confirms_is_forgotten_after_a_week(app: Flask, days: int, left: int) -> None:
    account = make_account(confirmed=False)
    give(account, COLLECTION, AT)
    db.session.commit()
    sweep_unconfirmed_accounts(AT + timedelta(days=days))
    sweep_unconfirmed_accounts(AT + timedelta(days=days))
    assert len(db.session.scalars(select(Account)).all()) == left
    assert len(db.session.scalars(select(Consent)).all()) == left


def test_confirmed_accounts_are_kept(app: Flask) -> None:
    make_account()
    sweep_unconfirmed_accounts(AT + timedelta(days=400))
    assert len(db.session.scalars(select(Account)).all()) == 1
