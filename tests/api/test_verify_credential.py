"""`POST /api/v1/credentials/verify`: the same strictness for whoever asks by program."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.certificates.models import Certificate, CertificateStatus
from app.core import clock
from app.core.db import db
from app.core.security import limiter
from credentials import Issuer, SigningKey, sign_certificate
from tests.conftest import Visitor
from tests.credentials.examples import CLAIMS
from tests.factories.accounts import make_organisation
from tests.factories.certificates import issue_one

PATH = "/api/v1/credentials/verify"


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return issue_one(make_organisation(), clock.now())


def post(visitor: Visitor, body: bytes, content_type: str = "application/json") -> TestResponse:
    answer = visitor.post(PATH, data=body, content_type=content_type)
    assert isinstance(answer, TestResponse)
    return answer


def verdict(visitor: Visitor, body: bytes) -> dict[str, Any]:
    answer = post(visitor, body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found = answer.get_json()
    assert isinstance(found, dict)
    return found


def test_it_verifies_a_certificate(visitor: Visitor, certificate: Certificate) -> None:
    found = verdict(visitor, certificate.credential)
    assert found["verified"] is True
    assert (found["outcome"], found["trust"], found["errors"]) == ("valid", "own", [])
    assert [c["name"] for c in found["checks"]][:3] == ["parse", "structure", "contexts"]
    assert {c["state"] for c in found["checks"]} == {"passed"}


@pytest.mark.parametrize("wrapper", ["credential", "verifiableCredential"])
def test_it_may_be_wrapped(visitor: Visitor, certificate: Certificate, wrapper: str) -> None:
    body = b'\n { "' + wrapper.encode() + b'" : ' + certificate.credential + b" } "
    assert verdict(visitor, body)["verified"] is True


def test_it_may_come_back_from_a_json_tool(visitor: Visitor, certificate: Certificate) -> None:
    pretty = json.dumps(json.loads(certificate.credential), indent=2, sort_keys=True)
    assert verdict(visitor, pretty.encode())["verified"] is True


@pytest.mark.parametrize("content_type", ["application/vc", "application/ld+json", "application/vc+ld+json"])
def test_it_takes_the_media_types_of_credentials(
    visitor: Visitor, certificate: Certificate, content_type: str
) -> None:
    assert post(visitor, certificate.credential, content_type).get_json()["verified"] is True


def test_one_changed_digit_is_not_verified(visitor: Visitor, certificate: Certificate) -> None:
    found = verdict(visitor, certificate.credential.replace(b'"creditsEarned":20', b'"creditsEarned":30'))
    assert found["verified"] is False
    assert (found["outcome"], found["errors"][0]["code"]) == ("not_valid", "signature_mismatch")
    assert found["credential"] is None


def test_no_altered_digit_or_letter_passes(visitor: Visitor, certificate: Certificate) -> None:
    original = certificate.credential
    tried = 0
    for place in range(0, len(original), 37):
        altered = bytearray(original)
        altered[place] ^= 1
        answer = post(visitor, bytes(altered))
        assert answer.status_code == 400 or answer.get_json()["outcome"] == "not_valid", place
        tried += 1
    assert tried > 60


def test_a_repeated_key_is_seen_although_parsers_drop_it(visitor: Visitor, certificate: Certificate) -> None:
    hidden = certificate.credential.replace(b'"creditsEarned":20', b'"creditsEarned":90,"creditsEarned":20')
    for body in (hidden, b'{"credential":' + hidden + b"}"):
        assert verdict(visitor, body)["errors"][0]["code"] == "duplicate_key"


def test_a_repeated_wrapper_is_not_unwrapped(visitor: Visitor, certificate: Certificate) -> None:
    body = b'{"credential":{},"credential":' + certificate.credential + b"}"
    assert verdict(visitor, body)["verified"] is False


def test_a_revoked_one_is_not_verified(visitor: Visitor, certificate: Certificate) -> None:
    certificate.status = CertificateStatus.REVOKED.value
    db.session.commit()
    found = verdict(visitor, certificate.credential)
    assert (found["verified"], found["outcome"]) == (False, "revoked")


def test_without_a_list_it_could_not_be_checked(visitor: Visitor, certificate: Certificate) -> None:
    db.session.execute(text("UPDATE status_lists SET document = NULL"))
    db.session.commit()
    found = verdict(visitor, certificate.credential)
    assert (found["verified"], found["outcome"]) == (False, "could_not_check")


def test_an_old_list_could_not_be_checked(
    visitor: Visitor, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    found = verdict(visitor, certificate.credential)
    assert (found["outcome"], found["errors"][0]["code"]) == ("could_not_check", "status_list_stale")


def foreign(did: str, key_id: str) -> bytes:
    key = SigningKey.generate(key_id, did)
    claims = replace(CLAIMS, issuer=Issuer(did, "다른 기관", "https://elsewhere.example"))
    return sign_certificate(claims, key, clock.now())


def test_a_foreign_issuer_is_unknown_and_never_verified(visitor: Visitor, certificate: Certificate) -> None:
    found = verdict(visitor, foreign("did:web:elsewhere.example", "did:web:elsewhere.example#key-1"))
    assert (found["verified"], found["outcome"], found["trust"]) == (False, "could_not_check", "unknown")


def test_a_key_of_our_name_that_we_never_had_is_not_valid(visitor: Visitor, certificate: Certificate) -> None:
    found = verdict(visitor, foreign("did:web:ieum.test", "did:web:ieum.test#key-1"))
    assert (found["verified"], found["outcome"]) == (False, "not_valid")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"not json", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b"\xff\xfe{}", "application/json", 400),
        (b"[" * 50_000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "application/x-www-form-urlencoded", 415),
        (b'{"a":"' + b"x" * 90_000 + b'"}', "application/json", 413),
    ],
)
def test_what_is_no_credential_at_all_is_a_problem_document(
    visitor: Visitor, body: bytes, content_type: str, status: int
) -> None:
    answer = post(visitor, body, content_type)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "body", [b"{}", b'{"credential": 1}', b'{"credential": {}}', b'{"verifiableCredential": []}']
)
def test_what_is_json_but_no_certificate_is_not_valid(visitor: Visitor, body: bytes) -> None:
    assert verdict(visitor, body)["outcome"] == "not_valid"


def test_a_page_elsewhere_may_ask(visitor: Visitor) -> None:
    answer = visitor.options(PATH, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


def test_it_needs_no_token(visitor: Visitor, app: Flask, certificate: Certificate) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert verdict(visitor, certificate.credential)["verified"] is True


def test_it_rejects_get(visitor: Visitor) -> None:
    assert visitor.get(PATH).status_code == 405


def test_too_many_in_a_minute_are_put_off(visitor: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    answers = [post(visitor, b"{}", "text/plain").status_code for _turn in range(121)]
    assert answers == [415] * 120 + [429]
    limiter.reset()
