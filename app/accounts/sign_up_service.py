"""Signing up, and joining the account to the record that a training centre keeps of the same person.

Nobody learns from the answers whether an address has an account: every sign-up ends with the same words, and the mail
says the rest to whoever reads that mailbox. Nothing can be done with the account before the link in the mail has been
opened *and* the password typed again: so a stranger who signs up with another's address and a password of their own
cannot get the address's owner to confirm it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.accounts import consents, passwords, throttle
from app.accounts.models import Account, PersonRole
from app.accounts.normal import checked_email, normal_name
from app.accounts.password_service import reset_link
from app.accounts.people import create_account
from app.accounts.person_service import Stated, birth_date_problem, join_person
from app.accounts.queries import account_by_email, account_by_public_id
from app.accounts.sign_in_service import check_password
from app.accounts.tokens import LinkExpired, absolute_url, seal, unseal
from app.core import audit
from app.core.access import NOBODY
from app.core.db import db
from app.core.errors import Invalid
from app.core.i18n import _l
from app.core.mail import send_later

LINK_LASTS = timedelta(hours=24)
# The choice of who works for an organisation: no role of a person, for no person is made.
STAFF = "staff"
_PURPOSE = "confirmation"
BIRTH_DATE_REQUIRED = _l("생년월일을 입력해 주세요.")


@dataclass(frozen=True)
class SignUp:
    """What somebody states about themselves. Who works for an organisation (`STAFF`) states no date of birth."""

    name: str
    birth_date: date | None
    email: str
    password: str
    role: str
    language: str = "ko"


@dataclass(frozen=True)
class Confirmation:
    """What a confirmation link stands for. `stated` is None for who works for an organisation."""

    account: Account
    stated: Stated | None


def sign_up(wish: SignUp, at: datetime, *, network: str) -> None:
    """Start an account and mail the confirmation link; an address that has an account gets a mail that says so.

    Raises `Invalid` for what the person can correct and `TooMany`; both do not depend on what is stored.
    """
    email, name = checked_email(wish.email), normal_name(wish.name)
    passwords.check_strength(wish.password, name, email)
    _check_birth_date(wish, at)
    throttle.spend([("sign_up", email), ("sign_up_from", network)], at)
    account = account_by_email(email)
    if account is not None and account.confirmed_at is not None:
        # The answer for a new account takes one hashing; this one must take as long.
        passwords.hash_password(wish.password)
        reset_url = reset_link(account, at)
        send_later(email, "account_exists", at, language=account.language, name=account.name, reset_url=reset_url)
        return
    if account is None:
        account = create_account(email, wish.password, name, at=at)
    else:
        # Never confirmed: whoever signs up last may try. The new hash makes the links sent before worthless.
        account.name, account.password_hash = name, passwords.hash_password(wish.password)
        account.created_at = at
        consents.forget(account)
        audit.record(NOBODY, "account.sign_up_again", account, at=at)
    account.language = wish.language
    consents.give(account, consents.STAFF_COLLECTION if wish.role == STAFF else consents.COLLECTION, at)
    confirm_url = _confirmation_link(account, wish, at)
    send_later(email, "confirm_sign_up", at, language=account.language, name=name, confirm_url=confirm_url)


def _check_birth_date(wish: SignUp, at: datetime) -> None:
    if wish.role == STAFF:
        return
    problem = birth_date_problem(wish.birth_date, at) if wish.birth_date is not None else BIRTH_DATE_REQUIRED
    if problem is not None:
        raise Invalid(problem)


def _confirmation_link(account: Account, wish: SignUp, at: datetime) -> str:
    content = {"account": account.public_id, "hash": account.password_hash[-16:]}
    if wish.role != STAFF and wish.birth_date is not None:
        content |= {"birth_date": wish.birth_date.isoformat(), "role": PersonRole(wish.role)}
    return absolute_url("accounts.confirm", token=seal(_PURPOSE, content, at))


def open_confirmation(token: str, at: datetime) -> Confirmation:
    """Answer what the link stands for. Raises `LinkExpired` when it was used, replaced, changed or is too old."""
    content = unseal(_PURPOSE, token, at, LINK_LASTS)
    account = account_by_public_id(content["account"], for_change=True)
    if account is None or account.confirmed_at is not None or account.password_hash[-16:] != content["hash"]:
        raise LinkExpired
    if "birth_date" not in content:
        return Confirmation(account, None)
    return Confirmation(account, Stated(account.name, date.fromisoformat(content["birth_date"]), content["role"]))


def confirm(token: str, password: str, at: datetime, *, network: str) -> Account:
    """Confirm the address with the link and the password, and join the account to the person on record.

    Raises `LinkExpired`; `Invalid` for a wrong password, which is counted as at signing in; `TooMany`.
    """
    confirmation = open_confirmation(token, at)
    account = confirmation.account
    check_password(account, password, at, network=network)
    account.confirmed_at = at
    after: dict[str, object] = {"person": None, "joined": False}
    if confirmation.stated is not None:
        person, joined = join_person(account, confirmation.stated, at)
        after = {"person": person.public_id, "joined": joined}
    db.session.flush()
    audit.record(account.actor, "account.confirm", account, at=at, after=after)
    return account
