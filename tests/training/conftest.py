"""A training centre with the sample plan, and the people who may and may not work on it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account, MembershipRole, Organisation
from app.core.db import db
from app.training import enrolment_service, plan_service
from app.training.models import Cohort
from app.training.plan_file import parse
from app.training.received_file import from_bytes
from app.training.roster_sheet import read as read_roster
from tests.conftest import Visitor
from tests.factories.accounts import make_member, make_organisation, sign_in
from tests.factories.training import AT, CLERK
from tests.training.samples import DATA


@dataclass(frozen=True)
class Centre:
    """The sample centre after its plan was imported."""

    organisation: Organisation
    clerk: Account

    def cohort(self, code: str = "2026-F1") -> Cohort:
        return db.session.scalars(
            select(Cohort).where(Cohort.code == code, Cohort.organisation_id == self.organisation.id)
        ).one()

    def address(self, code: str = "2026-F1") -> str:
        return f"/cohorts/{self.cohort(code).public_id}"


@pytest.fixture
def centre(app: Flask) -> Centre:
    """The sample plan is known; nobody is enrolled yet."""
    result = plan_service.import_plan(parse((DATA / "plan.json").read_bytes()), CLERK, AT)
    db.session.commit()
    clerk = make_member(result.organisation, MembershipRole.CLERK, name="김담당")
    return Centre(result.organisation, clerk)


@pytest.fixture
def enrolled(centre: Centre) -> Centre:
    """The people of cohort 2026-F1 are enrolled, too."""
    file = from_bytes((DATA / "roster_2026-F1.csv").read_bytes(), "roster.csv")
    enrolment_service.enrol_people(centre.cohort(), read_roster(file.workbook).people, CLERK, AT)
    db.session.commit()
    return centre


@pytest.fixture
def clerk(visitor: Visitor, centre: Centre) -> Visitor:
    """A browser in which the centre's clerk is signed in."""
    sign_in(visitor, centre.clerk)
    return visitor


@pytest.fixture
def stranger(app: Flask) -> Account:
    """A manager of another training centre."""
    return make_member(make_organisation("다른 교육원"), MembershipRole.MANAGER, name="이방인")
