"""A new password: by a link in a mail, or with the present one."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.accounts import passwords, throttle
from app.accounts.models import Account
from app.accounts.normal import normal_email
from app.accounts.queries import account_by_email, account_by_public_id, account_of
from app.accounts.sign_in_service import check_password
from app.accounts.sign_ins import end_all_sign_ins
from app.accounts.tokens import LinkExpired, absolute_url, seal, unseal
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.mail import send_later

LINK_LASTS = timedelta(hours=1)
_PURPOSE = "reset"
_NOBODY = Account(public_id="0" * 32, password_hash="-" * 16, name="-", language="ko")


def request_reset(email: str, at: datetime, *, network: str) -> None:
    """Mail a link for a new password to whoever has an account with this address; otherwise do nothing, silently.

    Raises `TooMany`, which does not depend on whether there is an account.
    """
    email = normal_email(email)
    throttle.spend([("reset", email), ("reset_from", network)], at)
    account = account_by_email(email)
    wanted = account is not None and account.confirmed_at is not None
    # The same work is done for an address without an account: the time taken must not tell the two apart.
    known = account if account is not None and wanted else _NOBODY
    mail = send_later(
        email, "reset_password", at, language=known.language, name=known.name, reset_url=reset_link(known, at)
    )
    db.session.flush()
    if not wanted:
        db.session.delete(mail)


def reset_link(account: Account, at: datetime) -> str:
    """Make the address that lets its holder set a new password once, within the hour."""
    content = {"account": account.public_id, "hash": account.password_hash[-16:]}
    return absolute_url("accounts.reset_password", token=seal(_PURPOSE, content, at))


def open_reset(token: str, at: datetime) -> Account:
    """Answer the account of the link. It holds a piece of the present password's hash: a new password ends it.

    Raises `LinkExpired` when it was used, changed or is too old.
    """
    content = unseal(_PURPOSE, token, at, LINK_LASTS)
    account = account_by_public_id(content["account"], for_change=True)
    if account is None or account.confirmed_at is None or account.password_hash[-16:] != content["hash"]:
        raise LinkExpired
    return account


def reset_password(token: str, password: str, at: datetime) -> Account:
    """Set the new password with the link. Raises `LinkExpired`, or `Invalid` for a weak password."""
    account = open_reset(token, at)
    set_password(account, password, actor=account.actor, at=at)
    return account


def change_password(actor: Actor, present: str, new: str, at: datetime, *, network: str) -> Account:
    """Set a new password with the present one. Raises `Invalid` (counted as at signing in) or `TooMany`."""
    account = account_of(actor)
    check_password(account, present, at, network=network)
    set_password(account, new, actor=actor, at=at)
    return account


def set_password(account: Account, password: str, *, actor: Actor, at: datetime) -> None:
    """Set the password, end all sessions and all links, and tell the holder. Raises `Invalid` for a weak one."""
    passwords.check_strength(password, account.name, account.email)
    account.password_hash = passwords.hash_password(password)
    end_all_sign_ins(account)
    throttle.forget("sign_in", account.email)
    audit.record(actor, "account.set_password", account, at=at)
    send_later(account.email, "password_changed", at, language=account.language, name=account.name)
