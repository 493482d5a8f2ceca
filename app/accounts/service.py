"""The building blocks that other domains, imports and commands use: people, accounts, organisations, members."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import passwords
from app.accounts.models import (
    Account,
    Membership,
    MembershipRole,
    Organisation,
    OrganisationKind,
    Person,
    PersonRole,
)
from app.accounts.normal import checked_email, normal_email, normal_name, normal_phone
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.i18n import _l


def create_person(
    name: str,
    birth_date: date,
    *,
    actor: Actor,
    at: datetime,
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
    """Find who a roster's row is about; None when nobody on record fits. Several that fit: raises `Conflict`.

    1. The same name, birth date and mail address (the person's or their account's), or phone number, is the person.
    2. Otherwise the same name and birth date is enough among people whom a centre has recorded.
    3. It is not enough for somebody who came in by signing up: their name and birth date are only their own word,
       and whoever signs up in another's name must not receive the other's training.
    """
    candidates = _people_named(name, birth_date)
    email, phone = normal_email(email), normal_phone(phone)
    by_email = [person for person, account in candidates if email and email in _addresses(person, account)]
    by_phone = [person for person, account in candidates if phone and phone == person.phone]
    by_name = [person for person, account in candidates if not _came_by_sign_up(person, account)]
    for found in (by_email, by_phone, by_name):
        if len(found) == 1:
            return found[0]
        if found:
            raise Conflict(
                _l(
                    "이름과 생년월일이 같은 사람이 %(count)s명 있어요. 이메일 주소나 연락처를 함께 적어 주세요.",
                    count=len(found),
                )
            )
    return None


def _people_named(name: str, birth_date: date) -> list[tuple[Person, Account | None]]:
    rows = (
        select(Person, Account)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.name == normal_name(name), Person.birth_date == birth_date)
        .order_by(Person.id)
    )
    return [(person, account) for person, account in db.session.execute(rows).tuples()]


def _addresses(person: Person, account: Account | None) -> set[str]:
    return {person.email} | ({account.email} if account is not None else set())


def _came_by_sign_up(person: Person, account: Account | None) -> bool:
    # Signing up makes the account first and the person when the mail address is confirmed; whoever a centre
    # recorded was there before.
    return account is not None and account.created_at < person.created_at


def create_account(
    email: str,
    password: str,
    name: str,
    *,
    actor: Actor,
    at: datetime,
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


def create_organisation(name: str, kind: str, *, actor: Actor, at: datetime, approved: bool = True) -> Organisation:
    """Create an organisation; it has no rights before it is approved. Raises `Conflict` when it exists."""
    name = normal_name(name)
    if not name:
        raise Invalid(_l("기관 이름을 입력해 주세요."))
    organisation = Organisation(
        name=name, kind=OrganisationKind(kind), created_at=at, approved_at=at if approved else None
    )
    try:
        with db.session.begin_nested():
            db.session.add(organisation)
    except IntegrityError:
        raise Conflict(_l("같은 이름의 기관이 이미 등록되어 있어요.")) from None
    after = {"name": name, "kind": organisation.kind, "approved": approved}
    audit.record(actor, "organisation.create", organisation, at=at, after=after)
    return organisation


def add_membership(
    account: Account, organisation: Organisation, role: str, *, actor: Actor, at: datetime
) -> Membership:
    """Let the account act for the organisation. Raises `Conflict` when it does already."""
    membership = Membership(account=account, organisation=organisation, role=MembershipRole(role), created_at=at)
    try:
        with db.session.begin_nested():
            db.session.add(membership)
    except IntegrityError:
        raise Conflict(_l("이미 이 기관의 구성원이에요.")) from None
    audit.record(
        actor,
        "membership.create",
        membership,
        at=at,
        after={"organisation": organisation.public_id, "account": account.public_id, "role": membership.role},
    )
    return membership
