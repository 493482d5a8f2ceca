"""Our certificates before others: 1EdTech's published schema, and another implementation of the proof."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError

from credentials import (
    CertificateClaims,
    Outcome,
    PublicKey,
    did_document,
    sign_certificate,
    sign_status_list,
)
from tests.credentials.examples import (
    CLAIMS,
    CLAIMS_WITH_END,
    DID,
    KEY,
    KEYS_MADE,
    LIST_KEY,
    LIST_URL,
    changed,
    dump,
    issue,
    look,
    plain_verifier_accepts,
)

SCHEMA = json.loads((Path(__file__).parent / "vectors" / "ob_v3p0_achievementcredential_schema.json").read_text())
BOTH = pytest.mark.parametrize("claims", [CLAIMS, CLAIMS_WITH_END], ids=["without end", "with end"])


def schema_errors(data: bytes) -> list[str]:
    checker = jsonschema.Draft201909Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    return [error.message for error in checker.iter_errors(json.loads(data))]


@BOTH
def test_the_certificate_follows_the_published_schema(claims: CertificateClaims) -> None:
    assert schema_errors(issue(claims)) == []


def test_the_schema_would_notice_a_mistake() -> None:
    assert schema_errors(changed(issue(), lambda document: document["credentialSubject"].pop("achievement")))
    assert schema_errors(changed(issue(), lambda document: document.update(credentialStatus=[])))


def pem(key: PublicKey) -> bytes:
    return Ed25519PublicKey.from_public_bytes(key.raw).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@BOTH
def test_another_library_accepts_the_certificate_with_a_pinned_key(claims: CertificateClaims) -> None:
    credential = OB3LdpVerifier(pem(KEY.public), issuer_did=DID).verify(issue(claims))
    assert credential.issuer.id == DID


def test_another_library_refuses_an_altered_certificate() -> None:
    altered = issue().replace("홍길동".encode(), "홍길순".encode())
    with pytest.raises(OB3VerificationError):
        OB3LdpVerifier(pem(KEY.public), issuer_did=DID).verify(altered)


class Host:
    """What the issuer's host would serve. The other library reads the real clock, so the list is made for now."""

    def __init__(self, *places: int) -> None:
        now = datetime.now(UTC) - timedelta(minutes=1)
        # The other library knows only JWT as the proof of a list, so it reads the list and leaves its proof aside.
        self.list = sign_status_list(LIST_URL, "revocation", places, LIST_KEY, now)
        self.document = dump(did_document(DID, [KEY.public, LIST_KEY.public]))
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        return {"https://certificates.example/.well-known/did.json": self.document, LIST_URL: self.list}[url]


def test_another_library_finds_the_key_in_our_did_document_and_the_place_on_our_list() -> None:
    host = Host()
    verifier = OB3LdpVerifier.for_issuer_did(DID)
    verifier.verify(issue(), check_status=True, download=host, verify_status_list=False)
    assert host.asked == ["https://certificates.example/.well-known/did.json", LIST_URL]


def test_another_library_sees_the_revocation() -> None:
    verifier = OB3LdpVerifier.for_issuer_did(DID)
    with pytest.raises(OB3VerificationError, match="revocation"):
        verifier.verify(issue(), check_status=True, download=Host(CLAIMS.status.index), verify_status_list=False)


def test_another_library_does_not_see_that_a_key_was_revoked_and_the_look_that_we_advise_does() -> None:
    host = Host()
    host.document = dump(did_document(DID, [replace(KEY.public, revoked=KEYS_MADE), LIST_KEY.public]))
    verifier = OB3LdpVerifier.for_issuer_did(DID)
    verifier.verify(issue(), check_status=True, download=host, verify_status_list=False)
    signed_by = json.loads(issue())["proof"]["verificationMethod"]
    assert signed_by not in json.loads(host.document)["assertionMethod"]
    assert signed_by in json.loads(Host().document)["assertionMethod"]


def test_a_plain_verifier_accepts_our_status_list() -> None:
    listing: dict[str, Any] = json.loads(sign_status_list(LIST_URL, "revocation", [3], KEY, KEYS_MADE))
    assert plain_verifier_accepts(listing, KEYS_MADE, revoked=False)


def test_a_certificate_that_went_through_another_library_still_verifies() -> None:
    data = sign_certificate(CLAIMS, KEY, KEYS_MADE)
    returned = json.dumps(json.loads(data), indent=4, sort_keys=True).encode()
    assert look(returned, exact=False).outcome is Outcome.VALID
