"""The commands that take something back for good: they say what they will do, and ask where somebody can answer."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Person
from app.certificates import commands, key_commands
from app.certificates.models import Certificate, IssuerKey
from app.core import clock
from app.core.clock import iso_utc
from app.core.db import db
from tests.factories.accounts import make_organisation
from tests.factories.certificates import issue_one


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return issue_one(make_organisation(), clock.now())


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (commands, key_commands):
        monkeypatch.setattr(module, "is_asked_by_somebody", lambda: True)


def run(app: Flask, *arguments: str, says: str = "") -> Result:
    db.session.commit()
    with app.app_context():
        result = app.test_cli_runner().invoke(args=arguments, input=says)
    db.session.expire_all()
    return result


@pytest.mark.usefixtures("somebody")
def test_revoking_says_whose_it_is_and_asks(app: Flask, certificate: Certificate) -> None:
    asked = ("certificates", "revoke", certificate.public_id, "--reason", "other", "--why", "시험")
    kept = run(app, *asked, says="n\n")
    assert (kept.exit_code, certificate.status) == (1, "valid")
    assert certificate.name in kept.stderr
    assert "되돌릴 수 없어요" in kept.stderr
    done = run(app, *asked, says="y\n")
    assert (done.exit_code, certificate.status) == (0, "revoked"), done.output
    again = run(app, *asked, says="y\n")
    assert (again.exit_code, "폐지할까요" in again.output) == (1, False)


@pytest.mark.usefixtures("somebody")
def test_with_yes_nobody_is_asked_and_the_address_of_the_paper_will_do(app: Flask, certificate: Certificate) -> None:
    address = f"https://certificates.example/v/{certificate.public_id}#123"
    done = run(app, "certificates", "revoke", address, "--reason", "other", "--why", "시험", "--yes")
    assert (done.exit_code, certificate.status) == (0, "revoked"), done.output


@pytest.mark.usefixtures("somebody")
def test_correcting_shows_what_changes_and_asks(app: Flask, certificate: Certificate) -> None:
    asked = ("certificates", "correct", certificate.public_id, "--reason", "name")
    nothing = run(app, *asked, says="y\n")
    assert (nothing.exit_code, "정정할까요" in nothing.output) == (1, False)
    old = certificate.name
    db.session.scalars(select(Person).where(Person.public_id == certificate.person_public_id)).one().name = "홍길순"
    kept = run(app, *asked, says="n\n")
    assert (kept.exit_code, certificate.status) == (1, "valid")
    assert f"성명: {old} → 홍길순" in kept.stderr
    done = run(app, *asked, says="y\n")
    assert (done.exit_code, certificate.status) == (0, "replaced"), done.output


def test_no_reason_is_blank_and_nobody_loses_their_name(app: Flask, certificate: Certificate) -> None:
    person, name = certificate.person_public_id, certificate.name
    born = certificate.birth_date.isoformat()
    for refused in (
        ("certificates", "revoke", certificate.public_id, "--reason", "other", "--why", " "),
        ("keys", "revoke", certificate.key_id, "--since", iso_utc(clock.now()), "--why", " "),
        ("training", "correct-person", person, "--name", " ", "--birth-date", born, "--why", "오타"),
        ("training", "correct-person", person, "--name", "홍길순", "--birth-date", born, "--why", " "),
    ):
        result = run(app, *refused)
        assert (result.exit_code, "빈칸으로 둘 수 없어요" in result.stderr) == (1, True), result.output
    assert certificate.status == "valid"
    assert db.session.scalars(select(IssuerKey.revoked_at)).all() == [None, None, None]
    assert db.session.scalars(select(Person.name).where(Person.public_id == person)).one() == name
