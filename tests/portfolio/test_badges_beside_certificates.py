"""Whoever uploads hostile badges keeps no certificate waiting: the real worker, with fifty of them before it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from app.core import jobs
from app.core.config import Settings
from app.core.db import db
from app.portfolio import foreign_badge_turns
from app.portfolio.foreign_badge_models import BadgeState, ForeignBadge
from tests.certificates.processes import start
from tests.factories.accounts import make_account, make_organisation, make_person
from tests.factories.certificates import all_certificates, request, waiting
from tests.factories.foreign_badges import make_foreign_badge
from tests.factories.training import finished_cohort
from tests.portfolio.test_foreign_badge_limits import linked

BADGES = 50


def work() -> None:
    app: Any = current_app
    jobs.work(app._get_current_object())


@contextmanager
def one_queue() -> Iterator[None]:
    """The guard taken out: badges and certificates wait in one queue, where a turn of badges lasts a while."""
    jobs._slow.clear()
    foreign_badge_turns.TURN_SECONDS = 8.0
    yield


def states(*wanted: BadgeState) -> int:
    found = db.session.scalar(select(func.count()).where(ForeignBadge.state.in_(wanted)))
    db.session.rollback()  # Reading holds SQLite's write lock here, outside of a request.
    return found or 0


def all_issued() -> bool:
    found = waiting()
    db.session.rollback()
    return found == 0


def until(reached: Any, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if reached():
            return True
        time.sleep(0.1)
    return False


def issued_within(seconds: float, worker: int) -> bool:
    """Ask for certificates while the worker is at a badge; tell whether they were issued in time."""
    try:
        assert until(lambda: states(BadgeState.CHECKING) > 0, 20)
        assert request(finished_cohort(make_organisation()))
        return until(all_issued, seconds)
    finally:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)


@pytest.fixture
def badges(app: Flask) -> None:
    holder, hostile = make_account(person=make_person()), linked(9)
    for number in range(BADGES):
        make_foreign_badge(holder, sha256=f"{number:064}", file=hostile, state=BadgeState.WAITING)


@pytest.mark.usefixtures("badges")
def test_certificates_are_issued_in_seconds_while_fifty_hostile_badges_wait(settings: Settings) -> None:
    assert issued_within(6, start(settings, work))
    assert all_certificates()
    assert states(BadgeState.WAITING, BadgeState.CHECKING) > BADGES - 10


@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("badges")
def test_in_one_queue_they_would_wait_behind_the_badges(settings: Settings) -> None:
    assert not issued_within(4, start(settings, work, one_queue))
