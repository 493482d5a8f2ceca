"""Rotation and revocation of keys: what an old key signed holds, what a stolen one signed does not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.accounts.models import Organisation
from app.certificates import issuing_service, key_commands, key_service, keys, status_service
from app.certificates.models import Certificate, IssuerKey, KeyPurpose, StatusList
from app.certificates.verdict import Answer
from app.certificates.verification_service import verify_stored
from app.core.clock import iso_utc
from app.core.db import db, unit_of_work
from app.core.errors import Conflict, Invalid, NotFound
from tests.conftest import Visitor
from tests.factories.accounts import make_organisation
from tests.factories.certificates import CLERK, ISSUED_AT, all_certificates, issue, request
from tests.factories.training import PEOPLE, finished_cohort

HOUR = timedelta(hours=1)
ROTATED_AT = ISSUED_AT + timedelta(days=365)
SWITCHED_AT = ROTATED_AT + key_service.PUBLISHED_AHEAD


@pytest.fixture
def centre(app: Flask) -> Organisation:
    return make_organisation()


@pytest.fixture
def certificate(centre: Organisation) -> Certificate:
    (certificate,) = issue(finished_cohort(centre, people=PEOPLE[:1]))
    return certificate


def rotate(purpose: KeyPurpose = KeyPurpose.CREDENTIALS) -> None:
    with unit_of_work():
        key_service.rotate(purpose, CLERK, ROTATED_AT)


def revoke(key_id: str, since: timedelta = HOUR) -> None:
    with unit_of_work():
        key_service.revoke(key_id, ISSUED_AT + since, "백업을 잃어버림", CLERK, ROTATED_AT)


def rows(purpose: KeyPurpose = KeyPurpose.CREDENTIALS) -> list[IssuerKey]:
    db.session.expire_all()
    found = select(IssuerKey).where(IssuerKey.purpose == purpose.value).order_by(IssuerKey.id)
    return list(db.session.scalars(found))


def answer_at(public_id: str, at: object) -> Answer:
    db.session.expire_all()
    status_service.publish_lists(at)  # type: ignore[arg-type]
    found = verify_stored(public_id, at)  # type: ignore[arg-type]
    assert found is not None
    return found.verdict.answer


def test_the_next_key_is_published_a_day_before_it_signs(visitor: Visitor, certificate: Certificate) -> None:
    rotate()
    old, new = rows()
    published = json.loads(visitor.get("/.well-known/did.json").data)["assertionMethod"]
    assert {old.key_id, new.key_id} <= set(published)
    before = keys.signing_key(KeyPurpose.CREDENTIALS, SWITCHED_AT - HOUR)
    assert before.public.id == old.key_id
    assert keys.signing_key(KeyPurpose.CREDENTIALS, SWITCHED_AT).public.id == new.key_id


def test_the_former_private_key_is_destroyed_once_the_next_one_signs(certificate: Certificate) -> None:
    rotate()
    key_service.retire_former_keys(SWITCHED_AT - HOUR)
    assert all(row.sealed_private_key is not None for row in rows())
    key_service.retire_former_keys(SWITCHED_AT)
    old, new = rows()
    assert (old.sealed_private_key, old.retired_at) == (None, SWITCHED_AT)
    assert new.sealed_private_key is not None
    key_service.retire_former_keys(SWITCHED_AT + HOUR)
    assert rows()[0].retired_at == SWITCHED_AT


def test_what_the_old_key_signed_verifies_beside_what_the_new_one_signs(
    centre: Organisation, certificate: Certificate
) -> None:
    rotate()
    key_service.retire_former_keys(SWITCHED_AT)
    request(finished_cohort(centre, people=PEOPLE[1:2]))
    issuing_service.issue_waiting(SWITCHED_AT)
    old, new = all_certificates()
    assert [c.key_id for c in (old, new)] == [row.key_id for row in rows()]
    assert answer_at(old.public_id, SWITCHED_AT + HOUR) is Answer.VALID
    assert answer_at(new.public_id, SWITCHED_AT + HOUR) is Answer.VALID


def test_lists_are_signed_anew_when_their_key_is_retired(certificate: Certificate) -> None:
    rotate(KeyPurpose.STATUS)
    status_service.publish_lists(SWITCHED_AT - HOUR)
    key_service.retire_former_keys(SWITCHED_AT)
    status_service.publish_lists(SWITCHED_AT)
    new = rows(KeyPurpose.STATUS)[1]
    for row in db.session.scalars(select(StatusList)):
        assert json.loads(row.document or b"")["proof"]["verificationMethod"] == new.key_id
    assert answer_at(certificate.public_id, SWITCHED_AT) is Answer.VALID


def test_a_key_that_waits_is_not_followed_by_another(certificate: Certificate) -> None:
    rotate()
    with pytest.raises(Conflict):
        rotate()
    assert len(rows()) == 2


def test_what_a_stolen_key_signed_is_refused_and_a_new_key_signs(
    visitor: Visitor, centre: Organisation, certificate: Certificate
) -> None:
    stolen = rows()[0].key_id
    revoke(stolen, -timedelta())
    old, new = rows()
    assert (old.sealed_private_key, old.revoked_at) == (None, ISSUED_AT)
    assert answer_at(certificate.public_id, ROTATED_AT) is Answer.NOT_VALID
    document = json.loads(visitor.get("/.well-known/did.json").data)
    assert stolen not in document["assertionMethod"]
    request(finished_cohort(centre, people=PEOPLE[1:2]))
    issuing_service.issue_waiting(ROTATED_AT)
    assert all_certificates()[-1].key_id == new.key_id
    assert answer_at(all_certificates()[-1].public_id, ROTATED_AT) is Answer.VALID


def test_lists_by_a_stolen_key_are_signed_anew(certificate: Certificate) -> None:
    revoke(rows(KeyPurpose.STATUS)[0].key_id)
    assert answer_at(certificate.public_id, ROTATED_AT) is Answer.VALID


def test_the_time_of_a_revocation_never_changes(certificate: Certificate) -> None:
    key_id = rows()[0].key_id
    revoke(key_id)
    with pytest.raises(Conflict):
        revoke(key_id, 2 * HOUR)
    for change in ("UPDATE issuer_keys SET revoked_at = NULL", "UPDATE issuer_keys SET key_id = 'another'"):
        with pytest.raises(DatabaseError, match=r"never changes|append-only"):
            db.session.execute(text(change))
        db.session.rollback()
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text("DELETE FROM issuer_keys"))
    db.session.rollback()


@pytest.mark.parametrize("since", [-2 * HOUR, timedelta(days=366)])
def test_it_lies_between_the_key_and_now(certificate: Certificate, since: timedelta) -> None:
    with pytest.raises(Invalid):
        revoke(rows()[0].key_id, since)
    assert rows()[0].revoked_at is None


def test_an_unknown_key_is_named(app: Flask) -> None:
    with pytest.raises(NotFound, match=r"did:web:ieum\.test#x"):
        revoke("did:web:ieum.test#x")


def test_the_history_tells_every_key_with_its_times(visitor: Visitor, certificate: Certificate) -> None:
    first = json.loads(visitor.get("/keys/history.json").data)
    rotate()
    key_service.retire_former_keys(SWITCHED_AT)
    revoke(rows(KeyPurpose.STATUS)[0].key_id)
    answer = visitor.get("/keys/history.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    listed = json.loads(answer.data)
    assert [entry["id"] for entry in listed[: len(first)]] == [entry["id"] for entry in first]
    old, new = rows()
    by_id = {entry["id"]: entry for entry in listed}
    assert by_id[old.key_id]["retired"] == iso_utc(SWITCHED_AT)
    assert by_id[new.key_id]["starts"] == iso_utc(SWITCHED_AT)
    assert by_id[new.key_id]["publicKeyMultibase"].startswith("z6Mk")
    assert by_id[rows(KeyPurpose.STATUS)[0].key_id]["revoked"] == iso_utc(ISSUED_AT + HOUR)
    assert "private" not in answer.text


def test_the_commands_rotate_and_revoke(app: Flask) -> None:
    run = app.test_cli_runner()
    made = run.invoke(args=["keys", "create"])
    assert (made.exit_code, len(made.stdout.split())) == (0, 3), made.output
    again = run.invoke(args=["keys", "create"])
    assert (again.exit_code, again.stdout, "새로 만든 키가 없어요" in again.stderr) == (0, "", True)
    rotated = run.invoke(args=["keys", "rotate", "credentials", "--ahead", "0"])
    assert (rotated.exit_code, "이미 서명한 것은 계속 유효해요" in rotated.stderr) == (0, True)
    old, new = rows()
    assert old.sealed_private_key is None
    waits = run.invoke(args=["keys", "rotate", "credentials"])
    assert waits.exit_code == 0
    again = run.invoke(args=["keys", "rotate", "credentials"])
    assert (again.exit_code, "이미 공개되어" in again.stderr) == (1, True)
    since = iso_utc(new.created_at)
    gone = run.invoke(args=["keys", "revoke", new.key_id, "--since", since, "--why", "시험"])
    assert (gone.exit_code, "그 전에 올라간 것만" in gone.stdout) == (0, True), gone.output
    assert run.invoke(args=["keys", "revoke", new.key_id, "--since", "어제", "--why", "시험"]).exit_code != 0
    listed = run.invoke(args=["keys", "list"]).stdout.splitlines()
    states = [line.split("\t")[1].split(" ")[0] for line in listed if line.startswith("credentials")]
    # The next key was published already; with the one before it gone it signs at once.
    assert states == ["retired", "revoked", "in"]


def test_a_time_without_a_zone_is_koreas_and_is_said_before_anything_is_done(
    app: Flask, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, key_id = app.test_cli_runner(), certificate.key_id
    asked = ["keys", "revoke", key_id, "--since", "2026-04-30T10:00:00", "--why", "시험"]
    refused = run.invoke(args=asked)
    assert (refused.exit_code, rows()[0].revoked_at) == (1, None)
    assert "한국 시각 2026-04-30 10:00:00(2026-04-30T01:00:00Z)" in refused.stderr
    assert "수료증: 1장" in refused.stderr
    monkeypatch.setattr(key_commands, "is_asked_by_somebody", lambda: True)
    assert run.invoke(args=asked, input="n\n").exit_code == 1
    assert rows()[0].revoked_at is None
    done = run.invoke(args=asked, input="y\n")
    assert (done.exit_code, rows()[0].revoked_at) == (0, ISSUED_AT), done.output
    assert "certificates reissue --revoked-key" in done.stdout


def test_nobody_is_asked_about_a_key_that_cannot_be_revoked(
    app: Flask, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_commands, "is_asked_by_somebody", lambda: True)
    run, key_id = app.test_cli_runner(), certificate.key_id
    for name, since, said in (
        ("did:web:localhost#credentials-0", iso_utc(ISSUED_AT), "이런 키는 없어요"),
        (key_id, "2020-01-01T00:00:00Z", "폐지하는 때는"),
    ):
        refused = run.invoke(args=["keys", "revoke", name, "--since", since, "--why", "시험"], input="y\n")
        assert (refused.exit_code, said in refused.stderr, "폐지할까요" in refused.output) == (1, True, False)
