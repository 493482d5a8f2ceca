"""Signed-in devices: one row each, so that signing out makes the cookie worthless wherever it was copied to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.accounts.models import Account, SignIn
from app.accounts.queries import SIGN_IN_LASTS, account_of
from app.core import audit
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.core.jobs import job


def start_sign_in(account: Account, at: datetime) -> SignIn:
    """Sign one device in, for the version of the account whose password was checked."""
    sign_in = SignIn(account=account, version=account.sign_in_version, created_at=at)
    db.session.add(sign_in)
    db.session.flush()
    return sign_in


def end_sign_in(public_id: str) -> None:
    """Sign one device out; one that is signed out already stays so."""
    db.session.execute(delete(SignIn).where(SignIn.public_id == public_id))


def end_all_sign_ins(account: Account) -> None:
    """Sign every device of the account out, those that sign in at this very moment included."""
    # A device that checked the old password a moment ago and stores its row after this still has the old version.
    account.sign_in_version += 1
    db.session.flush()
    db.session.execute(delete(SignIn).where(SignIn.account_id == account.id))


def sign_out_everywhere(actor: Actor, at: datetime) -> None:
    """Sign every device of the actor out, this one included."""
    account = account_of(actor)
    end_all_sign_ins(account)
    audit.record(actor, "account.sign_out_everywhere", account, at=at)


@job("sign-ins")
def sweep_old_sign_ins(at: datetime) -> None:
    """Delete the sign-ins that open nothing any more."""
    with unit_of_work():
        db.session.execute(delete(SignIn).where(SignIn.created_at <= at - SIGN_IN_LASTS))
