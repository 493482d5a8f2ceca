"""Rows of accounts, made quickly: one Argon2 hash serves every account of a test run."""

from __future__ import annotations

import functools
import itertools
import re
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.access_log import AccessLog, AccessLogSubject
from app.accounts.models import (
    Account,
    Membership,
    MembershipRole,
    Organisation,
    OrganisationKind,
    Person,
    PersonRole,
)
from app.accounts.passwords import hash_password
from app.core.audit import AuditLine
from app.core.db import db
from app.core.mail import OutgoingMail

PASSWORD = "봄바람 부는 골목길 27"
AT = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)

T = TypeVar("T")
_numbers = itertools.count(1)


@functools.cache
def password_hash() -> str:
    """Answer the hash of `PASSWORD`, computed once."""
    return hash_password(PASSWORD)


def make_person(
    name: str = "홍길동",
    birth_date: date = date(1990, 3, 9),
    *,
    role: str = PersonRole.COORDINATOR,
    email: str = "",
    phone: str = "",
    at: datetime = AT,
) -> Person:
    """Store a person as a training centre records one."""
    person = Person(name=name, birth_date=birth_date, role=role, email=email, phone=phone, created_at=at)
    return _stored(person)


def make_account(
    email: str = "",
    name: str = "",
    *,
    person: Person | None = None,
    operator: bool = False,
    confirmed: bool = True,
    at: datetime = AT,
) -> Account:
    """Store an account whose password is `PASSWORD`."""
    account = Account(
        email=email or f"person{next(_numbers)}@example.kr",
        password_hash=password_hash(),
        name=name or (person.name if person is not None else "홍길동"),
        person_id=person.id if person is not None else None,
        is_operator=operator,
        sign_in_version=1,
        created_at=at,
        confirmed_at=at if confirmed else None,
    )
    return _stored(account)


def make_organisation(
    name: str = "",
    kind: str = OrganisationKind.TRAINING_CENTRE,
    *,
    approved: bool = True,
    at: datetime = AT,
) -> Organisation:
    """Store an organisation, approved unless said otherwise."""
    name = name or f"도시재생 교육원 {next(_numbers)}"
    return _stored(Organisation(name=name, kind=kind, created_at=at, approved_at=at if approved else None))


def make_membership(
    account: Account, organisation: Organisation, role: str = MembershipRole.MANAGER, *, at: datetime = AT
) -> Membership:
    """Let the account act for the organisation."""
    return _stored(Membership(account_id=account.id, organisation_id=organisation.id, role=role, created_at=at))


def make_member(
    organisation: Organisation, role: str = MembershipRole.MANAGER, *, email: str = "", name: str = ""
) -> Account:
    """Store an account that acts for the organisation."""
    account = make_account(email, name or "김담당")
    make_membership(account, organisation, role)
    return account


def make_access(*subjects: str, who: str = "김담당", acted_for: str = "서울교육원", at: datetime = AT) -> AccessLog:
    """Store a line of the access log about these public ids."""
    line = AccessLog(
        at=at,
        actor_label=who,
        acted_for=acted_for,
        address="192.0.2.1",
        endpoint="cohorts.show",
        path="/cohorts/x",
        is_download=False,
        subjects=len(subjects),
    )
    db.session.add(line)
    db.session.flush()
    db.session.add_all([AccessLogSubject(access_id=line.id, subject_id=subject) for subject in subjects])
    return _stored(line)


def sign_in(visitor: FlaskClient, account: Account, password: str = PASSWORD, **query: str) -> Any:
    """Sign in by posting the form, as a browser does; the answer is the redirect."""
    fields = {"email": account.email, "password": password, **query}
    answer = visitor.post("/sign-in", data=fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer


def _stored(row: T) -> T:
    db.session.add(row)
    db.session.commit()
    return row


def mails_to(address: str) -> list[OutgoingMail]:
    """Answer the stored mails to an address, the oldest first."""
    rows = select(OutgoingMail).where(OutgoingMail.recipient == address).order_by(OutgoingMail.id)
    return list(db.session.scalars(rows))


def link_in(mail: OutgoingMail) -> str:
    """Answer the path of the first address in a mail; it has to lead to the service itself."""
    base = current_app.config["IEUM_BASE_URL"]
    found = re.search(rf"^{re.escape(base)}(/\S+)$", mail.body, re.M)
    assert found is not None, mail.body
    return found[1]


def audit_lines(action: str) -> list[AuditLine]:
    """Answer the audit lines of an action, the oldest first."""
    return list(db.session.scalars(select(AuditLine).where(AuditLine.action == action).order_by(AuditLine.id)))
