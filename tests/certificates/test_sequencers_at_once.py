"""Two sequencers at one moment: one tree, whatever guard is left."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, true, update
from sqlalchemy.exc import IntegrityError

from app.certificates import keys, log_check, log_intents, log_service
from app.certificates.log_models import LogEntry, LogHead, LogIntent, LogKind
from app.core.db import db, unit_of_work
from credentials.log import Appended, append
from tests.factories.certificates import ISSUED_AT


@pytest.fixture(autouse=True)
def waiting(app: Flask) -> None:
    """A log with keys in it, and one fact that waits."""
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
    log_service.sequence(ISSUED_AT)
    with unit_of_work():
        log_intents._note(LogKind.KEY, "a key", "")


def head() -> tuple[int, str]:
    db.session.expire_all()
    found = db.session.scalars(select(LogHead)).one()
    return found.size, found.checkpoint


def somebody_moves_the_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading the head and putting the new one in its place, as no lock of ours can forbid."""

    def moved_meanwhile(*arguments: Any) -> Appended:
        statement = update(LogHead).values(size=LogHead.size + 7)
        db.session.execute(statement.execution_options(synchronize_session=False))
        return append(*arguments)

    monkeypatch.setattr(log_service, "append", moved_meanwhile)


def test_a_head_that_was_moved_meanwhile_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    before = head()
    somebody_moves_the_head(monkeypatch)
    with pytest.raises(log_service.HeadMoved):
        log_service.sequence(ISSUED_AT)
    assert head() == before
    assert len(db.session.scalars(select(LogIntent)).all()) == 1


def test_without_comparing_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    size, checkpoint = head()
    somebody_moves_the_head(monkeypatch)
    monkeypatch.setattr(log_service, "_stands_as_read", lambda _head: true())
    log_service.sequence(ISSUED_AT)
    assert head()[0] == size + 1
    assert head()[1] != checkpoint


# SQLite lets one writer in at a time: two sequencers at one moment cannot be arranged there.
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("guarded", [True, False], ids=["with-the-lock", "without-the-lock"])
def test_they_take_turns(app: Flask, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    size, _checkpoint = head()
    db.session.rollback()
    both_here = threading.Barrier(2)
    append_some = log_service._append

    def append_together(*arguments: Any) -> None:
        try:
            both_here.wait(timeout=1)
        except threading.BrokenBarrierError:
            assert guarded
        append_some(*arguments)

    def sequence() -> str:
        with app.app_context():
            try:
                log_service.sequence(ISSUED_AT)
            except (IntegrityError, log_service.HeadMoved) as error:
                return type(error).__name__
        return "done"

    monkeypatch.setattr(log_service, "_append", append_together)
    if not guarded:
        monkeypatch.setattr(log_service, "_wait_for_other_sequencers", lambda: None)
    with ThreadPoolExecutor(2) as threads:
        ended = [one.result(timeout=20) for one in [threads.submit(sequence) for _thread in range(2)]]
    # Without the lock the second finds its position taken: still one tree, but the work failed.
    assert sorted(ended) == (["done", "done"] if guarded else ["IntegrityError", "done"])
    assert head()[0] == size + 1
    assert len(db.session.scalars(select(LogEntry)).all()) == size + 1
    assert {finding.subject for finding in log_check.check().findings} == {f"entry {size}"}
