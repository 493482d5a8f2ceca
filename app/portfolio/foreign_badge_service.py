"""Badges from elsewhere: uploaded, asked for again, deleted. The check itself is stored work (`…_job.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.accounts import throttle
from app.accounts.models import Account, Person
from app.accounts.throttle import Limit
from app.certificates import queries as certificates
from app.certificates.authority import this_authority
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.i18n import _, _l
from app.core.jobs import wake
from app.portfolio import foreign_badge_queries as queries
from app.portfolio.foreign_badge_file import BadgeFile, read
from app.portfolio.foreign_badge_models import BadgeState, ForeignBadge

MOST_BADGES = 100
_HOUR = timedelta(hours=1)
_OFTEN = _l("배지를 한꺼번에 너무 많이 확인하고 있어요. 한 시간쯤 뒤에 다시 해 주세요.")
_JUST_CHECKED = _l("방금 확인한 배지예요. 10분쯤 뒤에 다시 확인해 주세요.")

# Each check is a process and a handful of requests to somebody else's host.
LIMITS = {
    "foreign_badge": (Limit(40, _HOUR, _OFTEN),),
    "foreign_badge_again": (Limit(3, timedelta(minutes=10), _JUST_CHECKED),),
}


@dataclass(frozen=True)
class Received:
    """What became of an uploaded badge: stored, the same as one that is there, or a certificate of our own."""

    badge: ForeignBadge | None = None
    is_new: bool = False
    own_certificate: str = ""


def read_badge(data: bytes) -> BadgeFile:
    """Read what was sent. Raises `Invalid` for what is no badge.

    A POST on SQLite holds the only write lock from its first query on, so what the request has looked up so far is
    let go first; it has changed nothing yet.
    """
    db.session.rollback()
    return read(data)


def receive_badge(person: Person, file: BadgeFile, actor: Actor, at: datetime) -> Received:
    """Store a badge and the intention to check it; the same bytes are stored once.

    Raises `Conflict` when the person has as many as there may be, `TooMany` after too many in an hour, `NotFound`
    when the account has just been closed.
    """
    own = certificates.known_ids(file.ids_beside(this_authority().did))
    if own:
        return Received(own_certificate=own[0])
    # Whoever closes the account waits, and deletes this badge with the others.
    queries.hold_account(person)
    # This also makes uploads of one person wait for one another, so that the number is exact.
    throttle.check("foreign_badge", person.public_id, at)
    same = queries.same_badge(person, file.sha256)
    if same is not None:
        return Received(same)
    if queries.number_of(person) >= MOST_BADGES:
        raise Conflict(
            _("배지는 %(most)s개까지 올릴 수 있어요. 필요 없는 배지를 지운 뒤 다시 올려 주세요.", most=MOST_BADGES)
        )
    badge = ForeignBadge(person_id=person.id, sha256=file.sha256, kind=file.kind, file=file.data, created_at=at)
    badge.state = BadgeState.WAITING.value
    db.session.add(badge)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(_("다른 화면에서 방금 같은 배지를 올렸어요. 화면을 새로 고쳐 확인해 주세요.")) from error
    throttle.record("foreign_badge", person.public_id, at)
    audit.record(actor, "foreign_badge.add", badge, at=at, after={"kind": badge.kind, "state": badge.state})
    wake("foreign-badges")
    return Received(badge, is_new=True)


def check_again(person: Person, public_id: str, actor: Actor, at: datetime) -> ForeignBadge:
    """Ask for another check of a badge; while one is under way nothing happens.

    Raises `TooMany` when it, or this person's badges together, have been checked too often just now.
    """
    badge = queries.badge_of(person, public_id, for_change=True)
    if badge.is_under_way:
        return badge
    throttle.spend((("foreign_badge", person.public_id), ("foreign_badge_again", badge.public_id)), at)
    before = badge.state
    badge.state, badge.claim, badge.attempts = BadgeState.WAITING.value, None, 0
    audit.record(
        actor, "foreign_badge.check_again", badge, at=at, before={"state": before}, after={"state": badge.state}
    )
    wake("foreign-badges")
    return badge


def delete_badge(person: Person, public_id: str, actor: Actor, at: datetime) -> None:
    """Delete a badge with its file and all that was read from it; a check that is under way finds it gone."""
    badge = queries.badge_of(person, public_id, for_change=True)
    audit.record(actor, "foreign_badge.delete", badge, at=at, before={"state": badge.state})
    db.session.delete(badge)
    db.session.flush()


def forget_badges(account: Account, at: datetime, **_more: Any) -> None:
    """Delete the badges of somebody who closes their account (receives `account-closed`)."""
    mine = ForeignBadge.person_id == account.person_id
    for badge in db.session.scalars(select(ForeignBadge).where(mine)):
        audit.record(account.actor, "foreign_badge.delete", badge, at=at, before={"state": badge.state})
    db.session.execute(delete(ForeignBadge).where(mine))
