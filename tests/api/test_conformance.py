"""The VC-API of the conformance profile: nothing without it, and with it the answers that W3C's suites ask for."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.certificates import conformance_service, keys
from app.certificates.models import Certificate
from app.core.clock import now
from app.core.config import Settings
from credentials.conformance import CANONICAL_WORKER, did_key
from tests.conftest import Visitor, settings_for
from tests.credentials.conformance.documents import (
    HOLDER,
    V2,
    Document,
    credential,
    envelope,
    first_version,
    presentation,
    without,
)
from tests.credentials.conformance.in_process import canonize
from tests.credentials.conformance.independent import sign
from tests.factories.accounts import make_organisation
from tests.factories.certificates import issue_one

ADDRESSES = ("/credentials/issue", "/credentials/verify", "/presentations/verify")
Post = Callable[[str, Any], TestResponse]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """An instance with the profile. It keeps nothing, and so its database is never made."""
    folder = tmp_path_factory.mktemp("conformance")
    settings = settings_for(f"sqlite:///{folder / 'none.db'}", folder, "http://localhost:8000")
    app = create_app(replace(settings, conformance=True), testing=True)
    app.config["RATELIMIT_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def post_apart(client: FlaskClient) -> Post:
    """Ask the profile, as a test suite does; documents are canonicalised in a process of its own, as they should."""
    return lambda path, body: client.post(path, json=body)


@pytest.fixture
def post(post_apart: Post, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Ask the profile where it does not matter which process canonicalises."""
    monkeypatch.setattr(conformance_service, "canonize", canonize)
    return post_apart


def issued(post: Post, document: Document | None = None, **options: Any) -> Document:
    answer = post("/credentials/issue", {"credential": document or credential(), "options": options})
    assert answer.status_code == 201, answer.text
    made: Document = answer.get_json()
    return made


def is_refused(answer: TestResponse) -> bool:
    """Tell whether an answer is a no in the form that programs read."""
    body = answer.get_json()
    assert answer.content_type == "application/problem+json"
    assert set(body) == {"type", "title", "detail", "status", "verified", "errors", "problemDetails"}
    assert body["problemDetails"] == [{name: body[name] for name in ("type", "title", "detail")}]
    return (answer.status_code, body["status"], body["verified"]) == (400, 400, False)


@pytest.mark.databases("sqlite")
def test_without_the_profile_there_is_nothing(visitor: Visitor) -> None:
    for path in ADDRESSES:
        answer = visitor.post(path, json={"credential": credential()})
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
        assert visitor.options(path).status_code == 404
    assert visitor.get("/conformance/status/revocation").status_code == 404


@pytest.mark.databases("sqlite")
def test_without_the_guard_it_would_sign(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conformance_service, "require_profile", lambda: None)
    assert visitor.post("/credentials/issue", json={"credential": credential()}).status_code == 201


def test_what_is_issued_verifies(post_apart: Post) -> None:
    made = issued(post_apart)
    assert made["@context"] == [V2]
    answer = post_apart("/credentials/verify", {"verifiableCredential": made, "options": {"checks": ["proof"]}})
    assert answer.status_code == 200
    assert answer.get_json() == {"verified": True, "checks": ["proof"], "warnings": [], "errors": []}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_version_1_is_issued_with_the_context_that_its_proof_needs(post: Post) -> None:
    made = issued(post, first_version())
    assert made["@context"][1:] == ["https://w3id.org/security/data-integrity/v2"]
    assert post("/credentials/verify", {"verifiableCredential": made}).status_code == 200


def test_a_presentation_verifies(post: Post) -> None:
    made = sign(
        presentation(issued(post)), HOLDER, proofPurpose="authentication", challenge="abc", domain="suite.example"
    )
    asked = {"verifiablePresentation": made, "options": {"challenge": "abc", "domain": "suite.example"}}
    answer = post("/presentations/verify", asked)
    assert (answer.status_code, answer.get_json()["verified"]) == (200, True)
    asked["options"]["challenge"] = "another"
    assert is_refused(post("/presentations/verify", asked))


def test_an_unsecured_presentation_conforms_and_is_not_called_verified(post: Post) -> None:
    for made in (presentation(issued(post)), presentation(envelope()), presentation()):
        answer = post("/presentations/verify", {"verifiablePresentation": made})
        assert (answer.status_code, answer.get_json()["verified"]) == (200, False)
        assert answer.get_json()["warnings"]


NOT_ISSUED = {
    "no context": credential(without("@context")),
    "no type": credential(without("type")),
    "no issuer": credential(without("issuer")),
    "an id that is no URL": credential(id="x"),
    "a time without offset": credential(validFrom="2026-03-09T00:00:00"),
    "a term that nothing defines": credential(credentialSubject={"id": "did:example:s", "nothing": 1}),
    "a context that is not known": credential(**{"@context": [V2, "https://example.org/contexts/1"]}),
    "a number of which readers do not agree": credential(credentialSubject={"id": "did:example:s", "n": 1e308 * 10}),
}


@pytest.mark.parametrize("document", NOT_ISSUED.values(), ids=NOT_ISSUED)
def test_what_does_not_conform_is_not_issued(post: Post, document: Document) -> None:
    assert is_refused(post("/credentials/issue", {"credential": document}))


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "credential",
        {},
        {"credential": None},
        {"credential": []},
        {"credential": credential(), "options": []},
        {"credential": credential(), "options": {"credentialStatus": "revocation"}},
        {"credential": credential(), "options": {"credentialStatus": {"statusPurpose": "message"}}},
    ],
)
def test_a_malformed_request_is_refused(post: Post, body: Any) -> None:
    assert is_refused(post("/credentials/issue", body))


@pytest.mark.parametrize("path", ADDRESSES[1:])
@pytest.mark.parametrize("options", [{"domain": 5}, {"challenge": ["x"]}, {"expectedProofPurpose": {}}])
def test_malformed_options_are_refused(post: Post, path: str, options: Any) -> None:
    asked = {"verifiableCredential": credential(), "verifiablePresentation": presentation(), "options": options}
    assert is_refused(post(path, asked))


@pytest.mark.parametrize(
    "document",
    [
        {"type": ["NonconformingDocument"]},
        credential(),
        credential(proof=None),
        credential(proof={"type": "DataIntegrityProof"}),
        None,
    ],
)
def test_what_is_not_secured_is_not_verified(post: Post, document: Any) -> None:
    assert is_refused(post("/credentials/verify", {"verifiableCredential": document, "options": {}}))


def test_what_is_not_a_presentation_is_not_verified(post: Post) -> None:
    for document in ({"type": ["NonconformingDocument"]}, credential(), presentation("did:example:credential"), None):
        assert is_refused(post("/presentations/verify", {"verifiablePresentation": document}))


def test_an_altered_credential_is_not_verified(post: Post) -> None:
    made = issued(post, credential(name="Course"))
    made["name"] = "Other course"
    answer = post("/credentials/verify", {"verifiableCredential": made})
    assert is_refused(answer)
    assert answer.get_json()["type"].endswith("#CRYPTOGRAPHIC_SECURITY_ERROR")


@pytest.mark.parametrize(
    "body",
    [
        b'{"credential": {}, "credential": {}}',
        b'{"credential": {"n": NaN}}',
        b'{"credential": "\\ud800"}',
        b'{"credential": "\xff"}',
        b'{"credential": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"credential": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
        b'{"credential": 1e999}',
        b'{"credential": 1' + b"0" * 5_000 + b"}",
        b"{",
        b"",
    ],
)
def test_what_is_no_strict_json_is_refused(client: FlaskClient, body: bytes) -> None:
    assert is_refused(client.post("/credentials/issue", data=body, content_type="application/json"))


def test_a_long_request_is_not_read(post: Post) -> None:
    assert post("/credentials/issue", {"credential": credential(name="x" * 70_000)}).status_code == 413


def test_a_document_made_to_take_for_ever_is_given_up(post_apart: Post) -> None:
    names = [f"_:b{n}" for n in range(12)]
    nodes = [{"@id": name, "knows": [other for other in names if other != name]} for name in names]
    poison = credential(
        **{"@context": [V2, {"knows": {"@id": "https://example.org/#knows", "@type": "@id"}}]},
        credentialSubject={"id": "urn:x:0", "knows": nodes},
    )
    answer = post_apart("/credentials/issue", {"credential": poison})
    assert is_refused(answer)
    assert answer.get_json()["type"].endswith("#RANGE_ERROR")
    many = credential(credentialSubject=[{"name": str(n)} for n in range(40)])
    assert is_refused(post_apart("/credentials/issue", {"credential": many}))


def test_a_context_that_is_not_known_is_not_fetched(post_apart: Post) -> None:
    for url in ("https://example.org/contexts/1", "http://127.0.0.1:1/contexts/1", "file:///etc/passwd"):
        answer = post_apart("/credentials/issue", {"credential": credential(**{"@context": [V2, url]})})
        assert is_refused(answer)
        assert answer.get_json()["detail"] == f"{url} is none of the contexts that are known here"


@pytest.mark.databases("sqlite")
def test_the_key_is_none_of_the_issuer_and_stays_the_same(app: Flask, visitor: Visitor) -> None:
    app.config["IEUM_CONFORMANCE"] = True
    keys.ensure_keys(now())

    def post(path: str, body: Any) -> TestResponse:
        return visitor.post(path, json=body)

    known = keys.verification_keys()
    method = issued(post)["proof"]["verificationMethod"]
    found = did_key.resolve(method)
    assert found is not None
    assert found.raw not in {key.raw for key in (*known.credentials.values(), *known.status.values())}
    assert issued(post)["proof"]["verificationMethod"] == method
    secret = app.config["IEUM_INSTANCE_DIR"] / "secrets" / "conformance.key"
    assert secret.stat().st_mode & 0o077 == 0
    # What it signs is nothing to our own verification.
    assert post("/api/v1/credentials/verify", issued(post)).get_json()["outcome"] == "not_valid"


@pytest.mark.databases("sqlite")
def test_our_own_certificates_are_not_verified_here(app: Flask, post: Post) -> None:
    certificate: Certificate = issue_one(make_organisation(), now())
    answer = post("/credentials/verify", {"verifiableCredential": json.loads(certificate.credential)})
    assert is_refused(answer)
    assert "no Ed25519 key that is known here" in answer.get_json()["detail"]


def test_a_status_is_issued_when_asked_for_and_looked_up(post: Post, client: FlaskClient) -> None:
    made = issued(post, credentialStatus=[{"statusPurpose": "revocation"}, {"statusPurpose": "suspension"}])
    assert [entry["type"] for entry in made["credentialStatus"]] == ["BitstringStatusListEntry"] * 2
    answer = post("/credentials/verify", {"verifiableCredential": made})
    assert answer.get_json() == {"verified": True, "checks": ["proof"], "warnings": [], "errors": []}
    for entry in made["credentialStatus"]:
        listed = client.get(entry["statusListCredential"].removeprefix("http://localhost:8000"))
        assert (listed.status_code, listed.mimetype) == (200, "application/vc")
        document = json.loads(listed.data)
        assert document["id"] == entry["statusListCredential"]
        assert "BitstringStatusListCredential" in document["type"]
        subject = document["credentialSubject"]
        assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", entry["statusPurpose"])
        assert subject["encodedList"][0] == "u"
        data = subject["encodedList"][1:]
        bits = gzip.decompress(urlsafe_b64decode(data + "=" * (-len(data) % 4)))
        assert 0 <= int(entry["statusListIndex"]) < len(bits) * 8 == 131_072
        assert post("/credentials/verify", {"verifiableCredential": document}).status_code == 200
    assert client.get("/conformance/status/message").status_code == 404


def test_a_place_beyond_the_list_is_out_of_range_and_another_list_is_not_fetched(post: Post) -> None:
    entry = issued(post, credentialStatus={})["credentialStatus"][0]
    beyond = issued(post, credential(credentialStatus={**entry, "statusListIndex": "131072"}))
    answer = post("/credentials/verify", {"verifiableCredential": beyond})
    assert is_refused(answer)
    assert answer.get_json()["type"].endswith("#RANGE_ERROR")
    purpose = issued(post, credential(credentialStatus={**entry, "statusPurpose": "suspension"}))
    assert is_refused(post("/credentials/verify", {"verifiableCredential": purpose}))
    elsewhere = issued(post, credential(credentialStatus={**entry, "statusListCredential": "https://127.0.0.1/l"}))
    answer = post("/credentials/verify", {"verifiableCredential": elsewhere})
    assert (answer.status_code, len(answer.get_json()["warnings"])) == (200, 1)


@pytest.mark.parametrize("host", ["https://ieum.seoul.kr", "https://ieum.test"])
def test_it_cannot_be_switched_on_beside_real_certificates(tmp_path: Path, host: str) -> None:
    env = {"IEUM_CONFORMANCE": "on", "IEUM_INSTANCE_DIR": str(tmp_path), "IEUM_BASE_URL": host}
    with pytest.raises(ValueError, match="IEUM_CONFORMANCE"):
        Settings.from_environment(env)
    assert not Settings.from_environment({**env, "IEUM_CONFORMANCE": "off"}).conformance
    assert not Settings.from_environment({"IEUM_INSTANCE_DIR": str(tmp_path)}).conformance
    assert Settings.from_environment({**env, "IEUM_BASE_URL": "http://localhost:8000"}).conformance


def test_the_process_that_canonicalises_can_open_nothing() -> None:
    tries = (
        "import runpy, socket, sys\n"
        "worker = runpy.run_path(sys.argv[1])\n"
        "worker['limit_process']()\n"
        "for what in (socket.socket, lambda: open(sys.argv[1])):\n"
        "    try:\n        what()\n"
        "    except OSError as error:\n        print(error.strerror)\n"
    )
    ran = subprocess.run([sys.executable, "-c", tries, str(CANONICAL_WORKER)], capture_output=True, text=True)
    assert ran.stdout.splitlines() == ["Too many open files"] * 2, ran.stderr


def test_the_service_itself_loads_no_json_ld() -> None:
    asked = "import sys, app; print(sorted({'pyld', 'pyoxigraph', 'openbadgeslib'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_the_command_names_the_did(client: FlaskClient, tmp_path: Path, post: Post) -> None:
    without_profile = create_app(settings_for("sqlite://", tmp_path), testing=True)
    refused = without_profile.test_cli_runner().invoke(args=["conformance"])
    assert "IEUM_CONFORMANCE=on" in refused.stderr
    assert (refused.exit_code, refused.stdout) == (1, "")
    ran = client.application.test_cli_runner().invoke(args=["conformance"])
    assert (ran.exit_code, ran.stdout.strip()) == (0, issued(post)["issuer"]), ran.output
