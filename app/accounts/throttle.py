"""Limits on tries at what may be guessed. Counted in the database, so that they hold across processes and restarts.

The table names nobody: it keeps a keyed digest of the mail address or network address that the try was about.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, func, select

from app.accounts.models import ThrottledAttempt
from app.core.db import db, unit_of_work
from app.core.errors import TooMany
from app.core.i18n import Text, _l
from app.core.jobs import job

# The subject of a limit on all visitors together: against those who spread their tries over many networks.
EVERYBODY = "everybody"
_AGAIN_SOON = _l("너무 여러 번 시도했어요. 잠시 후 다시 시도해 주세요.")


@dataclass(frozen=True)
class Limit:
    """At most `tries` within a period; `message` is what whoever comes after that is told."""

    tries: int
    within: timedelta
    message: Text = _AGAIN_SOON


_QUARTER = timedelta(minutes=15)
_HOUR = timedelta(hours=1)
_DAY = timedelta(hours=24)

LIMITS: dict[str, tuple[Limit, ...]] = {
    "sign_in": (Limit(10, _QUARTER), Limit(19, _HOUR)),
    "sign_in_from": (Limit(100, _HOUR),),
    # Six digits, three of a million right at a time: fifty tries a day find one in 18 years, the password known.
    "second_factor": (Limit(5, _QUARTER), Limit(10, _HOUR), Limit(50, _DAY)),
    "sign_up": (Limit(5, _HOUR),),
    "sign_up_from": (Limit(30, _HOUR),),
    "reset": (Limit(5, _HOUR),),
    "reset_from": (Limit(30, _HOUR),),
    "invitation": (Limit(50, _DAY),),
    "registration": (Limit(5, _DAY),),
}


def check(purpose: str, subject: str, at: datetime) -> None:
    """Raise `TooMany` when this subject has used up its tries. Tries at the same subject wait for one another until
    the transaction ends: without that, a hundred at once would all see a count of none."""
    digest = _digest(purpose, subject)
    if subject != EVERYBODY:
        # A limit on all together need not be exact to one, and must not make all wait for one another.
        _wait_for_others(digest)
    for limit in LIMITS[purpose]:
        since = at - limit.within
        tries, oldest = db.session.execute(
            select(func.count(), func.min(ThrottledAttempt.at)).where(
                ThrottledAttempt.purpose == purpose, ThrottledAttempt.subject == digest, ThrottledAttempt.at > since
            )
        ).one()
        if tries >= limit.tries:
            retry_after = max(1, int((oldest - since).total_seconds()) + 1)
            raise TooMany(limit.message, retry_after)


def record(purpose: str, subject: str, at: datetime) -> None:
    """Count one try."""
    db.session.add(ThrottledAttempt(purpose=purpose, subject=_digest(purpose, subject), at=at))
    db.session.flush()


def spend(tries: Sequence[tuple[str, str]], at: datetime) -> None:
    """Check several (purpose, subject) limits and count one try at each; none is counted when it raises `TooMany`."""
    for purpose, subject in tries:
        check(purpose, subject, at)
    for purpose, subject in tries:
        record(purpose, subject, at)


def forget(purpose: str, subject: str) -> None:
    """Forget the tries at one subject: whoever set a new password must be able to use it at once."""
    mine = (ThrottledAttempt.purpose == purpose, ThrottledAttempt.subject == _digest(purpose, subject))
    db.session.execute(delete(ThrottledAttempt).where(*mine))


@job("throttled-attempts")
def sweep_old_attempts(at: datetime) -> None:
    """Delete the tries that no limit looks at any more."""
    with unit_of_work():
        for purpose, limits in LIMITS.items():
            longest = max(limit.within for limit in limits)
            old = (ThrottledAttempt.purpose == purpose, ThrottledAttempt.at < at - longest)
            db.session.execute(delete(ThrottledAttempt).where(*old))


def _digest(purpose: str, subject: str) -> str:
    key: bytes = current_app.config["SECRET_KEY"]
    return hmac.new(key, f"throttle\0{purpose}\0{subject}".encode(), hashlib.sha256).hexdigest()


def _wait_for_others(digest: str) -> None:
    # SQLite lets one writer in at a time anyway; PostgreSQL needs to be told.
    if db.engine.dialect.name == "postgresql":
        lock = int.from_bytes(bytes.fromhex(digest)[:8], "big", signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(lock)))
