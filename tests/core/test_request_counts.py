"""Requests are counted by window, exactly, and without work that grows with the number of networks."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import limits
import pytest
from limits.strategies import FixedWindowRateLimiter

from app.core import request_counts
from app.core.config import Settings
from app.core.request_counts import RequestCounts
from app.core.security import limiter
from tests.conftest import Visitor


class Time:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr(request_counts, "time", clock)
    return clock


def test_a_window_begins_with_its_first_request_and_ends(clock: Time) -> None:
    counts = RequestCounts()
    rule, limited = limits.parse("2 per minute"), FixedWindowRateLimiter(counts)
    assert [limited.hit(rule, "one") for _turn in range(3)] == [True, True, False]
    assert limited.hit(rule, "another")
    assert limited.get_window_stats(rule, "one").reset_time == clock.now + 60
    clock.now += 59.9
    assert not limited.hit(rule, "one")
    assert not limited.test(rule, "one")
    clock.now += 0.1
    assert limited.test(rule, "one")
    assert limited.hit(rule, "one")


def test_what_is_over_is_forgotten_and_what_counts_is_kept(clock: Time) -> None:
    counts = RequestCounts()
    for number in range(5_000):
        counts.incr(f"early {number}", 60)
    clock.now += 30
    assert counts.incr("early 0", 60) == 2
    clock.now += 30
    for number in range(10_000):
        counts.incr(f"late {number}", 60)
    assert counts.get("early 0") == 0
    assert not any(key.startswith("early") for key in counts._counts)
    assert all(counts.get(f"late {number}") == 1 for number in range(10_000))


def test_no_request_is_lost_when_many_come_at_once() -> None:
    counts = RequestCounts()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda turn: counts.incr(f"network {turn % 3}", 60), range(6_000)))
    assert [counts.get(f"network {n}") for n in range(3)] == [2_000] * 3
    assert sorted(found) == sorted([*range(1, 2_001)] * 3)


def test_clearing_and_resetting_forget() -> None:
    counts = RequestCounts()
    counts.incr("one", 60)
    counts.incr("two", 60)
    counts.clear("one")
    assert (counts.get("one"), counts.get("two")) == (0, 1)
    assert counts.reset() == 1
    assert counts.get("two") == 0


@pytest.mark.databases("sqlite")
def test_the_application_counts_here_and_starts_no_thread(
    visitor: Visitor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(limiter.storage, RequestCounts)
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    monkeypatch.setattr(threading.Thread, "start", lambda *_: pytest.fail("a thread was started"))
    for _turn in range(5):
        visitor.get(f"/v/{'1' * 32}", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    counted = [count for key, (count, _until) in limiter.storage._counts.items() if "192.0.2.7" in key]
    assert counted == [5]
    limiter.reset()
