"""The news that there is work goes out once a transaction, and only when that is stored."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core import jobs
from app.core.db import db, unit_of_work

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
