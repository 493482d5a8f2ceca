"""Badges from elsewhere that came with an application are checked again when its employer opens it.

The stored bytes are what is checked, as the portfolio checks them, and by the same process; whatever may be asked of
the issuer's host is what that check asks, and nothing else. A page cannot wait for it, so it is stored work: the page
shows what was found when the application was handed in, with its day, until the answer is here. What was handed in
stays as it was; the answer stands beside it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import undefer

from app.core import audit
from app.core.access import Actor
from app.core.db import db, new_public_id, unit_of_work
from app.core.foreign_fetch import Fetch, Fetcher
from app.core.jobs import job, wake
from app.jobs.application_models import Application, ApplicationItem
from app.jobs.application_words import ItemKind
from app.portfolio.foreign_badge_check import Verdict
from app.portfolio.foreign_badge_models import BadgeState
from app.portfolio.foreign_badge_turns import ABANDONED_AFTER, MOST_ATTEMPTS, Taken, take_turn

JOB = "application-badges"
_WORKER = Actor.command("worker: badges of applications")


def ask_for_checks(application: Application) -> None:
    """Store that the badges of an application are to be checked again, once for each application."""
    badges = (
        ApplicationItem.application_id == application.id,
        ApplicationItem.kind == ItemKind.BADGE.value,
        ApplicationItem.document.is_not(None),
        ApplicationItem.check_state == "",
    )
    asked = db.session.execute(
        update(ApplicationItem)
        .where(*badges)
        .values(check_state=BadgeState.WAITING.value)
        .execution_options(synchronize_session=False)
    )
    if asked.rowcount:  # type: ignore[attr-defined]
        wake(JOB)


@job(JOB, slow=True)
def check_waiting(at: datetime) -> None:
    """Check the badges that wait, for as long as one turn lasts."""
    work_off(at, Fetcher())


def work_off(at: datetime, fetch: Fetch) -> None:
    """Check the badges that wait, asking their issuers' hosts by `fetch`."""
    take_turn(JOB, at, fetch, _take, _store)


def _take(after: int, at: datetime) -> Taken | None:
    """Take the next badge, so that nobody else checks it meanwhile."""
    item = ApplicationItem
    abandoned = (item.check_state == BadgeState.CHECKING.value) & (item.check_claimed_at < at - ABANDONED_AFTER)
    waits = or_(item.check_state == BadgeState.WAITING.value, abandoned)
    rows = select(item).where(waits, item.id > after).order_by(item.id).limit(1).options(undefer(item.document))
    with unit_of_work():
        found = db.session.scalars(rows.with_for_update(skip_locked=True)).one_or_none()
        if found is None:
            return None
        before = found.check_state
        found.check_state, found.check_claim, found.check_claimed_at = BadgeState.CHECKING.value, new_public_id(), at
        found.check_attempts += 1
        after_it = {"attempt": found.check_attempts}
        audit.record(_WORKER, "application_badge.take", found, at=at, before={"state": before}, after=after_it)
        may_try = found.check_attempts <= MOST_ATTEMPTS
        return Taken(found.id, found.check_claim, (found.document or b"") if may_try else b"")


def _store(taken: Taken, verdict: Verdict, at: datetime) -> None:
    """Keep what was found, if the badge is still there and still this attempt's."""
    rows = select(ApplicationItem).where(ApplicationItem.id == taken.id, ApplicationItem.check_claim == taken.claim)
    with unit_of_work():
        found = db.session.scalars(rows.with_for_update().execution_options(populate_existing=True)).one_or_none()
        if found is None:
            return
        found.check_state, found.check_reason = BadgeState(verdict.state).value, verdict.reason[:40]
        found.check_claim, found.check_claimed_at, found.checked_at = None, None, at
        after = {"state": found.check_state, "reason": found.check_reason}
        audit.record(_WORKER, "application_badge.check", found, at=at, after=after)
