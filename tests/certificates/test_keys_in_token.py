"""Private keys in a PKCS#11 token (SoftHSM): made there, signing there, never outside, and no page needs it."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pkcs11
import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Organisation
from app.certificates import (
    issuing_service,
    key_service,
    key_token,
    keys,
    log_check,
    log_service,
    private_halves,
    status_service,
)
from app.certificates.key_token import Token, TokenUnavailable
from app.certificates.models import Certificate, IssuerKey, KeyPurpose
from app.certificates.verdict import Answer
from app.certificates.verification_service import verify_stored
from app.core.audit import AuditLine
from app.core.clock import iso_utc
from app.core.config import KeyToken
from app.core.db import db, unit_of_work
from app.core.sealing import key_encryption_path
from credentials import KeyRefused
from tests.conftest import Visitor
from tests.factories.accounts import make_organisation
from tests.factories.certificates import CLERK, ISSUED_AT, all_certificates, issue, issue_one, request, waiting
from tests.factories.tokens import make_loose_key, make_token, private_keys
from tests.factories.training import PEOPLE, finished_cohort

LATER = ISSUED_AT + timedelta(days=30)
NOWHERE = KeyToken("libnowhere.so", "nowhere", Path("nowhere"))


@pytest.fixture
def centre(app: Flask) -> Organisation:
    return make_organisation()


def rows(purpose: KeyPurpose = KeyPurpose.CREDENTIALS) -> list[IssuerKey]:
    db.session.expire_all()
    found = select(IssuerKey).where(IssuerKey.purpose == purpose.value).order_by(IssuerKey.id)
    return list(db.session.scalars(found))


def id_of(row: IssuerKey) -> str:
    """Answer the id of the key in the token, as our reference to it says."""
    assert row.sealed_private_key is not None
    spelled = row.sealed_private_key.decode()
    assert re.fullmatch(r"pkcs11:token=ieum%20test;id=[^;]+;type=private", spelled)
    return key_token._parts(row.sealed_private_key)["id"].hex()


def answer(certificate: Certificate, at: datetime = LATER) -> Answer:
    found = verify_stored(certificate.public_id, at)
    assert found is not None
    return found.verdict.answer


def use(app: Flask, token: KeyToken | None) -> None:
    app.config["IEUM_KEY_TOKEN"] = token


@pytest.mark.databases("sqlite")
def test_every_key_is_made_in_the_token_and_cannot_leave_it(app: Flask, token: KeyToken) -> None:
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT, tuple(KeyPurpose))
    loose = make_loose_key(token)
    held = private_keys(token)
    assert (held[loose]["value"] is not None, held[loose]["EXTRACTABLE"]) == (True, True)
    for purpose in KeyPurpose:
        (row,) = rows(purpose)
        said = held[id_of(row)]
        assert said["value"] is None
        assert (said["TOKEN"], said["PRIVATE"], said["SENSITIVE"]) == (True, True, True)
        assert (said["EXTRACTABLE"], said["NEVER_EXTRACTABLE"]) == (False, True)
        assert private_halves.place(row) == "token"
        with pytest.raises(KeyRefused, match="held elsewhere"):
            private_halves.open_key(row).to_pkcs8()
    assert not key_encryption_path().exists()


def test_certificates_lists_and_log_are_signed_in_it_and_verify_without_it(
    app: Flask, token: KeyToken, centre: Organisation, visitor: Visitor
) -> None:
    certificates = issue(finished_cohort(centre, people=PEOPLE[:3]))
    assert [c.key_id for c in certificates] == [rows()[0].key_id] * 3
    use(app, NOWHERE)
    assert [answer(c, ISSUED_AT) for c in certificates] == [Answer.VALID] * 3
    assert certificates[0].slip is not None
    assert certificates[0].token is not None
    use(app, None)
    assert visitor.get(f"/v/{certificates[0].public_id}").status_code == 200
    assert visitor.get("/log/checkpoint").status_code == 200
    assert visitor.get(f"/credentials/{certificates[0].public_id}/log-proof").status_code == 200


@pytest.mark.databases("sqlite")
def test_nothing_is_issued_without_it_and_what_waits_is_issued_when_it_is_back(
    app: Flask, token: KeyToken, centre: Organisation
) -> None:
    issue_one(centre)
    request(finished_cohort(centre, people=PEOPLE[1:2]))
    use(app, replace(token, label="unplugged"))
    with pytest.raises(TokenUnavailable, match=r"ieum test.*unplugged.*IEUM_PKCS11_TOKEN"):
        issuing_service.issue_waiting(LATER)
    assert waiting() == 1
    use(app, token)
    issuing_service.issue_waiting(LATER)
    assert [answer(c) for c in all_certificates()] == [Answer.VALID] * 2


@pytest.mark.databases("sqlite")
def test_a_session_that_was_cut_off_is_opened_again(app: Flask, token: KeyToken, centre: Organisation) -> None:
    issue_one(centre)
    request(finished_cohort(centre, people=PEOPLE[1:2]))
    pkcs11.lib(token.module).reinitialize()  # what a token does that was pulled out and put back
    with pytest.raises(TokenUnavailable, match="ieum test"):
        issuing_service.issue_waiting(LATER)
    issuing_service.issue_waiting(LATER)
    assert waiting() == 0


@pytest.mark.databases("sqlite")
def test_keys_move_into_the_token_by_rotation_and_the_sealed_one_is_destroyed(
    app: Flask, softhsm: KeyToken, centre: Organisation
) -> None:
    first = issue_one(centre)
    use(app, softhsm)
    with unit_of_work():
        key_service.rotate(KeyPurpose.CREDENTIALS, CLERK, LATER)
    old, new = rows()
    assert [private_halves.place(row) for row in (old, new)] == ["file", "token"]
    switched = LATER + key_service.PUBLISHED_AHEAD
    key_service.retire_former_keys(switched)
    request(finished_cohort(centre, people=PEOPLE[1:2]))
    issuing_service.issue_waiting(switched)
    assert [private_halves.place(row) for row in rows()] == ["-", "token"]
    assert [c.key_id for c in all_certificates()] == [first.key_id, new.key_id]
    assert [answer(c, switched) for c in all_certificates()] == [Answer.VALID] * 2


@pytest.mark.databases("sqlite")
def test_rotation_destroys_the_former_key_in_the_token(app: Flask, token: KeyToken, centre: Organisation) -> None:
    issue_one(centre)
    former = id_of(rows()[0])
    assert former in private_keys(token)
    with unit_of_work():
        key_service.rotate(KeyPurpose.CREDENTIALS, CLERK, LATER, ahead=timedelta())
    key_service.retire_former_keys(LATER)
    assert former not in private_keys(token)
    assert id_of(rows()[1]) in private_keys(token)
    assert keys.signing_key(KeyPurpose.CREDENTIALS, LATER).public.id == rows()[1].key_id


@pytest.mark.databases("sqlite")
def test_what_is_retired_while_the_token_is_away_signs_no_more_and_is_destroyed_when_it_is_back(
    app: Flask, token: KeyToken
) -> None:
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
        key_service.rotate(KeyPurpose.CREDENTIALS, CLERK, LATER, ahead=timedelta())
    use(app, replace(token, module="libnowhere.so"))
    with pytest.raises(TokenUnavailable):
        key_service.retire_former_keys(LATER)
    former = rows()[0]
    assert (former.retired_at, id_of(former) in private_keys(token)) == (LATER, True)
    used, left = keys.in_use(former.controller, KeyPurpose.CREDENTIALS, LATER), id_of(former)
    assert used is not None
    assert used.key_id != former.key_id
    use(app, token)
    key_service.retire_former_keys(LATER + timedelta(minutes=1))
    assert (rows()[0].retired_at, rows()[0].sealed_private_key) == (LATER, None)
    assert left not in private_keys(token)


@pytest.mark.databases("sqlite")
def test_keys_do_not_leave_the_token_because_its_settings_were_left_out(app: Flask, token: KeyToken) -> None:
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
        key_service.rotate(KeyPurpose.STATUS, CLERK, LATER, ahead=timedelta())
    use(app, None)
    for in_database in (False, True):
        with pytest.raises(TokenUnavailable, match="IEUM_PKCS11_MODULE"), unit_of_work():
            key_service.rotate(KeyPurpose.CREDENTIALS, CLERK, LATER, in_database=in_database)
    with pytest.raises(TokenUnavailable, match="IEUM_PKCS11_MODULE"):
        key_service.retire_former_keys(LATER)
    with unit_of_work():
        key_service.revoke(rows()[0].key_id, ISSUED_AT, "도난", CLERK, LATER)
    assert [(private_halves.place(row), row.revoked_at) for row in rows()] == [("token", ISSUED_AT)]
    use(app, token)
    key_service.retire_former_keys(LATER)
    assert [private_halves.place(row) for row in rows(KeyPurpose.STATUS)] == ["-", "token"]
    assert [private_halves.place(row) for row in rows()] == ["-"]


@pytest.mark.databases("sqlite")
def test_they_leave_it_where_that_is_asked_for(app: Flask, token: KeyToken) -> None:
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
    former = id_of(rows()[0])
    ran = app.test_cli_runner().invoke(args=["keys", "rotate", "credentials", "--ahead", "0", "--in-database"])
    assert ran.exit_code == 0, ran.output
    assert former not in private_keys(token)
    assert [private_halves.place(row) for row in rows()] == ["-", "file"]
    use(app, None)
    assert keys.signing_key(KeyPurpose.CREDENTIALS, LATER).public.id == rows()[1].key_id


@pytest.mark.databases("sqlite")
def test_another_token_takes_over_and_what_is_left_in_the_former_is_said(
    app: Flask, token: KeyToken, caplog: pytest.LogCaptureFixture
) -> None:
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
    second = make_token(Path(os.environ["SOFTHSM2_CONF"]).parent, label="second")
    use(app, second)
    with unit_of_work():
        key_service.rotate(KeyPurpose.CREDENTIALS, CLERK, LATER, ahead=timedelta())
    with caplog.at_level(logging.WARNING, "ieum.keys"):
        key_service.retire_former_keys(LATER)
    assert "left in a token" in caplog.text
    assert keys.signing_key(KeyPurpose.CREDENTIALS, LATER).public.id == rows()[1].key_id
    assert len(private_keys(second)) == 1


@pytest.mark.databases("sqlite")
def test_revoking_destroys_it_in_the_token_once_it_is_stored(app: Flask, token: KeyToken) -> None:
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
    stolen = id_of(rows()[0])

    @unit_of_work()
    def fail() -> None:
        key_service.revoke(rows()[0].key_id, ISSUED_AT, "도난", CLERK, LATER)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    # Nothing was stored, so nothing may be gone.
    assert stolen in private_keys(token)
    assert keys.signing_key(KeyPurpose.CREDENTIALS, LATER).public.id == rows()[0].key_id
    with unit_of_work():
        key_service.revoke(rows()[0].key_id, ISSUED_AT, "도난", CLERK, LATER)
    # Whoever is killed here leaves a key that signs nothing more, and the way to it.
    assert stolen in private_keys(token)
    assert keys.signing_key(KeyPurpose.CREDENTIALS, LATER).public.id == rows()[1].key_id
    log_service.sequence(LATER)
    assert not [found for found in log_check.check().findings if "private half" in found.message]
    key_service.retire_former_keys(LATER)
    assert stolen not in private_keys(token)
    assert rows()[0].sealed_private_key is None
    assert id_of(rows()[1]) in private_keys(token)


@pytest.mark.databases("sqlite")
def test_revoking_waits_for_no_token_and_what_is_left_in_it_is_destroyed_when_it_is_back(
    app: Flask, token: KeyToken
) -> None:
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
    stolen, left = rows()[0].key_id, id_of(rows()[0])
    use(app, replace(token, module="libnowhere.so"))
    asked = ["keys", "revoke", stolen, "--since", iso_utc(rows()[0].created_at), "--why", "도난", "--yes"]
    ran = app.test_cli_runner().invoke(args=asked)
    assert "아직 파기하지 못했어요" in ran.stderr
    (row,) = rows()
    assert (row.revoked_at, left in private_keys(token)) == (ISSUED_AT, True)
    use(app, token)
    with unit_of_work():
        keys.ensure_keys(LATER)
    assert keys.signing_key(KeyPurpose.CREDENTIALS, LATER).public.id != stolen
    key_service.retire_former_keys(LATER)
    assert left not in private_keys(token)
    destroyed = select(AuditLine.subject_id).where(AuditLine.action == "key.destroy")
    assert len(db.session.scalars(destroyed).all()) == 1


@pytest.mark.databases("sqlite")
def test_a_row_that_names_another_key_of_the_token_signs_nothing(app: Flask, token: KeyToken) -> None:
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
    row = rows()[0]
    row.sealed_private_key = rows(KeyPurpose.STATUS)[0].sealed_private_key
    with pytest.raises(KeyRefused, match="does not belong"):
        private_halves.open_key(row)


@pytest.mark.databases("sqlite")
def test_no_request_opens_it(app: Flask, token: KeyToken) -> None:
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
    opened = Token.configured()
    assert opened is not None
    with app.test_request_context("/"):
        with pytest.raises(RuntimeError, match="while a request"):
            opened.generate("x")
        with pytest.raises(RuntimeError, match="while a request"):
            keys.signing_key(KeyPurpose.CREDENTIALS, ISSUED_AT)


@pytest.mark.databases("sqlite")
def test_the_commands_create_rotate_list_and_revoke_in_the_token(app: Flask, token: KeyToken) -> None:
    run = app.test_cli_runner()
    assert run.invoke(args=["keys", "create"]).exit_code == 0
    assert run.invoke(args=["keys", "rotate", "credentials", "--ahead", "0"]).exit_code == 0
    new = rows()[1]
    since = iso_utc(new.created_at)
    assert run.invoke(args=["keys", "revoke", new.key_id, "--since", since, "--why", "시험"]).exit_code == 0
    listed = [line.split("\t") for line in run.invoke(args=["keys", "list"]).stdout.splitlines()]
    told = [(line[1].split(" ")[0], line[4]) for line in listed if line[0] == "credentials"]
    assert told == [("retired", "-"), ("revoked", "-"), ("in", "token")]
    status_service.publish_lists(LATER)
