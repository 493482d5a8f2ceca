"""Questions about badges from elsewhere. Every one that serves somebody starts from the person's own id."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import undefer

from app.accounts.models import Account, Person
from app.core.db import db
from app.core.errors import NotFound
from app.portfolio.foreign_badge_models import BadgeState, ForeignBadge
from app.portfolio.foreign_badge_recipient import is_same_person


def badges_of(person: Person, search: str = "") -> Select[ForeignBadge]:
    """Select a person's badges, the newest first, for a paged list; `search` looks at the badge and its issuer."""
    rows = select(ForeignBadge).where(ForeignBadge.person_id == person.id)
    if search:
        columns = (ForeignBadge.name, ForeignBadge.issuer_name, ForeignBadge.host, ForeignBadge.issuer)
        rows = rows.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    return rows.order_by(ForeignBadge.id.desc())


def badge_of(person: Person, public_id: str, *, for_change: bool = False) -> ForeignBadge:
    """Answer one badge of this person with its content. Raises `NotFound` for anybody else's."""
    rows = select(ForeignBadge).where(ForeignBadge.person_id == person.id, ForeignBadge.public_id == public_id)
    if for_change:
        rows = rows.with_for_update()
    found = db.session.scalars(rows.options(undefer(ForeignBadge.content))).one_or_none()
    if found is None:
        raise NotFound
    return found


def same_badge(person: Person, sha256: str) -> ForeignBadge | None:
    """Find the badge of this person with the very same bytes."""
    rows = select(ForeignBadge).where(ForeignBadge.person_id == person.id, ForeignBadge.sha256 == sha256)
    return db.session.scalars(rows).one_or_none()


def number_of(person: Person) -> int:
    """Count a person's badges."""
    counted = select(func.count()).select_from(ForeignBadge).where(ForeignBadge.person_id == person.id)
    return db.session.scalar(counted) or 0


def hold_account(person: Person) -> None:
    """Keep a person's account from being closed until the transaction ends. Raises `NotFound` when it has been."""
    rows = select(Account.id).where(Account.person_id == person.id)
    if db.session.scalar(rows.with_for_update(read=True)) is None:
        raise NotFound


def is_own(badge: ForeignBadge, account: Account, person: Person) -> bool:
    """Tell whether the recipient whom a badge names is this person, by the address that they have confirmed."""
    recipients = (badge.content or {}).get("recipients", [])
    email = account.email if account.confirmed_at is not None else ""
    return is_same_person(recipients, email=email, name=person.name)


def next_to_check(abandoned_before: datetime, after: int) -> ForeignBadge | None:
    """Take hold of the next badge behind `after` that waits, or that a worker took before then and never finished."""
    waits = ForeignBadge.state == BadgeState.WAITING.value
    abandoned = (ForeignBadge.state == BadgeState.CHECKING.value) & (ForeignBadge.claimed_at < abandoned_before)
    rows = (
        select(ForeignBadge).where(or_(waits, abandoned), ForeignBadge.id > after).order_by(ForeignBadge.id).limit(1)
    )
    return db.session.scalars(
        rows.options(undefer(ForeignBadge.file)).with_for_update(skip_locked=True)
    ).one_or_none()


def claimed_badge(badge_id: int, claim: str) -> ForeignBadge | None:
    """Answer the badge that this attempt holds; None when it was deleted, or given to another attempt, meanwhile."""
    rows = select(ForeignBadge).where(ForeignBadge.id == badge_id, ForeignBadge.claim == claim)
    return db.session.scalars(
        rows.options(undefer(ForeignBadge.content)).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
