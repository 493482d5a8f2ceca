"""Closing an account. A record outlives it: certificates stay verifiable, only the way in and the contact go."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.accounts.member_service import end_membership
from app.accounts.models import Account, Consent, Invitation
from app.accounts.organisation_service import withdraw_registration
from app.accounts.queries import account_by_public_id, account_of, any_organisation, memberships_of
from app.accounts.second_factor_service import delete_second_factor
from app.accounts.sign_in_service import check_password
from app.accounts.sign_ins import end_all_sign_ins
from app.accounts.signals import account_closed
from app.core import audit
from app.core.access import NOBODY, Actor
from app.core.db import db, unit_of_work
from app.core.jobs import job
from app.core.mail import send_later

UNCONFIRMED_KEPT_FOR = timedelta(days=7)
# No hash of anything: no password can ever fit it.
_FITS_NOTHING = "closed"


def close_account(actor: Actor, password: str, at: datetime, *, network: str) -> None:
    """Close the actor's account: no sign-in, no contact, no membership. The person's training record stays.

    Raises `Invalid` for a wrong password (counted as at signing in), `Conflict` for an organisation's last manager.
    """
    account = account_of(actor)
    check_password(account, password, at, network=network)
    account_by_public_id(account.public_id, for_change=True)
    for membership in memberships_of(account):
        organisation = any_organisation(membership.organisation.public_id, for_change=True)
        if organisation.approved_at is None:
            withdraw_registration(organisation, actor, at)
        else:
            end_membership(membership, actor, at)
    account_closed.send(account, at=at)
    email, name = account.email, account.name
    db.session.execute(
        update(Consent)
        .where(Consent.account_id == account.id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )
    db.session.execute(update(Invitation).where(Invitation.email == email).values(email="", withdrawn_at=at))
    if account.person is not None:
        account.person.email, account.person.phone = "", ""
    account.person_id = None
    account.email = f"{account.public_id}@closed.invalid"
    account.name, account.password_hash = "", _FITS_NOTHING
    account.is_operator = False
    delete_second_factor(account)
    end_all_sign_ins(account)
    audit.record(actor, "account.close", account, at=at)
    send_later(email, "account_closed", at, language=account.language, name=name)


@job("unconfirmed-accounts")
def sweep_unconfirmed_accounts(at: datetime) -> None:
    """Delete accounts whose address nobody confirmed within a week: they may be somebody else's address."""
    old = select(Account).where(
        Account.confirmed_at.is_(None), Account.created_at < at - UNCONFIRMED_KEPT_FOR, ~Account.memberships.any()
    )
    with unit_of_work():
        for account in db.session.scalars(old):
            audit.record(NOBODY, "account.forget_unconfirmed", account, at=at)
            db.session.execute(delete(Consent).where(Consent.account_id == account.id))
            db.session.delete(account)
