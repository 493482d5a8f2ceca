"""The stored work of checking badges from elsewhere.

A badge is taken in one transaction, checked in none, and what was found is stored in another, if the badge is still
there and still this attempt's. A worker that is killed meanwhile leaves a badge that another takes up after a while;
a badge that ends its worker again and again is given up as one that could not be checked.
"""

from __future__ import annotations

from datetime import datetime

from app.core import audit
from app.core.access import Actor
from app.core.db import new_public_id, unit_of_work
from app.core.foreign_fetch import Fetch, Fetcher
from app.core.jobs import job
from app.portfolio import foreign_badge_queries as queries
from app.portfolio.foreign_badge_check import Verdict
from app.portfolio.foreign_badge_models import BadgeState, ForeignBadge
from app.portfolio.foreign_badge_turns import ABANDONED_AFTER, MOST_ATTEMPTS, Taken, take_turn

WORKER = Actor.command("worker: foreign badges")


@job("foreign-badges", slow=True)
def check_waiting(at: datetime) -> None:
    """Check the badges that wait, for as long as one turn lasts."""
    work_off(at, Fetcher())


def work_off(at: datetime, fetch: Fetch) -> None:
    """Check the badges that wait, asking their issuers' hosts by `fetch`."""
    take_turn("foreign-badges", at, fetch, _take, _store)


def _take(after: int, at: datetime) -> Taken | None:
    """Take the next badge, so that nobody else checks it meanwhile. An empty file says that it is to be given up."""
    with unit_of_work():
        badge = queries.next_to_check(at - ABANDONED_AFTER, after)
        if badge is None:
            return None
        before = badge.state
        badge.state, badge.claim, badge.claimed_at = BadgeState.CHECKING.value, new_public_id(), at
        badge.attempts += 1
        audit.record(
            WORKER, "foreign_badge.take", badge, at=at, before={"state": before}, after={"attempt": badge.attempts}
        )
        return Taken(badge.id, badge.claim, badge.file if badge.attempts <= MOST_ATTEMPTS else b"")


def _store(taken: Taken, verdict: Verdict, at: datetime) -> None:
    with unit_of_work():
        badge = queries.claimed_badge(taken.id, taken.claim)
        if badge is None:
            return
        _write(badge, verdict, at)
        audit.record(
            WORKER, "foreign_badge.check", badge, at=at, after={"state": badge.state, "reason": badge.reason}
        )


def _write(badge: ForeignBadge, verdict: Verdict, at: datetime) -> None:
    badge.state, badge.reason = BadgeState(verdict.state).value, verdict.reason[:40]
    badge.claim, badge.claimed_at, badge.checked_at = None, None, at
    if verdict.content is not None:
        badge.content, badge.content_at = verdict.content, at
        badge.standard, badge.status = verdict.standard, verdict.status
        badge.name, badge.issuer_name = verdict.content["name"], verdict.content["issuer_name"]
        badge.issuer, badge.host = verdict.issuer, verdict.host
    elif badge.state == BadgeState.INVALID:
        # What was once signed may not be any more: nothing of it is shown. When we could not find out, it stays,
        # with the day on which it was right.
        badge.content = badge.content_at = None
        badge.standard = badge.status = badge.name = badge.issuer_name = badge.issuer = badge.host = ""
