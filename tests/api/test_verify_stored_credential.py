"""`GET /api/v1/credentials/<id>/verification`: the verdict on a certificate of ours, without a copy of it."""

from __future__ import annotations

import pytest
from flask import Flask

from app.certificates.models import Certificate, CertificateStatus
from app.core import clock
from app.core.db import db
from app.core.security import limiter
from tests.certificates.queries_counted import counted
from tests.certificates.tampering import tamper
from tests.conftest import Visitor
from tests.factories.accounts import make_organisation
from tests.factories.certificates import issue_one


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return issue_one(make_organisation(), clock.now())


def path(certificate: Certificate) -> str:
    return f"/api/v1/credentials/{certificate.public_id}/verification"


def test_it_verifies_a_certificate_in_one_query(visitor: Visitor, certificate: Certificate) -> None:
    address = path(certificate)
    visitor.get(address)
    with counted() as statements:
        answer = visitor.get(address)
    assert len(statements) == 1, statements
    found = answer.get_json()
    assert (found["verified"], found["outcome"], found["errors"]) == (True, "valid", [])
    assert {c["state"] for c in found["checks"]} == {"passed"}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_it_names_where_document_and_log_proof_are(visitor: Visitor, certificate: Certificate) -> None:
    credential = certificate.credential
    found = visitor.get(path(certificate)).get_json()
    assert visitor.get(found["document"]).data == credential
    assert "c2sp.org/tlog-proof" in visitor.get(found["log_proof"]).get_json()["proof"]


def test_what_was_replaced_names_what_stands_in_its_place(visitor: Visitor, certificate: Certificate) -> None:
    assert visitor.get(path(certificate)).get_json()["replaced_by"] is None
    certificate.status, certificate.status_at = CertificateStatus.REPLACED.value, clock.now()
    certificate.replaced_by = "1" * 32
    db.session.commit()
    found = visitor.get(path(certificate)).get_json()
    assert (found["outcome"], found["replaced_by"]) == ("replaced", f"/credentials/{'1' * 32}")


def test_a_revocation_shows_at_once(visitor: Visitor, certificate: Certificate) -> None:
    address = path(certificate)
    assert visitor.get(address).get_json()["verified"] is True
    certificate.status, certificate.status_at = CertificateStatus.REVOKED.value, clock.now()
    db.session.commit()
    found = visitor.get(address).get_json()
    assert (found["verified"], found["outcome"]) == (False, "revoked")


def test_a_changed_row_is_not_valid(visitor: Visitor, certificate: Certificate) -> None:
    address = path(certificate)
    tamper(certificate, "credential", certificate.credential.replace(b'"hashed":false', b'"hashed":true ', 1))
    found = visitor.get(address).get_json()
    assert (found["verified"], found["outcome"], found["credential"]) == (False, "not_valid", None)


@pytest.mark.parametrize("public_id", ["1" * 32, "malformed"])
def test_there_is_nothing_under_other_ids(visitor: Visitor, app: Flask, public_id: str) -> None:
    answer = visitor.get(f"/api/v1/credentials/{public_id}/verification")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_too_many_in_a_minute_are_put_off_and_told_until_when(
    visitor: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    address = f"/api/v1/credentials/{'1' * 32}/verification"
    answers = [visitor.get(address) for _turn in range(301)]
    assert [answer.status_code for answer in answers] == [404] * 300 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    limiter.reset()
