"""A new password by mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import Account
from app.core import clock
from tests.conftest import Visitor
from tests.factories.accounts import (
    PASSWORD,
    audit_lines,
    link_in,
    mails_to,
    make_account,
    password_hash,
    sign_in,
)

NEW = "완전히 새로운 비밀번호"


def ask(visitor: Visitor, email: str) -> Any:
    return visitor.post("/password/forgotten", data={"email": email})


def link(visitor: Visitor, account: Account) -> str:
    assert ask(visitor, account.email).status_code == 303
    return link_in(mails_to(account.email)[-1])


def test_it_sets_a_new_password_with_the_link(visitor: Visitor) -> None:
    account = make_account()
    path = link(visitor, account)
    assert account.email in visitor.get(path).text
    answer = visitor.post(path, data={"password": NEW})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    old = visitor.post("/sign-in", data={"email": account.email, "password": PASSWORD})
    assert old.status_code == 422
    sign_in(visitor, account, NEW)
    (line,) = audit_lines("account.set_password")
    assert line.subject_id == account.public_id


def test_it_ends_every_session_and_tells_the_holder(app: Flask, visitor: Visitor) -> None:
    account = make_account()
    elsewhere = app.test_client()
    sign_in(elsewhere, account)
    assert elsewhere.get("/account").status_code == 200
    visitor.post(link(visitor, account), data={"password": NEW})
    assert elsewhere.get("/account").status_code == 302
    assert "비밀번호가 바뀌었어요" in mails_to(account.email)[-1].subject


def test_the_answer_is_the_same_for_an_unknown_address(visitor: Visitor) -> None:
    make_account("known@example.kr")
    make_account("unconfirmed@example.kr", confirmed=False)
    answers = []
    for email in ("known@example.kr", "unknown@example.kr", "unconfirmed@example.kr", "not an address"):
        answer = ask(visitor, email)
        page = visitor.get(answer.location)
        answers.append((answer.status_code, answer.location, answer.text, page.status_code, page.text))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 303
    assert len(mails_to("known@example.kr")) == 1
    assert not mails_to("unknown@example.kr") + mails_to("unconfirmed@example.kr")


@pytest.mark.parametrize("email", ["known@example.kr", "unknown@example.kr"])
def test_the_sixth_request_in_an_hour_waits(visitor: Visitor, email: str) -> None:
    make_account("known@example.kr")
    assert [ask(visitor, email).status_code for _ in range(6)] == [303] * 5 + [429]


def test_a_link_works_once(visitor: Visitor) -> None:
    account = make_account()
    path = link(visitor, account)
    assert visitor.post(path, data={"password": NEW}).status_code == 303
    assert visitor.get(path).status_code == 410
    assert visitor.post(path, data={"password": "noch ein anderes"}).status_code == 410
    sign_in(visitor, account, NEW)


def test_any_new_password_ends_the_links_sent_before(visitor: Visitor) -> None:
    account = make_account()
    first, second = link(visitor, account), link(visitor, account)
    assert visitor.post(second, data={"password": NEW}).status_code == 303
    assert visitor.get(first).status_code == 410


@pytest.mark.parametrize(("age", "status"), [(timedelta(minutes=59), 200), (timedelta(minutes=61), 410)])
def test_a_link_lasts_an_hour(visitor: Visitor, monkeypatch: pytest.MonkeyPatch, age: timedelta, status: int) -> None:
    path = link(visitor, make_account())
    later = clock.now() + age
    monkeypatch.setattr(clock, "now", lambda: later)
    assert visitor.get(path).status_code == status


def test_a_changed_link_opens_nothing(visitor: Visitor) -> None:
    path = link(visitor, make_account())
    middle = len(path) // 2
    changed = path[:middle] + ("A" if path[middle] != "A" else "B") + path[middle + 1 :]
    assert visitor.get(changed).status_code == 410
    assert visitor.post(changed, data={"password": NEW}).status_code == 410
    assert visitor.get(path).status_code == 200


def test_a_link_of_one_account_says_nothing_about_another(visitor: Visitor) -> None:
    # Two accounts may share a hash in tests only; the link still names one of them.
    mine, other = make_account(), make_account()
    visitor.post(link(visitor, mine), data={"password": NEW})
    assert other.password_hash == password_hash()
    assert mine.password_hash != password_hash()


@pytest.mark.parametrize("password", ["", "kurz", "password123", "x" * 200])
def test_a_weak_password_is_refused_and_the_link_stays_good(visitor: Visitor, password: str) -> None:
    path = link(visitor, make_account())
    answer = visitor.post(path, data={"password": password})
    assert answer.status_code == 422
    assert 'href="#password"' in answer.text
    assert visitor.get(path).status_code == 200


def test_ones_own_address_is_refused_as_password(visitor: Visitor) -> None:
    account = make_account("hong.gildong@example.kr")
    answer = visitor.post(link(visitor, account), data={"password": account.email})
    assert answer.status_code == 422
    assert "같은 비밀번호" in answer.text


def test_who_was_locked_out_by_a_stranger_gets_in_with_the_new_password(visitor: Visitor) -> None:
    account = make_account()
    for _number in range(11):
        visitor.post("/sign-in", data={"email": account.email, "password": "guess"})
    visitor.post(link(visitor, account), data={"password": NEW})
    sign_in(visitor, account, NEW)
