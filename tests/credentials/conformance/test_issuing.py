"""Issuing with eddsa-rdfc-2022: the form that W3C's suites ask for, and the same bytes by other implementations."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3.ldp import OB3LdpVerifier

from credentials import base58
from credentials.conformance import (
    DidKey,
    Faulty,
    ProblemType,
    did_key,
    issue,
    proofs,
    verify_credential,
)
from tests.credentials.conformance import independent
from tests.credentials.conformance.documents import (
    EXAMPLES,
    ISSUER,
    NOW,
    V2,
    Document,
    credential,
    first_version,
    presentation,
)
from tests.credentials.conformance.in_process import canonize
from tests.credentials.conformance.independent import sign
from tests.credentials.conformance.signed import signed, verifier

ALUMNI = {
    "@context": [V2, EXAMPLES],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
# Test vectors of Data Integrity EdDSA Cryptosuites 1.0, appendix B.1.
VECTOR_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
VECTOR_SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
VECTOR_VALUE = "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"


def test_the_published_test_vector_comes_out_to_the_letter() -> None:
    key = DidKey(base58.decode(VECTOR_SECRET[1:], 34)[2:])
    assert key.method == f"did:key:{VECTOR_KEY}#{VECTOR_KEY}"
    made = proofs.add_proof(ALUMNI, key, "2023-02-24T23:36:38Z", canonize)
    assert made["proof"]["proofValue"] == VECTOR_VALUE
    expected = proofs.Expected(NOW, frozenset({"assertionMethod"}))
    (method,) = proofs.verify_proofs(made, expected, did_key.resolve, canonize)
    assert method.controller == key.did


SEVERAL = {
    "the least": credential(),
    "words in languages": credential(
        name=[{"@value": "과정", "@language": "ko"}, {"@value": "x", "@language": "en"}]
    ),
    "an inline context": credential(
        **{"@context": [V2, {"hours": "https://example.org/#hours"}]},
        credentialSubject={"id": "did:example:s", "hours": 12.5},
    ),
    "nodes without id": credential(
        **{"@context": [V2, EXAMPLES]}, evidence=[{"type": "Seen", "by": {"name": "a"}}, {"type": "Seen"}]
    ),
    "several subjects": credential(credentialSubject=[{"id": "did:example:a"}, {"name": "b"}]),
    "version 1.1": first_version(**{"@context": [first_version()["@context"][0], proofs.DATA_INTEGRITY]}),
    "a presentation": presentation(credential(id="urn:x:1")),
}


@pytest.mark.parametrize("document", SEVERAL.values(), ids=SEVERAL)
def test_two_processors_write_the_same_canonical_form(document: Document) -> None:
    (ours,) = canonize([document])
    assert ours.decode() == independent.canonical(document)


@pytest.mark.parametrize("document", [credential(), first_version()], ids=["2.0", "1.1"])
def test_what_we_issue_another_signs_the_same_way(document: Document) -> None:
    made = issue(document, ISSUER, NOW, canonize)
    again = sign({k: v for k, v in made.items() if k != "proof"}, ISSUER, created=made["proof"]["created"])
    assert made == again
    assert verify_credential(made, verifier()).proven


def test_another_library_accepts_an_open_badge_that_we_issue() -> None:
    badge = credential(
        **{"@context": [V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]},
        id="urn:uuid:4f2d4a3e-6f2e-4e0a-8f6e-7d3a2c1b0a99",
        type=["VerifiableCredential", "OpenBadgeCredential"],
        issuer={"id": ISSUER.did, "type": ["Profile"], "name": "Centre"},
        validFrom="2026-03-09T09:00:00Z",
        name="Course",
        credentialSubject={
            "type": ["AchievementSubject"],
            "id": "did:example:learner",
            "achievement": {
                "id": "urn:uuid:0b4c1a77-2a4b-4b6e-9f0c-6f2f3f1f7b11",
                "type": ["Achievement"],
                "name": "Course",
                "description": "Four days",
                "criteria": {"narrative": "Come to all of them"},
            },
        },
    )
    made = issue(badge, ISSUER, NOW, canonize)
    pem = ISSUER._private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    read = OB3LdpVerifier(pem, issuer_did=ISSUER.did).verify(json.dumps(made).encode())
    assert read.issuer.id == ISSUER.did


def test_the_proof_of_what_is_issued_has_the_form_of_the_suite() -> None:
    made = issue(credential(issuer="did:example:somebody"), ISSUER, NOW, canonize)
    (method,) = [made["proof"]["verificationMethod"]]
    assert made["proof"] | {"proofValue": ""} == {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-01T09:00:00Z",
        "verificationMethod": f"{ISSUER.did}#{ISSUER.did.removeprefix('did:key:')}",
        "proofPurpose": "assertionMethod",
        "proofValue": "",
    }
    assert len(base58.decode(made["proof"]["proofValue"][1:], 64)) == 64
    (listed,) = did_key.document(ISSUER.did)["verificationMethod"]
    assert (listed["id"], listed["type"]) == (method, "Multikey")
    assert listed["publicKeyMultibase"].startswith("z6Mk")
    assert method in did_key.document(ISSUER.did)["assertionMethod"]


@pytest.mark.parametrize("named", ["did:example:somebody", {"id": "did:example:somebody", "name": "Centre"}])
def test_nobody_else_is_named_as_issuer(named: Any) -> None:
    made = issue(credential(issuer=named), ISSUER, NOW, canonize)
    assert made["issuer"] == (ISSUER.did if isinstance(named, str) else {"id": ISSUER.did, "name": "Centre"})


def test_a_proof_that_is_there_stays_beside_ours() -> None:
    made = issue(signed(), ISSUER, NOW, canonize)
    assert [p["created"] for p in made["proof"]] == ["2026-10-01T09:00:00Z", "2026-11-01T09:00:00Z"]
    assert verify_credential(made, verifier()).proven


LOSSY = {
    "a term that no context defines": credential(credentialSubject={"id": "did:example:s", "undefinedTerm": "x"}),
    "such a term at the top": credential(statusEntry={"type": "BitstringStatusListEntry", "statusListIndex": True}),
    "a type that no context defines": credential(type=["VerifiableCredential", "UndefinedType"]),
    "a term that its context takes back": credential(
        **{"@context": [V2, EXAMPLES, {"Course": None}]}, type=["VerifiableCredential", "Course"]
    ),
    "a relative reference": credential(
        **{"@context": [V2, {"at": {"@id": "https://example.org/#at", "@type": "@id"}}]},
        credentialSubject={"id": "did:example:s", "at": "here"},
    ),
}


@pytest.mark.parametrize("document", LOSSY.values(), ids=LOSSY)
def test_what_json_ld_would_drop_is_not_signed(document: Document) -> None:
    with pytest.raises(Faulty) as refused:
        issue(document, ISSUER, NOW, canonize)
    assert refused.value.problem.type is ProblemType.DATA_LOSS


UNREADABLE = {
    "a type mapped to no URL": credential(
        **{"@context": [V2, {"Course": "https ://not-a-url#Course"}]}, type=["VerifiableCredential", "Course"]
    ),
    "a type that nothing maps": credential(
        **{"@context": [V2, {"@vocab": None}]}, type=["VerifiableCredential", "Course"]
    ),
    "a protected term of the data model redefined": credential(
        **{"@context": [V2, {"VerifiableCredential": "https://example.org/#Bad"}]}
    ),
    "a term protected by the document redefined": credential(
        **{
            "@context": [
                V2,
                {"@protected": True, "Course": "https://example.org/#Course"},
                {"Course": "https://example.org/#Bad"},
            ]
        }
    ),
    "a context that is not known": credential(**{"@context": [V2, "https://example.org/contexts/1"]}),
    "a context of another host's loopback": credential(**{"@context": [V2, "http://127.0.0.1/contexts/1"]}),
}


@pytest.mark.parametrize("document", UNREADABLE.values(), ids=UNREADABLE)
def test_contexts_that_cannot_be_processed_are_refused(document: Document) -> None:
    with pytest.raises(Faulty):
        issue(document, ISSUER, NOW, canonize)
