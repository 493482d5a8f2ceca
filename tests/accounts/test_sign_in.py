"""Signing in and out."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from app.accounts import passwords, queries
from app.accounts.models import SignIn
from app.accounts.sign_ins import start_sign_in
from app.core.db import db
from tests.conftest import Visitor
from tests.factories.accounts import AT, PASSWORD, make_account, make_membership, make_organisation, sign_in
from tests.factories.statements import count_statements

AWAY = [
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    " https://evil.example",
    "https://evil.example",
    "HTTPS://evil.example",
    "http://evil.example",
    "http:evil.example",
    "http:/evil.example",
    "http:///evil.example",
    "https:evil.example",
    "https:/\\evil.example",
    "ht\ntp://evil.example",
    "ftp://evil.example",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "mailto:a@evil.example",
    "evil.example",
    "evil.example/path",
    "www.evil.example",
    ".evil.example",
    "@evil.example",
    "ieum.test@evil.example",
    "https://ieum.test@evil.example",
    "https://ieum.test.evil.example",
    "https://evil.example#ieum.test",
    "https://evil.example?ieum.test",
    "//ieum.test@evil.example",
    "//evil.example:443/",
    "//[::1]/",
    "//127.0.0.1",
    "/ /evil.example",
    "/\x00/evil.example",
    "/\x7f/evil.example",
    "/\x0b/evil.example",
    "/a\\b",
    "?next=//evil.example",
    "#//evil.example",
    "../..//evil.example",
    "",
]


def test_it_signs_in_and_goes_home(visitor: Visitor) -> None:
    account = make_account()
    answer = sign_in(visitor, account)
    assert answer.location == "/"
    assert account.email in visitor.get("/account").text


def test_the_address_may_be_written_in_capitals_and_with_spaces(visitor: Visitor) -> None:
    make_account("hong@example.kr")
    answer = visitor.post("/sign-in", data={"email": " Hong@Example.KR ", "password": PASSWORD})
    assert answer.status_code == 303


def test_it_brings_the_visitor_back_to_where_they_wanted_to_go(visitor: Visitor) -> None:
    account = make_account()
    turned_away = visitor.get("/account/password?a=1&b=가")
    assert turned_away.status_code == 302
    form = visitor.get(turned_away.location)
    wanted = re.search(r'name="next"[^>]*value="([^"]*)"', form.text)
    assert wanted is not None
    answer = sign_in(visitor, account, next=wanted[1].replace("&amp;", "&"))
    assert answer.location == "/account/password?a=1&b=%EA%B0%80"


def test_next_never_leaves_the_host(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    account = make_account()
    # What is tried here is where the answers lead; one real password check in another test is enough.
    monkeypatch.setattr(passwords, "is_right", lambda *_: True)
    assert len(set(AWAY)) >= 50
    led: dict[str, list[str]] = {}
    for target in AWAY:
        posted = sign_in(visitor, account, next=target).location
        already_in = visitor.get("/sign-in", query_string={"next": target}).location
        language = visitor.get("/language/en", query_string={"next": target}).location
        led[target] = [posted, already_in, language]
        visitor.post("/sign-out")
    assert {target: to for target, to in led.items() if to != ["/"] * 3} == {}


def test_the_form_does_not_carry_a_foreign_target(visitor: Visitor) -> None:
    assert "evil" not in visitor.get("/sign-in", query_string={"next": "//evil.example"}).text


def refused(visitor: Visitor, email: str, password: str) -> tuple[int, str, list[str]]:
    answer = visitor.post("/sign-in", data={"email": email, "password": password})
    return answer.status_code, answer.text.replace(email, "…"), sorted(answer.headers.keys())


def test_nobody_learns_who_has_an_account(visitor: Visitor) -> None:
    make_account("known@example.kr")
    make_account("unconfirmed@example.kr", confirmed=False)
    wrong = refused(visitor, "known@example.kr", "not the password")
    assert wrong[0] == 422
    assert "맞지 않거나" in wrong[1]
    assert refused(visitor, "unknown@example.kr", "not the password") == wrong
    assert refused(visitor, "unconfirmed@example.kr", "not the password") == wrong
    assert refused(visitor, "unconfirmed@example.kr", PASSWORD) == wrong
    assert visitor.get("/account").status_code == 302


def test_an_unknown_address_costs_one_verification_like_a_known_one(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account("known@example.kr")
    verified: list[str] = []

    class Spy(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            verified.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "hasher", Spy(time_cost=2, memory_cost=19456, parallelism=1))
    refused(visitor, "known@example.kr", "not the password")
    refused(visitor, "unknown@example.kr", "not the password")
    assert len(verified) == 2
    assert verified[1] == passwords.NOBODYS_HASH


@pytest.mark.usefixtures("agreed_cost")
def test_it_renews_a_hash_made_with_other_parameters(visitor: Visitor) -> None:
    account = make_account()
    account.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    sign_in(visitor, account)
    assert account.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    visitor.post("/sign-out")
    sign_in(visitor, account)


def test_nothing_planted_in_the_session_survives(visitor: Visitor) -> None:
    account = make_account()
    visitor.get("/sign-in")
    with visitor.session_transaction(base_url="https://ieum.test") as session:
        session.update(planted="by a stranger", csrf_token="known to a stranger")
    sign_in(visitor, account)
    with visitor.session_transaction(base_url="https://ieum.test") as session:
        assert session["_user_id"] == db.session.scalars(select(SignIn)).one().public_id
        assert "planted" not in session
        assert session.get("csrf_token") != "known to a stranger"


def test_the_session_cookie_is_secure_http_only_and_lax(visitor: Visitor) -> None:
    cookie = sign_in(visitor, make_account()).headers["Set-Cookie"]
    assert cookie.startswith("ieum_session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_a_page_that_changed_nothing_for_a_stranger_sets_no_identity(visitor: Visitor) -> None:
    visitor.get("/sign-in")
    with visitor.session_transaction(base_url="https://ieum.test") as session:
        assert "_user_id" not in session


def test_it_refuses_a_post_without_the_token(app: Flask, visitor: Visitor) -> None:
    account = make_account()
    app.config["WTF_CSRF_ENABLED"] = True
    fields = {"email": account.email, "password": PASSWORD}
    assert visitor.post("/sign-in", data=fields).status_code == 400
    page = visitor.get("/sign-in").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    answer = visitor.post(
        "/sign-in", data=fields | {"csrf_token": token[1]}, headers={"Referer": "https://ieum.test/"}
    )
    assert answer.status_code == 303


def test_it_signs_out_by_post_only(visitor: Visitor) -> None:
    sign_in(visitor, make_account())
    assert visitor.get("/sign-out").status_code == 405
    assert visitor.get("/account").status_code == 200
    answer = visitor.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/")
    assert visitor.get("/account").status_code == 302


def test_who_is_signed_in_needs_no_form(visitor: Visitor) -> None:
    sign_in(visitor, make_account())
    assert visitor.get("/sign-in").location == "/"
    assert visitor.get("/sign-up").location == "/"


@pytest.mark.parametrize("session_id", ["", "x", "None", "{id}x", "{id} ", "{account}", "{account}.1"])
def test_what_names_no_sign_in_opens_nothing(app: Flask, session_id: str) -> None:
    account = make_account()
    sign_in = start_sign_in(account, AT)
    written = session_id.format(id=sign_in.public_id, account=account.public_id)
    assert queries.open_sign_in(written, AT) is None
    assert queries.open_sign_in(sign_in.get_id(), AT) is sign_in


def test_an_unconfirmed_account_has_no_session(app: Flask) -> None:
    assert queries.open_sign_in(start_sign_in(make_account(confirmed=False), AT).public_id, AT) is None


def test_who_is_signed_in_is_read_in_one_query_with_all_memberships(app: Flask) -> None:
    account = make_account()
    for _number in range(3):
        make_membership(account, make_organisation())
    public_id = start_sign_in(account, AT).public_id
    db.session.commit()
    db.session.expunge_all()
    with count_statements() as statements:
        found = queries.open_sign_in(public_id, AT)
        assert found is not None
        assert len(found.actor.memberships) == 3
    assert len(statements) == 1, statements
