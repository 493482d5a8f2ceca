"""Who an account is in the training records: the person on record joined to it, or a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.accounts import consents
from app.accounts.models import Account, Person
from app.accounts.normal import normal_name
from app.accounts.people import create_person
from app.accounts.queries import account_by_public_id, account_of
from app.core import audit
from app.core.access import Actor
from app.core.clock import seoul_date
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.i18n import Text, _l

MIN_AGE = 14


@dataclass(frozen=True)
class Stated:
    """What somebody states about themselves to have a training record."""

    name: str
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


def add_person(actor: Actor, stated: Stated, at: datetime) -> Person:
    """Give an account that has none a person, as signing up does, and store the consent to what that collects.

    Raises `Conflict` when the account has a person, `Invalid` for a date of birth that cannot be.
    """
    account = account_by_public_id(account_of(actor).public_id, for_change=True)
    if account is None or account.person_id is not None:
        raise Conflict(_l("이 계정에는 이미 교육 기록이 연결되어 있어요."))
    problem = birth_date_problem(stated.birth_date, at)
    if problem is not None:
        raise Invalid(problem)
    person, joined = join_person(account, stated, at)
    consents.give(account, consents.COLLECTION, at)
    after = {"person": person.public_id, "joined": joined}
    audit.record(actor, "account.add_person", account, at=at, after=after)
    return person


def join_person(account: Account, stated: Stated, at: datetime) -> tuple[Person, bool]:
    """Join the account to the person on record, or to a new one; tell whether there was one."""
    found = _person_on_record(account.email, stated)
    person = found or create_person(
        stated.name, stated.birth_date, account.actor, at, role=stated.role, email=account.email
    )
    account.person_id = person.id
    db.session.flush()
    return person, found is not None


def _person_on_record(email: str, stated: Stated) -> Person | None:
    """Answer the one person on record without an account who has this name, birth date and mail address.

    A name and a birth date are on every certificate: if they were enough, anybody who has seen one could take over
    the record behind it. The address makes the difference, for its mailbox was opened by whoever has the account, and
    the centre wrote it down before. When nobody or more than one fits, the account starts a record of its own.
    """
    rows = (
        select(Person)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(
            Person.name == normal_name(stated.name),
            Person.birth_date == stated.birth_date,
            Person.email == email,
            Account.id.is_(None),
        )
        .limit(2)
        .with_for_update(of=Person)
    )
    people = db.session.scalars(rows).all()
    return people[0] if len(people) == 1 else None
