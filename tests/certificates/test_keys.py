"""The issuer's keys: one of each purpose, sealed at rest, never opened while a request is served."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.certificates import keys
from app.certificates.models import IssuerKey, KeyPurpose
from app.core.clock import now
from app.core.db import db
from app.core.errors import Invalid
from credentials import KeyRefused


@pytest.fixture
def made(app: Flask) -> dict[str, IssuerKey]:
    keys.ensure_keys(now())
    db.session.commit()
    return {row.purpose: row for row in db.session.scalars(select(IssuerKey))}


def test_first_run_makes_a_key_for_each_purpose_and_later_runs_none(made: dict[str, IssuerKey]) -> None:
    keys.ensure_keys(now())
    assert len(db.session.scalars(select(IssuerKey)).all()) == 3
    assert set(made) == {"credentials", "status", "log"}
    assert made["credentials"].public_key != made["status"].public_key


def test_their_ids_belong_to_the_did_and_carry_a_digest(made: dict[str, IssuerKey]) -> None:
    assert made["credentials"].key_id.startswith("did:web:ieum.test#credentials-")
    assert made["credentials"].controller == "did:web:ieum.test"


def test_the_private_half_is_sealed_under_a_file_outside_the_database(app: Flask, made: dict[str, IssuerKey]) -> None:
    row = made["credentials"]
    opened = keys.signing_key(KeyPurpose.CREDENTIALS, now())
    assert opened.public.raw == row.public_key
    assert row.sealed_private_key is not None
    assert opened.to_pkcs8()[-32:] not in row.sealed_private_key
    kek = app.config["IEUM_INSTANCE_DIR"] / "secrets" / "kek"
    assert kek.stat().st_mode & 0o077 == 0
    kek.write_bytes(b"\0" * 32)
    with pytest.raises(KeyRefused):
        keys.signing_key(KeyPurpose.CREDENTIALS, now())


def test_one_keys_seal_does_not_open_as_another(made: dict[str, IssuerKey]) -> None:
    made["status"].sealed_private_key = made["credentials"].sealed_private_key
    db.session.commit()
    with pytest.raises(KeyRefused):
        keys.signing_key(KeyPurpose.STATUS, now())


def test_a_request_never_opens_one(app: Flask, made: dict[str, IssuerKey]) -> None:
    with app.test_request_context("/"), pytest.raises(RuntimeError):
        keys.signing_key(KeyPurpose.CREDENTIALS, now())


def test_a_key_of_one_purpose_verifies_nothing_of_the_other(made: dict[str, IssuerKey]) -> None:
    known = keys.verification_keys()
    assert set(known.credentials) == {made["credentials"].key_id}
    assert set(known.status) == {made["status"].key_id}


def test_a_retired_key_signs_no_more_but_verifies_for_ever(made: dict[str, IssuerKey]) -> None:
    old = made["credentials"].key_id
    made["credentials"].retired_at, made["credentials"].sealed_private_key = now(), None
    db.session.commit()
    keys.ensure_keys(now())
    assert keys.signing_key(KeyPurpose.CREDENTIALS, now()).public.id != old
    assert old in keys.verification_keys().credentials
    assert old in [key.id for key in keys.published_keys("did:web:ieum.test")]


@pytest.mark.parametrize(
    ("base_url", "did"),
    [
        ("http://localhost:8000", "did:web:localhost%3A8000"),
        ("http://127.0.0.1:8000", "did:web:localhost%3A8000"),
        ("http://[::1]:9000", "did:web:localhost%3A9000"),
        ("https://ieum.seoul.kr", "did:web:ieum.seoul.kr"),
    ],
)
def test_the_did_follows_from_the_address(app: Flask, base_url: str, did: str) -> None:
    app.config["IEUM_BASE_URL"] = base_url
    keys.ensure_keys(now())
    assert keys.signing_key(KeyPurpose.STATUS, now()).public.controller == did


def test_an_address_that_can_carry_no_did_is_named(app: Flask) -> None:
    app.config["IEUM_BASE_URL"] = "http://192.0.2.7:8000"
    with pytest.raises(Invalid, match=r"192\.0\.2\.7"):
        keys.ensure_keys(now())
