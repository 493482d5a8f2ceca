"""Questions about accounts, organisations and members."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account
from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFound


def account_by_email(email: str) -> Account | None:
    """Answer the account with this mail address, confirmed or not. `email` is already normalised."""
    return db.session.scalars(select(Account).where(Account.email == email)).one_or_none()


def account_by_public_id(public_id: str, *, for_change: bool = False) -> Account | None:
    """Answer the account; `for_change` makes others who want to change it wait until this transaction ends."""
    rows = select(Account).where(Account.public_id == public_id)
    return db.session.scalars(rows.with_for_update() if for_change else rows).one_or_none()


def account_of(actor: Actor) -> Account:
    """Answer the account that acts. Raises `NotFound` for an actor without one."""
    account = db.session.get(Account, actor.account_id) if actor.account_id is not None else None
    if account is None:
        raise NotFound
    return account


def signed_in_account(session_id: str) -> Account | None:
    """Answer the account that a session cookie names, with its memberships and their organisations, in one query.

    `session_id` is `Account.get_id()`; None when the account has moved on to another sign-in version.
    """
    public_id, _separator, version = session_id.partition(".")
    if not version.isdecimal():
        return None
    rows = (
        select(Account)
        .where(Account.public_id == public_id, Account.sign_in_version == int(version))
        .where(Account.confirmed_at.is_not(None))
        .options(joinedload(Account.memberships))
    )
    return db.session.scalars(rows).unique().one_or_none()
