"""A new password with the present one."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.conftest import Visitor
from tests.factories.accounts import PASSWORD, mails_to, make_account, sign_in

NEW = "완전히 새로운 비밀번호"


def change(visitor: Visitor, present: str = PASSWORD, new: str = NEW) -> Any:
    return visitor.post("/account/password", data={"present": present, "password": new})


def test_it_changes_the_password_and_keeps_this_session_only(app: Flask, visitor: Visitor) -> None:
    account = make_account()
    elsewhere = app.test_client()
    sign_in(elsewhere, account)
    sign_in(visitor, account)
    assert change(visitor).location == "/account"
    assert visitor.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert "비밀번호가 바뀌었어요" in mails_to(account.email)[-1].subject
    visitor.post("/sign-out")
    sign_in(visitor, account, NEW)


def test_it_needs_the_present_password_and_counts_wrong_ones(visitor: Visitor) -> None:
    account = make_account()
    sign_in(visitor, account)
    before = account.password_hash
    assert [change(visitor, "a guess").status_code for _ in range(11)] == [422] * 10 + [429]
    assert account.password_hash == before


@pytest.mark.parametrize("new", ["", "kurz", "password123", "person@example.kr"])
def test_it_refuses_a_weak_one(visitor: Visitor, new: str) -> None:
    account = make_account("person@example.kr")
    sign_in(visitor, account)
    before = account.password_hash
    assert change(visitor, new=new).status_code == 422
    assert account.password_hash == before


def test_it_is_for_people_who_are_signed_in(visitor: Visitor) -> None:
    make_account()
    assert visitor.get("/account/password").status_code == 302
    assert change(visitor).status_code == 401
