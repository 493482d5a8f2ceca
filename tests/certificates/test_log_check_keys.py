"""What is changed about the issuer's keys behind the log is reported, with what it touches."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.certificates import key_service, keys, log_check, log_check_keys, log_service
from app.certificates.models import IssuerKey, KeyPurpose
from app.core.db import db, unit_of_work
from tests.certificates.tampering import past_the_triggers
from tests.factories.accounts import make_organisation
from tests.factories.certificates import CLERK, ISSUED_AT, issue_one

LATER = ISSUED_AT + timedelta(hours=2)


# What is read and compared is the same whichever database holds it.
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def signing(app: Flask) -> str:
    """The id of the key that has signed one certificate."""
    return issue_one(make_organisation()).key_id


def key_id_of(purpose: KeyPurpose) -> str:
    return db.session.scalars(select(IssuerKey.key_id).where(IssuerKey.purpose == purpose.value)).first() or ""


def findings() -> list[tuple[str, str]]:
    log_service.sequence(LATER)
    return [(finding.subject, finding.message) for finding in log_check.check().findings]


def revoke(key_id: str) -> None:
    with unit_of_work():
        key_service.revoke(key_id, ISSUED_AT, "백업 유출", CLERK, LATER)


def change(statement: str, key_id: str) -> None:
    past_the_triggers("issuer_keys", statement, key=key_id)


def test_the_whole_life_of_a_key_is_well(signing: str) -> None:
    with unit_of_work():
        key_service.rotate(KeyPurpose.CREDENTIALS, CLERK, LATER, ahead=timedelta(0))
    key_service.retire_former_keys(LATER)
    revoke(signing)
    revoke(key_id_of(KeyPurpose.STATUS))
    revoke(key_id_of(KeyPurpose.LOG))
    assert findings() == []


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("UPDATE issuer_keys SET revoked_at = NULL WHERE key_id = :key", "its row says revoked never"),
        ("UPDATE issuer_keys SET revoked_at = '2026-04-30 02:00:00' WHERE key_id = :key", "its row says revoked"),
        ("UPDATE issuer_keys SET retired_at = NULL WHERE key_id = :key", "its row says retired never"),
        ("UPDATE issuer_keys SET sealed_private_key = public_key WHERE key_id = :key", "is there again"),
        ("UPDATE issuer_keys SET created_at = '2020-01-01 00:00:00' WHERE key_id = :key", "back-dated"),
        ("UPDATE issuer_keys SET starts_at = '2020-01-01 00:00:00' WHERE key_id = :key", "starting 2020"),
        ("UPDATE issuer_keys SET purpose = 'log' WHERE key_id = :key", "another public key or purpose"),
        ("UPDATE issuer_keys SET controller = 'did:web:x' WHERE key_id = :key", "a key of did:web:x"),
        ("DELETE FROM issuer_keys WHERE key_id = :key", "deleted"),
    ],
)
def test_a_change_to_a_revoked_key_is_reported_with_its_certificates(signing: str, statement: str, word: str) -> None:
    revoke(signing)
    assert findings() == []
    change(statement, signing)
    ((subject, message),) = findings()
    assert subject == signing
    assert word in message
    assert "purpose = 'log'" in statement or message.endswith("(certificates signed with it: 1)")


def test_a_key_put_beside_the_others_is_reported(signing: str) -> None:
    did = keys.every_key()[0].controller
    past_the_triggers(
        "issuer_keys",
        "INSERT INTO issuer_keys (key_id, controller, purpose, public_key, created_at, starts_at) "
        "SELECT :key, controller, purpose, public_key, created_at, starts_at FROM issuer_keys WHERE key_id = :old",
        key=f"{did}#credentials-0",
        old=signing,
    )
    assert [subject for subject, _message in findings()] == [f"{did}#credentials-0"]


def test_a_revocation_that_the_log_does_not_know_is_reported(signing: str) -> None:
    key_id = key_id_of(KeyPurpose.STATUS)
    change("UPDATE issuer_keys SET revoked_at = created_at WHERE key_id = :key", key_id)
    ((subject, message),) = findings()
    assert (subject, "it signs status lists" in message) == (key_id, True)


def test_without_the_comparison_nobody_would_know(signing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    revoke(signing)
    change("UPDATE issuer_keys SET revoked_at = NULL WHERE key_id = :key", signing)
    monkeypatch.setattr(log_check, "compare_keys", lambda *_arguments: iter(()))
    assert findings() == []


def test_the_same_event_twice_and_an_unknown_one_are_reported() -> None:
    told = {"key": "k", "purpose": "log", "publicKeyMultibase": "z", "since": "1", "starts": "1", "event": "created"}
    stories: dict[str, log_check_keys.KeyStory] = {}
    assert list(log_check_keys.tell_key(told, 0, LATER, stories)) == []
    assert len(list(log_check_keys.tell_key(told, 1, LATER, stories))) == 1
    assert len(list(log_check_keys.tell_key({**told, "event": "lent"}, 2, LATER, stories))) == 1
    assert len(list(log_check_keys.tell_key({**told, "event": "revoked", "purpose": "x"}, 3, LATER, stories))) == 1
