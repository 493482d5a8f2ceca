"""People on record and their accounts: the building blocks that sign-up, imports and commands use."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.accounts import passwords
from app.accounts.models import Account, Person, PersonRole
from app.accounts.normal import checked_email, normal_email, normal_name, normal_phone
from app.core import audit
from app.core.access import NOBODY, Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.i18n import _l


def create_person(
    name: str,
    birth_date: date,
    actor: Actor,
    at: datetime,
    *,
    role: str = PersonRole.TRAINEE,
    email: str = "",
    phone: str = "",
) -> Person:
    """Record a person. Whether the person is on record already is the caller's question to `find_person`."""
    person = Person(
        name=normal_name(name),
        birth_date=birth_date,
        role=PersonRole(role),
        email=checked_email(email) if email else "",
        phone=normal_phone(phone),
        created_at=at,
    )
    db.session.add(person)
    db.session.flush()
    audit.record(actor, "person.create", person, at=at, after={"role": person.role})
    return person


def find_person(name: str, birth_date: date, *, email: str = "", phone: str = "") -> Person | None:
    """Find the person on record with this name, birth date, and mail address or phone number; None: nobody.

    A name and a birth date alone are known to many and find nobody. Raises `Conflict` when several fit.
    """
    email, phone = normal_email(email), normal_phone(phone)
    rows = (
        select(Person, Account.email)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.name == normal_name(name), Person.birth_date == birth_date)
        .order_by(Person.id)
    )
    candidates = db.session.execute(rows).all()
    by_email = [person for person, own in candidates if email and email in (person.email, own)]
    by_phone = [person for person, _own in candidates if phone and phone == normal_phone(person.phone)]
    found = by_email or by_phone
    if len(found) > 1:
        raise Conflict(_l("이름, 생년월일, 연락처가 같은 기록이 여럿이에요. 운영기관에 알려 주세요."))
    return found[0] if found else None


def prefer_language(actor: Actor, language: str) -> None:
    """Note the language in which the actor wants to read mail."""
    db.session.execute(update(Account).where(Account.id == actor.account_id).values(language=language))


def create_account(
    email: str,
    password: str,
    name: str,
    *,
    at: datetime,
    actor: Actor = NOBODY,
    person: Person | None = None,
    confirmed_at: datetime | None = None,
    is_operator: bool = False,
) -> Account:
    """Create a way to sign in. Without `confirmed_at` it opens nothing yet.

    Raises `Conflict` when the address has an account, `Invalid` for a bad address or a weak password.
    """
    email, name = checked_email(email), normal_name(name)
    passwords.check_strength(password, name, email)
    account = Account(
        email=email,
        password_hash=passwords.hash_password(password),
        name=name,
        person_id=person.id if person is not None else None,
        is_operator=is_operator,
        sign_in_version=1,
        created_at=at,
        confirmed_at=confirmed_at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(account)
    except IntegrityError:
        raise Conflict(_l("이 이메일 주소로 만든 계정이 이미 있어요.")) from None
    audit.record(actor, "account.create", account, at=at, after={"operator": is_operator})
    return account
