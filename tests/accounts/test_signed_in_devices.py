"""Signing out ends the session itself, not only this browser's copy of the cookie."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts import sessions
from app.accounts.models import Account, SignIn
from app.accounts.sign_ins import end_all_sign_ins, start_sign_in, sweep_old_sign_ins
from app.core import clock
from app.core.db import db
from tests.conftest import Visitor
from tests.factories.accounts import AT, PASSWORD, audit_lines, make_account, sign_in


def cookie(visitor: Visitor) -> str:
    found = visitor.get_cookie("ieum_session", domain="ieum.test")
    assert found is not None
    return found.value


def opens(app: Flask, copied: str) -> bool:
    """Tell whether somebody who has only the copied cookie sees the account."""
    thief = app.test_client()
    thief.set_cookie("ieum_session", copied, domain="ieum.test", secure=True)
    return thief.get("/account").status_code == 200


def signed_in_devices() -> int:
    return db.session.scalar(select(func.count()).select_from(SignIn)) or 0


@pytest.fixture
def account(app: Flask) -> Account:
    return make_account()


def test_a_copied_cookie_opens_nothing_after_signing_out(app: Flask, visitor: Visitor, account: Account) -> None:
    sign_in(visitor, account)
    copied = cookie(visitor)
    assert opens(app, copied)
    visitor.post("/sign-out")
    assert not opens(app, copied)
    assert signed_in_devices() == 0


def test_without_the_guard_the_copy_still_opens(
    app: Flask, visitor: Visitor, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "end_sign_in", lambda _named: None)
    sign_in(visitor, account)
    copied = cookie(visitor)
    visitor.post("/sign-out")
    assert opens(app, copied)


def test_several_devices_are_signed_in_at_once_and_sign_out_one_by_one(
    app: Flask, visitor: Visitor, account: Account
) -> None:
    elsewhere = app.test_client()
    sign_in(visitor, account)
    sign_in(elsewhere, account)
    assert visitor.get("/account").text.count("다른 기기") == 1
    visitor.post("/sign-out")
    assert elsewhere.get("/account").status_code == 200


def test_each_sign_in_is_a_new_session_and_ends_the_one_before(
    app: Flask, visitor: Visitor, account: Account
) -> None:
    sign_in(visitor, account)
    first = cookie(visitor)
    sign_in(visitor, account)
    assert cookie(visitor) != first
    assert not opens(app, first)
    assert signed_in_devices() == 1


def change_password(visitor: Visitor) -> Any:
    return visitor.post("/account/password", data={"present": PASSWORD, "password": "완전히 새로운 비밀번호"})


def test_a_new_password_a_closed_account_and_signing_out_everywhere_end_every_copy(
    app: Flask, visitor: Visitor, account: Account
) -> None:
    sign_in(visitor, account)
    before = cookie(visitor)
    assert change_password(visitor).status_code == 303
    assert not opens(app, before)
    assert opens(app, changed := cookie(visitor))
    assert visitor.post("/account/sign-out-everywhere").location == "/sign-in"
    assert not opens(app, changed)
    assert len(audit_lines("account.sign_out_everywhere")) == 1
    sign_in(visitor, account, "완전히 새로운 비밀번호")
    last = cookie(visitor)
    assert visitor.post("/account/close", data={"password": "완전히 새로운 비밀번호"}).status_code == 303
    assert not opens(app, last)


def test_signing_out_everywhere_reaches_other_devices_and_nobody_else(
    app: Flask, visitor: Visitor, account: Account
) -> None:
    elsewhere, other = app.test_client(), app.test_client()
    sign_in(elsewhere, account)
    sign_in(other, make_account())
    sign_in(visitor, account)
    visitor.post("/account/sign-out-everywhere")
    assert elsewhere.get("/account").status_code == 302
    assert other.get("/account").status_code == 200


def test_a_device_that_checked_the_old_password_a_moment_ago_does_not_get_in(app: Flask, account: Account) -> None:
    # Its row is stored after all rows were deleted: the version is what keeps it out.
    late = SignIn(account=account, version=account.sign_in_version, created_at=clock.now())
    end_all_sign_ins(account)
    db.session.add(late)
    db.session.commit()
    assert sessions.load_sign_in(late.public_id) is None
    late.version = account.sign_in_version
    db.session.flush()
    assert sessions.load_sign_in(late.public_id) is late


def test_a_sign_in_ends_after_twelve_hours(
    app: Flask, visitor: Visitor, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(visitor, account)
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(hours=11, minutes=59))
    assert visitor.get("/account").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(hours=12, minutes=1))
    assert visitor.get("/account").status_code == 302


def test_old_rows_are_swept(app: Flask, account: Account) -> None:
    start_sign_in(account, AT)
    start_sign_in(account, AT + timedelta(hours=6))
    db.session.commit()
    sweep_old_sign_ins(AT + timedelta(hours=13))
    sweep_old_sign_ins(AT + timedelta(hours=13))
    assert signed_in_devices() == 1


def test_nobody_signs_everybody_out_without_an_account(visitor: Visitor) -> None:
    assert visitor.post("/account/sign-out-everywhere").status_code == 401
