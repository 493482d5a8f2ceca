"""Issuing under another address than before: refused until somebody says that it is meant."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from app.accounts.models import Organisation
from app.certificates import correction_service
from app.certificates.models import StatusReason
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from app.training.models import Cohort
from tests.conftest import Visitor
from tests.factories.accounts import make_member, make_organisation, sign_in
from tests.factories.certificates import CLERK, ISSUED_AT, all_certificates, issue_one, request
from tests.factories.training import PEOPLE, finished_cohort

HERE, THERE = "https://ieum.example", "https://other.example"


def move(app: Flask, address: str, *, is_trial: bool = False) -> None:
    app.config["IEUM_BASE_URL"], app.config["IEUM_TRIAL"] = address, is_trial


@pytest.fixture
def centre(app: Flask) -> Organisation:
    """A centre with a real certificate, whose service has got another address since."""
    centre = make_organisation()
    move(app, HERE)
    issue_one(centre, ISSUED_AT)
    move(app, THERE)
    return centre


def test_neither_page_nor_command_issues_there_until_it_is_meant(
    app: Flask, visitor: Visitor, centre: Organisation
) -> None:
    cohort = finished_cohort(centre, people=PEOPLE[1:2])
    run, asked = app.test_cli_runner(), ["certificates", "issue", "--cohort", cohort.code]
    sign_in(visitor, make_member(centre))
    refused = visitor.post(f"/cohorts/{cohort.public_id}/certificates")
    assert refused.status_code == 409
    assert ("did:web:ieum.example" in refused.text, "did:web:other.example" in refused.text) == (True, True)
    told = run.invoke(args=asked)
    assert (told.exit_code, "--anyway" in told.stderr, len(all_certificates())) == (1, True, 1)
    meant = run.invoke(args=[*asked, "--anyway"])
    assert (meant.exit_code, len(all_certificates())) == (0, 2), meant.output
    # Said once, it is the address.
    assert request(finished_cohort(centre, people=PEOPLE[2:3]))
    move(app, HERE)
    with pytest.raises(Conflict, match="did:web:other"):
        request(finished_cohort(centre, people=PEOPLE[3:4]))


def test_a_correction_is_an_issue_too(centre: Organisation) -> None:
    (certificate,) = all_certificates()
    with unit_of_work():
        db.session.execute(update(Cohort).values(name="2026년 상반기 2기"))
    with pytest.raises(Conflict, match="IEUM_BASE_URL"), unit_of_work():
        correction_service.request_correction(certificate, StatusReason.COURSE, "", CLERK, ISSUED_AT)


def test_trials_may_be_issued_anywhere(app: Flask, centre: Organisation) -> None:
    move(app, "http://localhost:8000", is_trial=True)
    assert request(finished_cohort(centre, people=PEOPLE[1:2]))
