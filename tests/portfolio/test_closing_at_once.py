"""An upload and the closing of the account at one moment leave no badge behind."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app.accounts import closing_service
from app.accounts.models import Account
from app.core import clock
from app.core.db import db, unit_of_work
from app.core.errors import NotFound
from app.portfolio import foreign_badge_queries, foreign_badge_service
from tests.factories.accounts import PASSWORD, make_account, make_person
from tests.portfolio.checking import BADGE, EMAIL, all_badges


def upload(account: Account) -> None:
    assert account.person is not None
    file = foreign_badge_service.read_badge(BADGE)
    foreign_badge_service.receive_badge(account.person, file, account.actor, clock.now())


# SQLite lets one writer in at a time: the two cannot meet there.
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("guarded", [True, False], ids=["with-the-lock", "without-the-lock"])
def test_nothing_is_left(app: Flask, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    account_id = make_account(EMAIL, person=make_person("홍길동")).id
    db.session.commit()
    stored, closed = threading.Event(), threading.Event()
    if not guarded:
        monkeypatch.setattr(foreign_badge_queries, "hold_account", lambda person: None)

    def upload_slowly() -> None:
        with app.app_context(), unit_of_work():
            upload(db.session.get_one(Account, account_id))
            stored.set()
            assert closed.wait(timeout=1) is not guarded

    def close() -> None:
        with app.app_context():
            assert stored.wait(timeout=10)
            with unit_of_work():
                actor = db.session.get_one(Account, account_id).actor
                closing_service.close_account(actor, PASSWORD, clock.now(), network="192.0.2.1")
            closed.set()

    with ThreadPoolExecutor(2) as threads:
        for one in [threads.submit(upload_slowly), threads.submit(close)]:
            one.result(timeout=20)
    assert len(all_badges()) == (0 if guarded else 1)


def test_an_account_that_was_closed_takes_no_badge(app: Flask) -> None:
    account = make_account(EMAIL, person=make_person("홍길동"))
    person, actor = account.person, account.actor
    assert person is not None
    with unit_of_work():
        closing_service.close_account(actor, PASSWORD, clock.now(), network="192.0.2.1")
    file = foreign_badge_service.read_badge(BADGE)
    with pytest.raises(NotFound), unit_of_work():
        foreign_badge_service.receive_badge(person, file, actor, clock.now())
    assert all_badges() == []
