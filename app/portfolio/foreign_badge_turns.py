"""One turn of checking badges that wait, wherever they are kept: in somebody's portfolio, or in an application.

A badge is taken in one transaction, checked in none, and what was found is stored in another.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app

from app.core.db import unit_of_work
from app.core.foreign_fetch import Fetch, FetchRefused
from app.core.jobs import wake
from app.portfolio.foreign_badge_check import Verdict, check, could_not

# Longer than any check can take, its last question to a host included.
ABANDONED_AFTER = timedelta(minutes=2)
MOST_ATTEMPTS = 3
# Other slow work waits for the same thread: after this long it lets that pass before it goes on.
TURN_SECONDS = 20.0


@dataclass(frozen=True)
class Taken:
    """A badge that this attempt holds; without bytes it is to be given up."""

    id: int
    claim: str
    data: bytes


def take_turn(
    job: str,
    at: datetime,
    fetch: Fetch,
    take: Callable[[int, datetime], Taken | None],
    store: Callable[[Taken, Verdict, datetime], None],
) -> None:
    """Check the badges that `take` answers (the next one after an id), and `store` what was found of each.

    Issuers' hosts are asked by `fetch`. When the turn is over, `job` is woken to go on after other slow work.
    """
    begun, after = time.monotonic(), 0
    while True:
        taken = take(after, _now(at, begun))
        if taken is None:
            return
        after = taken.id
        store(taken, _check(taken.data, _now(at, begun), fetch), _now(at, begun))
        if time.monotonic() - begun > TURN_SECONDS:
            with unit_of_work():
                wake(job)
            return


def _now(at: datetime, begun: float) -> datetime:
    return at + timedelta(seconds=time.monotonic() - begun)


def _check(data: bytes, at: datetime, fetch: Fetch) -> Verdict:
    outside = Outside(fetch, urlsplit(current_app.config["IEUM_BASE_URL"]).hostname or "")
    verdict = check(data, at, outside) if data else could_not("limits")
    return could_not("own") if outside.asked_for_own and verdict.state == "unknown" else verdict


class Outside:
    """Fetches from others alone: what names us as its issuer is checked at our own verification page."""

    def __init__(self, fetch: Fetch, own_host: str) -> None:
        self._fetch = fetch
        self._own_host = own_host
        self.asked_for_own = False

    def __call__(self, url: str) -> bytes:
        if (urlsplit(url).hostname or "").lower() == self._own_host:
            self.asked_for_own = True
            raise FetchRefused("own")
        return self._fetch(url)
