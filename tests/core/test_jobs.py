"""The news that there is work goes out once a transaction, and only when that is stored."""

from __future__ import annotations

import signal
import sys
import threading
from datetime import datetime

import pytest
from flask import Flask

from app.certificates.code_reading import read_codes
from app.core import jobs
from app.core.db import db, unit_of_work
from app.core.foreign_fetch import Fetcher

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def sent(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(jobs, "_send", lambda _queue, name: names.append(name))
    return names


def test_it_is_sent_once_for_each_kind_of_work(sent: list[str]) -> None:
    with unit_of_work():
        for name in ("mail", "log", "mail", "log", "mail"):
            jobs.wake(name)
        assert sent == []
    assert sorted(sent) == ["log", "mail"]
    with unit_of_work():
        jobs.wake("mail")
    assert sorted(sent) == ["log", "mail", "mail"]


def test_it_is_forgotten_with_what_was_rolled_back(sent: list[str]) -> None:
    jobs.wake("mail")
    with pytest.raises(ZeroDivisionError), unit_of_work():
        1 / 0  # noqa: B018
    with unit_of_work():
        db.session.flush()
    assert sent == []


def test_what_asks_strangers_hosts_or_opens_their_files_is_slow_work(app: Flask) -> None:
    waiting = {
        name
        for name, handler in jobs._handlers.items()
        if any(value is Fetcher or value is read_codes for value in vars(sys.modules[handler.__module__]).values())
    }
    # Others of those modules' handlers only destroy.
    assert waiting - jobs._slow == {"bulk-destruction"}
    assert {"foreign-badges", "application-badges", "opening-sources", "bulk-verifications"} <= waiting


def test_the_thread_of_slow_work_begins_anew_when_it_has_died(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    runs, done, stop = [], threading.Event(), threading.Event()

    def deadly(_at: datetime) -> None:
        runs.append(1)
        if len(runs) == 1:
            raise SystemExit  # As a library's panic does, it goes past every `except Exception`.
        done.set()

    monkeypatch.setitem(jobs._handlers, "deadly", deadly)
    monkeypatch.setattr(jobs, "_slow", {*jobs._slow, "deadly"})
    monkeypatch.setattr(jobs, "HEALTH_SECONDS", 0.05)
    _quick, slow = app.extensions["ieum_jobs"]
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    consumer = jobs._consumer(slow)
    consumer.start()
    threading.Thread(target=jobs._look_after, args=(consumer, stop), daemon=True).start()
    try:
        slow.ieum_run("deadly")
        slow.ieum_run("deadly")
        assert done.wait(10)
    finally:
        stop.set()
        consumer.stop(graceful=True)
        for number, handler in before.items():
            signal.signal(number, handler)
