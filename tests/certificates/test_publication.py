"""What programs read: the credential byte for byte, the status list, the DID document."""

from __future__ import annotations

import hashlib
import json

import pytest
from flask import Flask
from sqlalchemy import event

from app.certificates.models import Certificate, StatusList
from app.core.clock import now
from app.core.db import db
from credentials import PublicKey, examine
from credentials import StatusList as ReadList
from tests.certificates.queries_counted import counted
from tests.conftest import Visitor
from tests.factories.accounts import make_organisation
from tests.factories.certificates import issue_one


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return issue_one(make_organisation(), now())


def test_the_credential_is_served_byte_for_byte(visitor: Visitor, certificate: Certificate) -> None:
    answer = visitor.get(f"/credentials/{certificate.public_id}")
    assert answer.data == certificate.credential
    assert hashlib.sha256(answer.data).hexdigest() == certificate.sha256


@pytest.mark.parametrize(
    ("accept", "mimetype"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("application/json", "application/json"),
        ("application/vc", "application/vc"),
        ("application/json;q=0.5, application/vc", "application/vc"),
        ("application/vc;q=0", "application/json"),
        ("application/*", "application/json"),
    ],
)
def test_the_media_type_is_vc_only_when_asked_for(
    visitor: Visitor, certificate: Certificate, accept: str, mimetype: str
) -> None:
    answer = visitor.get(f"/credentials/{certificate.public_id}", headers={"Accept": accept})
    assert answer.mimetype == mimetype
    assert "Accept" in answer.headers["Vary"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_every_document_for_programs_is_open_to_other_origins_and_named_as_asked(
    visitor: Visitor, certificate: Certificate
) -> None:
    row = db.session.get(StatusList, certificate.status_list_id)
    assert row is not None
    status = row.url.removeprefix("https://ieum.test")
    for path, own in (
        (f"/credentials/{certificate.public_id}", "application/vc"),
        (status, "application/vc"),
        (f"{status}/replaced", "application/vc"),
        ("/.well-known/did.json", "application/did+json"),
    ):
        for accept, mimetype in ((own, own), ("*/*", "application/json"), ("text/html", "application/json")):
            answer = visitor.get(path, headers={"Accept": accept, "Origin": "https://verifier.example"})
            assert (answer.status_code, answer.mimetype) == (200, mimetype), path
            assert "Accept" in answer.headers["Vary"], path
            assert answer.headers["Access-Control-Allow-Origin"] == "*", path
            assert "Access-Control-Allow-Credentials" not in answer.headers, path
            assert answer.headers["X-Content-Type-Options"] == "nosniff", path
    for path in ("/log/checkpoint", "/log/keys", f"/credentials/{certificate.public_id}/log-proof"):
        answer = visitor.get(path, headers={"Origin": "https://verifier.example"})
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*"), path


@pytest.mark.parametrize("path", ["/credentials/", "/status/"])
@pytest.mark.parametrize("wrong", ["0" * 32, "malformed"])
def test_what_is_not_there_is_a_problem_document(visitor: Visitor, path: str, wrong: str) -> None:
    answer = visitor.get(path + wrong)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_status_list_may_be_kept_five_minutes(visitor: Visitor, certificate: Certificate) -> None:
    row = db.session.get(StatusList, certificate.status_list_id)
    assert row is not None
    answer = visitor.get(row.url.removeprefix("https://ieum.test"))
    assert answer.data == row.document
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_it_takes_one_query_each(visitor: Visitor, certificate: Certificate) -> None:
    public_id = certificate.public_id
    for path in (f"/credentials/{public_id}", "/.well-known/did.json"):
        with counted() as statements:
            visitor.get(path)
        assert len(statements) == 1, path


@pytest.mark.parametrize("path", ["/v/{}", "/credentials/{}", "/api/v1/credentials/{}/verification"])
def test_what_is_asked_thousands_of_times_makes_no_session(
    visitor: Visitor, certificate: Certificate, path: str
) -> None:
    path = path.format(certificate.public_id)
    made: list[object] = []
    visitor.get(path)  # The keys are read once.

    def note(session: object, _transaction: object) -> None:
        made.append(session)

    event.listen(db.session, "after_transaction_create", note)
    try:
        visitor.get(path)
        # The session of this test, which `visitor` commits before each request, and no other one.
        assert set(made) <= {db.session()}
        # The control: a page whose query is no lookup.
        visitor.get("/.well-known/did.json")
        assert len(set(made)) == 2
    finally:
        event.remove(db.session, "after_transaction_create", note)


def test_the_did_document_names_the_keys_in_their_order(visitor: Visitor, certificate: Certificate) -> None:
    answer = visitor.get("/.well-known/did.json")
    document = answer.get_json()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert document["id"] == "did:web:ieum.test"
    assert document["@context"] == ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
    assert [m["type"] for m in document["verificationMethod"]] == ["Multikey"] * 3
    assert certificate.key_id in document["assertionMethod"]
    # The key of the log signs no credential.
    assert [key.partition("#")[2].split("-")[0] for key in document["assertionMethod"]] == ["credentials", "status"]
    asked = visitor.get("/.well-known/did.json", headers={"Accept": "application/did+json"})
    assert asked.mimetype == "application/did+json"


def test_a_stranger_can_verify_with_nothing_but_what_is_published(visitor: Visitor, certificate: Certificate) -> None:
    def fetch(url: str) -> bytes:
        return bytes(visitor.get(url.removeprefix("https://ieum.test")).data)

    methods = json.loads(fetch("https://ieum.test/.well-known/did.json"))["verificationMethod"]
    published = {
        m["id"]: PublicKey.from_multibase(m["id"], m["controller"], m["publicKeyMultibase"]) for m in methods
    }
    credential = fetch(f"/credentials/{certificate.public_id}")
    url = json.loads(credential)["credentialStatus"]["statusListCredential"]
    lists = {url: ReadList.from_bytes(fetch(url), published, now())}
    assert examine(credential, issuer_keys=published, status_lists=lists, at=now()).outcome == "valid"
