"""Demo data: one centre with three cohorts in three states, and an account for each of the people we serve.

- 2026-F1 has its roster; the clerk uploads its attendance file, `demo_data/2026-F1_출석부.xlsx`, by hand.
- 2026-S1 is finished and its certificates are issued.
- 2026-G1 has its attendance and waits for its certificates.
- An employer has three openings, one of them blind (`demo_openings`).

Loading it again changes nothing, and takes back nothing that somebody has done with it since.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from app.accounts.models import Account, Membership, MembershipRole, Organisation, OrganisationKind, Person
from app.accounts.organisations import add_membership, create_organisation
from app.accounts.people import create_account
from app.administration.demo_openings import load_openings
from app.certificates import issuing_service
from app.certificates.models import Certificate
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.core.sheets import read_workbook
from app.training import attendance_service, enrolment_service, plan_service
from app.training.models import Cohort, Enrolment
from app.training.plan_file import parse
from app.training.received_file import from_bytes
from app.training.roster_sheet import read as read_roster

DATA = Path(__file__).parent / "demo_data"
ROSTERS = {"2026-F1": "roster_2026-F1.csv", "2026-S1": "roster_2026-S1.csv", "2026-G1": "roster_2026-G1.csv"}
ATTENDANCE = {"2026-S1": "2026-S1_입퇴실.csv", "2026-G1": "2026-G1_출석부.csv"}
ISSUED = "2026-S1"
ACTOR = Actor.command("command: demo")


@dataclass(frozen=True)
class DemoAccount:
    """One account of the demo and what it is for."""

    email: str
    name: str
    purpose: str
    organisation: tuple[str, OrganisationKind] | None = None
    is_operator: bool = False


CENTRE = ("서울도시재생교육원", OrganisationKind.TRAINING_CENTRE)
EMPLOYER = ("한빛마을기업", OrganisationKind.EMPLOYER)
ACCOUNTS = (
    DemoAccount("centre@example.org", "교육기관 담당자", "training centre", CENTRE),
    DemoAccount("person2001@example.org", "", "coordinator with a certificate (2026-S1)"),
    DemoAccount("person1001@example.org", "", "coordinator of 2026-F1, before its attendance is uploaded"),
    DemoAccount("employer@example.org", "채용 담당자", "employer", EMPLOYER),
    DemoAccount(
        "office@example.org", "도시재생과 담당자", "city office", ("서울시 도시재생과", OrganisationKind.OFFICE)
    ),
    DemoAccount("operator@example.org", "운영자", "operating authority", is_operator=True),
)


@dataclass(frozen=True)
class Demo:
    """What the demo shows at its end: accounts with passwords, and one certificate."""

    accounts: tuple[tuple[DemoAccount, str], ...]
    certificate: Certificate | None


def load(at: datetime) -> Demo:
    """Load what is missing of the demo data, sign the certificates of one cohort, and answer the way in."""
    with unit_of_work():
        plan_service.import_plan(parse((DATA / "plan.json").read_bytes()), ACTOR, at)
    for code in ROSTERS:
        with unit_of_work():
            _fill(code, at)
    with unit_of_work():
        accounts = tuple((account, _ensure_account(account, at)) for account in ACCOUNTS)
    with unit_of_work():
        load_openings(_employer(), ACTOR, at)
    if _one_certificate() is None:
        with unit_of_work():
            issuing_service.request_certificates(_cohort(ISSUED), ACTOR, at)
        issuing_service.issue_waiting(at)
    return Demo(accounts, _one_certificate())


def _cohort(code: str) -> Cohort:
    centre = select(Organisation.id).where(Organisation.name == CENTRE[0], Organisation.kind == CENTRE[1].value)
    return db.session.scalars(
        select(Cohort).where(Cohort.code == code, Cohort.organisation_id == centre.scalar_subquery())
    ).one()


def _employer() -> Organisation:
    rows = select(Organisation).where(Organisation.name == EMPLOYER[0], Organisation.kind == EMPLOYER[1].value)
    return db.session.scalars(rows).one()


def _fill(code: str, at: datetime) -> None:
    cohort = _cohort(code)
    if db.session.scalar(select(Enrolment.id).where(Enrolment.cohort_id == cohort.id).limit(1)) is not None:
        # Filled before: who has been cancelled since, or what has been undone, stays so.
        return
    roster = read_roster(read_workbook((DATA / ROSTERS[code]).read_bytes(), ROSTERS[code]))
    enrolment_service.enrol_people(cohort, roster.people, ACTOR, at)
    if code not in ATTENDANCE:
        return
    received = from_bytes((DATA / ATTENDANCE[code]).read_bytes(), ATTENDANCE[code])
    attendance_service.apply(cohort, attendance_service.preview(cohort, received).understanding, ACTOR, at)


def _ensure_account(demo: DemoAccount, at: datetime) -> str:
    password = _password(demo.email)
    account = db.session.scalars(select(Account).where(Account.email == demo.email)).one_or_none()
    if account is None:
        person = None
        if demo.organisation is None and not demo.is_operator:
            person = db.session.scalars(select(Person).where(Person.email == demo.email).order_by(Person.id)).first()
        name = person.name if person is not None else demo.name
        account = create_account(demo.email, password, name, person=person, confirmed_at=at, at=at)
        account.is_operator = demo.is_operator
    if demo.organisation is not None:
        _ensure_membership(account, *demo.organisation, at)
    return password


def _ensure_membership(account: Account, name: str, kind: OrganisationKind, at: datetime) -> None:
    organisation = db.session.scalars(
        select(Organisation).where(Organisation.name == name, Organisation.kind == kind.value)
    ).one_or_none() or create_organisation(name, kind, ACTOR, at, approved=True)
    known = select(Membership.id).where(
        Membership.account_id == account.id, Membership.organisation_id == organisation.id
    )
    if db.session.scalar(known) is None:
        add_membership(account, organisation, MembershipRole.MANAGER, ACTOR, at)


def _password(email: str) -> str:
    """On a trial address everybody may know the demo password; anywhere else it is this instance's own secret."""
    if current_app.config["IEUM_TRIAL"]:
        return "ieum-demo-2026"
    secret: bytes = current_app.config["SECRET_KEY"]
    return "demo-" + hmac.new(secret, b"demo " + email.encode(), hashlib.sha256).hexdigest()[:16]


def _one_certificate() -> Certificate | None:
    cohort = _cohort(ISSUED)
    rows = select(Certificate).where(Certificate.cohort_public_id == cohort.public_id).order_by(Certificate.id)
    return db.session.scalars(rows.limit(1)).one_or_none()
