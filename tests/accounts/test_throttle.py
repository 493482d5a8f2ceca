"""Limits on tries at signing in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.accounts import passwords, sign_in_views, throttle
from app.accounts.models import ThrottledAttempt
from app.accounts.sign_in_service import check_credentials
from app.core import clock
from app.core.db import db, unit_of_work
from app.core.errors import Invalid, TooMany
from tests.conftest import Visitor
from tests.factories.accounts import AT, PASSWORD, make_account, sign_in

WRONG = "not the password"


def attempts() -> int:
    return db.session.scalar(select(func.count()).select_from(ThrottledAttempt)) or 0


def fail(visitor: Visitor, email: str, times: int) -> list[int]:
    return [visitor.post("/sign-in", data={"email": email, "password": WRONG}).status_code for _ in range(times)]


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Passwords that were really compared; no hash is computed, so that a thousand tries take a moment."""
    compared: list[str] = []

    def compare(_password_hash: str | None, password: str) -> bool:
        compared.append(password)
        return password == PASSWORD

    monkeypatch.setattr(passwords, "is_right", compare)
    return compared


def test_after_ten_failures_even_the_right_password_waits(visitor: Visitor, evaluated: list[str]) -> None:
    account = make_account()
    assert fail(visitor, account.email, 10) == [422] * 10
    answer = visitor.post("/sign-in", data={"email": account.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60 + 1
    assert evaluated == [WRONG] * 10
    sign_in(visitor, make_account())


def test_without_the_guard_the_eleventh_try_is_evaluated(
    visitor: Visitor, evaluated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account()
    monkeypatch.setattr(throttle, "check", lambda *_: None)
    assert fail(visitor, account.email, 11) == [422] * 11
    assert len(evaluated) == 11


def test_an_unknown_address_is_limited_alike(visitor: Visitor, evaluated: list[str]) -> None:
    assert fail(visitor, "unknown@example.kr", 11) == [422] * 10 + [429]


def test_a_quarter_of_an_hour_later_it_is_open_again(
    visitor: Visitor, evaluated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account()
    fail(visitor, account.email, 10)
    later = clock.now() + timedelta(minutes=15, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    sign_in(visitor, account)


def test_failures_are_counted_although_they_answer_an_error(
    visitor: Visitor, evaluated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(visitor, "hong@example.kr", 1)
    assert attempts() == 2
    # Without that, the error answer takes the count back with everything else.
    monkeypatch.setattr(sign_in_views, "commit_despite_error", lambda: None)
    fail(visitor, "hong@example.kr", 1)
    assert attempts() == 2


def test_a_success_is_not_counted(visitor: Visitor, evaluated: list[str]) -> None:
    account = make_account()
    for _number in range(12):
        sign_in(visitor, account)
        visitor.post("/sign-out")
    assert attempts() == 0


def tries_in_an_hour(count: int, email: Callable[[int], str], network: Callable[[int], str]) -> None:
    for number in range(count):
        at = AT + timedelta(hours=1) * number / count
        with suppress(TooMany):
            check_and_keep(email(number), at, network(number))


def check_and_keep(email: str, at: datetime, network: str, password: str = WRONG) -> None:
    try:
        check_credentials(email, password, at, network=network)
    except Invalid:
        return


def test_of_a_thousand_tries_at_one_account_in_an_hour_fewer_than_twenty_are_evaluated(
    app: Flask, evaluated: list[str]
) -> None:
    tries_in_an_hour(1000, lambda _: "hong@example.kr", lambda number: f"10.0.{number // 250}.{number % 250}")
    assert 10 <= len(evaluated) < 20


def test_of_three_hundred_tries_from_one_network_in_an_hour_a_hundred_are_evaluated(
    app: Flask, evaluated: list[str]
) -> None:
    tries_in_an_hour(300, lambda number: f"person{number}@example.kr", lambda _: "10.0.0.1")
    assert len(evaluated) == 100


def at_once(app: Flask, tries: int, method: str) -> None:
    barrier = threading.Barrier(tries)
    moment = clock.now()

    def try_once() -> None:
        with app.test_request_context(method=method):
            barrier.wait()
            with suppress(TooMany, OperationalError), unit_of_work():
                check_and_keep("hong@example.kr", moment, "10.0.0.1")

    threads = [threading.Thread(target=try_once) for _ in range(tries)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    compared: list[str] = []

    def compare(_password_hash: str | None, password: str) -> bool:
        time.sleep(0.05)
        compared.append(password)
        return False

    monkeypatch.setattr(passwords, "is_right", compare)
    return compared


def test_fourteen_tries_at_once_are_ten_tries(app: Flask, slow: list[str]) -> None:
    at_once(app, 14, "POST")
    assert len(slow) == 10


def test_without_waiting_for_one_another_more_would_be_evaluated(
    app: Flask, slow: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # PostgreSQL loses our lock; SQLite its immediate transaction, for those are begun by requests that change things.
    monkeypatch.setattr(throttle, "_wait_for_others", lambda _: None)
    at_once(app, 14, "GET")
    assert len(slow) > 10


def test_the_table_names_nobody(app: Flask) -> None:
    throttle.record("sign_in", "hong@example.kr", AT)
    throttle.record("sign_in_from", "192.0.2.1", AT)
    rows = db.session.scalars(select(ThrottledAttempt)).all()
    assert all(len(row.subject) == 64 and "hong" not in row.subject and "." not in row.subject for row in rows)
    app.config["SECRET_KEY"] = b"another instance's key"
    throttle.record("sign_in", "hong@example.kr", AT)
    assert len({row.subject for row in db.session.scalars(select(ThrottledAttempt))}) == 3


def test_old_tries_are_swept(app: Flask) -> None:
    longest = {purpose: max(limit.within for limit in limits) for purpose, limits in throttle.LIMITS.items()}
    for purpose, within in longest.items():
        throttle.record(purpose, "old", AT - within - timedelta(seconds=1))
        throttle.record(purpose, "looked at still", AT - within + timedelta(seconds=1))
    db.session.commit()
    throttle.sweep_old_attempts(AT)
    throttle.sweep_old_attempts(AT)
    assert attempts() == len(longest)
