"""The stored work of checking: once, whoever is killed, and beside other work."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import Account
from app.core import clock
from app.core.foreign_fetch import Fetch
from app.portfolio import foreign_badge_turns
from app.portfolio.foreign_badge_check import Verdict
from app.portfolio.foreign_badge_job import work_off
from app.portfolio.foreign_badge_models import BadgeState
from app.portfolio.foreign_badge_turns import ABANDONED_AFTER
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines
from tests.portfolio.checking import BADGE, all_badges, in_this_process, nowhere, the_badge, upload


def test_asking_twice_checks_once(app: Flask, visitor: Visitor, holder: Account, checks: list[bytes]) -> None:
    path = upload(visitor, BADGE).headers["Location"]
    visitor.post(f"{path}/check")
    visitor.post(f"{path}/check")
    work_off(clock.now(), nowhere)
    work_off(clock.now(), nowhere)
    assert len(checks) == 1
    assert len(audit_lines("foreign_badge.check")) == 1


class Killed(BaseException):
    """The worker ends here, as if the machine had stopped."""


def test_a_killed_worker_loses_nothing_and_repeats_nothing(
    app: Flask, visitor: Visitor, holder: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(visitor, BADGE)
    now = clock.now()

    def dies(*_: Any) -> Verdict:
        raise Killed

    monkeypatch.setattr(foreign_badge_turns, "check", dies)
    with pytest.raises(Killed):
        work_off(now, nowhere)
    assert the_badge().state == BadgeState.CHECKING
    monkeypatch.setattr(foreign_badge_turns, "check", in_this_process)
    work_off(now + ABANDONED_AFTER / 2, nowhere)
    assert the_badge().state == BadgeState.CHECKING  # Somebody may still be at it.
    work_off(now + ABANDONED_AFTER + timedelta(seconds=1), nowhere)
    assert the_badge().state == BadgeState.VALID
    assert len(audit_lines("foreign_badge.check")) == 1


def test_a_badge_that_kills_its_worker_again_and_again_is_given_up(
    app: Flask, visitor: Visitor, holder: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(visitor, BADGE)
    now, tried = clock.now(), []

    def dies(*_: Any) -> Verdict:
        tried.append(1)
        raise Killed

    monkeypatch.setattr(foreign_badge_turns, "check", dies)
    for _time in range(foreign_badge_turns.MOST_ATTEMPTS):
        with pytest.raises(Killed):
            work_off(now, nowhere)
        now += ABANDONED_AFTER * 2
    work_off(now, nowhere)
    assert (the_badge().state, the_badge().reason, len(tried)) == ("unknown", "limits", 3)


def test_a_late_answer_of_an_attempt_that_was_given_up_counts_nothing(
    app: Flask, visitor: Visitor, holder: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(visitor, BADGE)
    now = clock.now()

    def slow(data: bytes, at: datetime, fetch: Fetch) -> Verdict:
        monkeypatch.setattr(foreign_badge_turns, "check", in_this_process)
        work_off(now + ABANDONED_AFTER * 2, nowhere)  # Another worker takes it up and is done first.
        return Verdict("invalid", "signature")

    monkeypatch.setattr(foreign_badge_turns, "check", slow)
    work_off(now, nowhere)
    assert the_badge().state == BadgeState.VALID
    assert len(audit_lines("foreign_badge.check")) == 1


def test_a_badge_deleted_while_it_is_checked_stays_deleted(
    app: Flask, visitor: Visitor, holder: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = upload(visitor, BADGE).headers["Location"]

    def meanwhile(*_: Any) -> Verdict:
        visitor.post(f"{path}/delete")
        return Verdict("invalid", "signature")

    monkeypatch.setattr(foreign_badge_turns, "check", meanwhile)
    work_off(clock.now(), nowhere)
    assert all_badges() == []


def test_the_worker_lets_other_work_pass(
    app: Flask, visitor: Visitor, holder: Account, checks: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        upload(visitor, b'{"number": %d}' % number)
    monkeypatch.setattr(foreign_badge_turns, "TURN_SECONDS", -1)
    woken: list[str] = []
    monkeypatch.setattr(foreign_badge_turns, "wake", woken.append)
    work_off(clock.now(), nowhere)
    assert (len(checks), woken) == (1, ["foreign-badges"])
