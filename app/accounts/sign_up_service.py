"""Signing up, and joining the account to the record that a training centre keeps of the same person.

Nobody learns from the answers whether an address has an account: every sign-up ends with the same words, and the mail
says the rest to whoever reads that mailbox. Nothing can be done with the account before the link in the mail has been
opened *and* the password typed again: so a stranger who signs up with another's address and a password of their own
cannot get the address's owner to confirm it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.accounts import consents, passwords, throttle
from app.accounts.models import Account, Person, PersonRole
from app.accounts.normal import checked_email, normal_name
from app.accounts.password_service import reset_link
from app.accounts.people import create_account, create_person
from app.accounts.queries import account_by_email, account_by_public_id
from app.accounts.sign_in_service import check_password
from app.accounts.tokens import LinkExpired, absolute_url, seal, unseal
from app.core import audit
from app.core.access import NOBODY
from app.core.clock import seoul_date
from app.core.db import db
from app.core.errors import Invalid
from app.core.i18n import Text, _l
from app.core.mail import send_later

LINK_LASTS = timedelta(hours=24)
MIN_AGE = 14
_PURPOSE = "confirmation"


@dataclass(frozen=True)
class SignUp:
    """What somebody states about themselves."""

    name: str
    birth_date: date
    email: str
    password: str
    role: str
    language: str = "ko"


@dataclass(frozen=True)
class Confirmation:
    """What a confirmation link stands for."""

    account: Account
    birth_date: date
    role: str


def birth_date_problem(birth_date: date, at: datetime) -> Text | None:
    """Tell what is wrong with a birth date; None when nothing is. Below fourteen a guardian would have to consent
    (개인정보보호법 제22조의2), which cannot be checked here."""
    today = seoul_date(at)
    if birth_date > today or birth_date.year < 1900:
        return _l("생년월일을 다시 확인해 주세요. 예: 1990-03-09")
    if (today.year - birth_date.year) - ((today.month, today.day) < (birth_date.month, birth_date.day)) < MIN_AGE:
        return _l("만 14세부터 가입할 수 있어요.")
    return None


def sign_up(wish: SignUp, at: datetime, *, network: str) -> None:
    """Start an account and mail the confirmation link; an address that has an account gets a mail that says so.

    Raises `Invalid` for what the person can correct and `TooMany`; both do not depend on what is stored.
    """
    email, name = checked_email(wish.email), normal_name(wish.name)
    passwords.check_strength(wish.password, name, email)
    problem = birth_date_problem(wish.birth_date, at)
    if problem is not None:
        raise Invalid(problem)
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
        audit.record(NOBODY, "account.sign_up_again", account, at=at)
    account.language = wish.language
    consents.give(account, consents.COLLECTION, at)
    confirm_url = _confirmation_link(account, wish, at)
    send_later(email, "confirm_sign_up", at, language=account.language, name=name, confirm_url=confirm_url)


def _confirmation_link(account: Account, wish: SignUp, at: datetime) -> str:
    content = {
        "account": account.public_id,
        "hash": account.password_hash[-16:],
        "birth_date": wish.birth_date.isoformat(),
        "role": PersonRole(wish.role),
    }
    return absolute_url("accounts.confirm", token=seal(_PURPOSE, content, at))


def open_confirmation(token: str, at: datetime) -> Confirmation:
    """Answer what the link stands for. Raises `LinkExpired` when it was used, replaced, changed or is too old."""
    content = unseal(_PURPOSE, token, at, LINK_LASTS)
    account = account_by_public_id(content["account"], for_change=True)
    if account is None or account.confirmed_at is not None or account.password_hash[-16:] != content["hash"]:
        raise LinkExpired
    return Confirmation(account, date.fromisoformat(content["birth_date"]), content["role"])


def confirm(token: str, password: str, at: datetime, *, network: str) -> Account:
    """Confirm the address with the link and the password, and join the account to the person on record.

    Raises `LinkExpired`; `Invalid` for a wrong password, which is counted as at signing in; `TooMany`.
    """
    confirmation = open_confirmation(token, at)
    account = confirmation.account
    check_password(account, password, at, network=network)
    account.confirmed_at = at
    person = _person_on_record(account, confirmation.birth_date)
    joined = person is not None
    if person is None:
        person = create_person(
            account.name,
            confirmation.birth_date,
            account.actor,
            at,
            role=confirmation.role,
            email=account.email,
        )
    account.person_id = person.id
    db.session.flush()
    after = {"person": person.public_id, "joined": joined}
    audit.record(account.actor, "account.confirm", account, at=at, after=after)
    return account


def _person_on_record(account: Account, birth_date: date) -> Person | None:
    """Answer the one person on record without an account who has this name, birth date and mail address.

    A name and a birth date are on every certificate: if they were enough, anybody who has seen one could take over
    the record behind it. The address makes the difference, for its mailbox was opened just now, and the centre wrote
    it down before. When nobody or more than one fits, the account starts a record of its own.
    """
    rows = (
        select(Person)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(
            Person.name == account.name,
            Person.birth_date == birth_date,
            Person.email == account.email,
            Account.id.is_(None),
        )
        .limit(2)
        .with_for_update(of=Person)
    )
    people = db.session.scalars(rows).all()
    return people[0] if len(people) == 1 else None
