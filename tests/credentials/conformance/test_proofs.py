"""eddsa-rdfc-2022 over any document: what W3C's suites ask of issuers and verifiers, by another implementation."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3.ldp import OB3LdpVerifier

from credentials import base58
from credentials.conformance import (
    DidKey,
    Faulty,
    ProblemType,
    VerificationMethod,
    Verifier,
    did_key,
    issue,
    proofs,
    verify_credential,
    verify_presentation,
)
from tests.credentials.conformance import independent
from tests.credentials.conformance.documents import (
    EXAMPLES,
    HOLDER,
    ISSUER,
    NOW,
    STRANGER,
    V2,
    Document,
    credential,
    envelope,
    first_version,
    leaving_out,
    presentation,
    without,
)
from tests.credentials.conformance.in_process import canonize
from tests.credentials.conformance.independent import sign


def no_status(_credential: Any, _entry: Any) -> None:
    raise Faulty(ProblemType.UNCHECKED, "not looked at")


def verifier(**expected: Any) -> Verifier:
    return Verifier(NOW, did_key.resolve, canonize, no_status, **expected)


@cache
def _signed() -> str:
    return json.dumps(sign(credential(name="Course"), ISSUER))


def signed(change: Callable[[Document], object] = lambda _: None) -> Document:
    """Answer a credential signed by the other implementation, changed afterwards."""
    document: Document = json.loads(_signed())
    change(document)
    return document


def proof(**members: Any) -> Callable[[Document], object]:
    """Make the change that sets members of the proof, or takes away those that are None."""

    def change(document: Document) -> None:
        for name, value in members.items():
            if value is None:
                del document["proof"][name]
            else:
                document["proof"][name] = value

    return change


def spelled(data: bytes) -> str:
    return base58.encode(data) if len(data) <= 64 else base58.encode(data[:64]) + base58.encode(data[64:])


def value_of(change: Callable[[bytes], bytes]) -> Callable[[Document], object]:
    """Make the change that alters the 64 bytes of the proof's value."""

    def change_value(document: Document) -> None:
        data = base58.decode(document["proof"]["proofValue"][1:], 64)
        document["proof"]["proofValue"] = "z" + spelled(change(data))

    return change_value


# --- against other implementations

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


# --- the form of what is issued


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


# --- verifying


def test_a_valid_credential_verifies() -> None:
    assert verify_credential(signed(), verifier()).proven


ACCEPTED = {
    "no created": {"created": None},
    "created with an offset": {"created": "2026-10-01T18:00:00+09:00"},
    "created without an offset": {"created": "2026-10-01T09:00:00"},
    "expires later": {"expires": "2027-01-01T00:00:00Z"},
    "an id": {"id": "urn:uuid:9f0f0c9e-40a6-4a6c-8f8e-0d6bb1b1b2c3"},
    "a domain and a challenge": {"domain": "verifier.example", "challenge": "1235abcd6789"},
    "a nonce": {"nonce": "one-time"},
}


@pytest.mark.parametrize("options", ACCEPTED.values(), ids=ACCEPTED)
def test_other_valid_proofs_verify(options: dict[str, Any]) -> None:
    assert verify_credential(sign(credential(), ISSUER, **options), verifier()).proven


SIGNED_WRONG = {
    "another type": {"type": "https://example.org/#UnknownProofType", "cryptosuite": None},
    "another suite": {"cryptosuite": "unknown-cryptosuite-2017"},
    "the suite of the other canonicalisation": {"cryptosuite": "eddsa-jcs-2022"},
    "no suite": {"cryptosuite": None},
    "no purpose": {"proofPurpose": None},
    "another purpose": {"proofPurpose": "authentication"},
    "a purpose that there is not": {"proofPurpose": "https://example.org/#purpose"},
    "no verification method": {"verificationMethod": None},
    "a verification method that is none": {"verificationMethod": "did:key:invalidVm"},
    "a DID for a verification method": {"verificationMethod": ISSUER.did},
    "another key's method": {"verificationMethod": STRANGER.method},
    "a method of a DID that is not known": {"verificationMethod": "did:web:issuer.example#key-1"},
    "created in words": {"created": "invalidDate"},
    "created with a date alone": {"created": "2026-10-01"},
    "expired": {"expires": "2026-10-31T00:00:00Z"},
    "expired without offset": {"expires": "2026-11-01T09:00:00"},
    "built upon a proof that is not there": {"previousProof": "urn:uuid:9f0f0c9e-40a6-4a6c-8f8e-0d6bb1b1b2c3"},
}


@pytest.mark.parametrize("options", SIGNED_WRONG.values(), ids=SIGNED_WRONG)
def test_a_proof_that_was_made_wrongly_is_refused(options: dict[str, Any]) -> None:
    document = credential()
    if "previousProof" in options:
        document["proof"] = []
    made = sign(document, ISSUER, **options)
    with pytest.raises(Faulty):
        verify_credential(made, verifier())


CHANGED_AFTERWARDS = {
    "no proof": without("proof"),
    "proof null": lambda d: d.update(proof=None),
    "proof a string": lambda d: d.update(proof="proof"),
    "no proofs": lambda d: d.update(proof=[]),
    "too many proofs": lambda d: d.update(proof=[d["proof"]] * 9),
    "proof without type": proof(type=None),
    "proof type a number": proof(type=5),
    "cryptosuite a number": proof(cryptosuite=5),
    "cryptosuite in other letters": proof(cryptosuite="EDDSA-RDFC-2022"),
    "no value": proof(proofValue=None),
    "value null": lambda d: d["proof"].update(proofValue=None),
    "value a number": proof(proofValue=5),
    "value without multibase header": lambda d: proof(proofValue=d["proof"]["proofValue"][1:])(d),
    "value in another base": lambda d: proof(proofValue="u" + d["proof"]["proofValue"][1:])(d),
    "value with a letter outside of the alphabet": lambda d: proof(proofValue=d["proof"]["proofValue"][:-1] + "0")(d),
    "value cut off": value_of(lambda data: data[:63]),
    "value too long": value_of(lambda data: data + bytes([7]) * 32),
    "value altered": value_of(lambda data: data[:-1] + bytes([data[-1] ^ 1])),
    "value of zeros": value_of(lambda _: bytes(64)),
    "value with leading zeros": lambda d: proof(proofValue="z1" + d["proof"]["proofValue"][1:])(d),
    "created altered": proof(created="2026-10-01T09:00:01Z"),
    "created taken away": proof(created=None),
    "a domain added": proof(domain="verifier.example"),
    "contexts in the proof": proof(**{"@context": [V2]}),
    "the name altered": lambda d: d.update(name="Other course"),
    "the subject altered": lambda d: d["credentialSubject"].update(id="did:example:other"),
    "a type added": lambda d: d["type"].append("https://example.org/#More"),
    "a type added that nothing defines": lambda d: d["type"].append("UndefinedType"),
    "a term added that nothing defines": lambda d: d["credentialSubject"].update(undefinedTerm="x"),
    "a context added": lambda d: d["@context"].append({"name": "https://example.org/#other"}),
    "the issuer altered": lambda d: d.update(issuer=STRANGER.did),
    "an end added": lambda d: d.update(validUntil="2030-01-01T00:00:00Z"),
}


@pytest.mark.parametrize("change", CHANGED_AFTERWARDS.values(), ids=CHANGED_AFTERWARDS)
def test_what_was_changed_after_it_was_signed_is_refused(change: Callable[[Document], object]) -> None:
    with pytest.raises(Faulty):
        verify_credential(signed(change), verifier())


def test_a_plain_processor_would_not_notice_what_it_drops() -> None:
    undefined = signed(lambda d: d["credentialSubject"].update(undefinedTerm="x"))
    assert independent.canonical(leaving_out(undefined, "proof")) == independent.canonical(
        leaving_out(signed(), "proof")
    )


def test_whoever_signs_for_another_issuer_is_refused() -> None:
    made = sign(credential(issuer=ISSUER.did), STRANGER)
    with pytest.raises(Faulty, match="issuer"):
        verify_credential(made, verifier())


def test_a_key_that_is_not_listed_for_assertions_is_refused() -> None:
    listed = VerificationMethod(ISSUER.method, ISSUER.did, did_key.resolve(ISSUER.method).raw, frozenset())  # type: ignore[union-attr]
    blind = Verifier(NOW, lambda _: listed, canonize, no_status)
    with pytest.raises(Faulty, match="does not list"):
        verify_credential(signed(), blind)


EXPECTED_OTHERWISE = {
    "purpose": ({"purpose": "authentication"}, ProblemType.PROOF),
    "domain": ({"domain": "verifier.example"}, ProblemType.DOMAIN),
    "challenge": ({"challenge": "1235abcd6789"}, ProblemType.CHALLENGE),
}


@pytest.mark.parametrize(("expected", "type"), EXPECTED_OTHERWISE.values(), ids=EXPECTED_OTHERWISE)
def test_a_proof_that_was_made_for_something_else_is_refused(expected: dict[str, Any], type: ProblemType) -> None:
    with pytest.raises(Faulty) as refused:
        verify_credential(signed(), verifier(**expected))
    assert refused.value.problem.type is type


def test_a_domain_and_challenge_as_asked_are_accepted() -> None:
    made = sign(credential(), ISSUER, domain=["other.example", "verifier.example"], challenge="1235abcd6789")
    assert verify_credential(made, verifier(domain="verifier.example", challenge="1235abcd6789")).proven
    with pytest.raises(Faulty, match="challenge"):
        verify_credential(made, verifier(domain="verifier.example", challenge="another"))


@pytest.mark.parametrize(
    "members",
    [{"validFrom": "2026-11-01T09:00:01Z"}, {"validUntil": "2026-11-01T08:59:59Z"}],
    ids=["not yet", "no more"],
)
def test_out_of_its_period_it_is_refused(members: dict[str, str]) -> None:
    with pytest.raises(Faulty, match=next(iter(members))):
        verify_credential(sign(credential(**members), ISSUER), verifier())


def test_of_several_proofs_each_of_the_suite_must_hold() -> None:
    both = sign(sign(credential(), ISSUER), HOLDER)
    assert verify_credential(both, verifier()).proven
    for place in (0, 1):
        wrong = copy.deepcopy(both)
        wrong["proof"][place]["created"] = "2026-10-01T09:00:01Z"
        with pytest.raises(Faulty):
            verify_credential(wrong, verifier())


def test_a_proof_of_another_suite_beside_ours_does_no_harm_and_alone_proves_nothing() -> None:
    other = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023", "proofPurpose": "assertionMethod"}
    assert verify_credential(signed(lambda d: d.update(proof=[other, d["proof"]])), verifier()).proven
    with pytest.raises(Faulty, match="bbs-2023"):
        verify_credential(signed(lambda d: d.update(proof=other)), verifier())


FIRST = "urn:uuid:9f0f0c9e-40a6-4a6c-8f8e-0d6bb1b1b2c3"


def test_a_chain_of_proofs_holds_only_in_its_order() -> None:
    chain = sign(sign(credential(), ISSUER, id=FIRST), HOLDER, previousProof=FIRST)
    assert verify_credential(chain, verifier()).proven
    wrongs: list[Callable[[Document], object]] = [
        lambda d: d["proof"][1].update(previousProof="urn:uuid:0"),
        lambda d: d["proof"][1].update(previousProof=[]),
        lambda d: d["proof"][1].update(previousProof=5),
        lambda d: d["proof"].pop(0),
        lambda d: d["proof"][0].update(id="urn:uuid:0"),
        lambda d: d["proof"].append({**d["proof"][0]}),
        lambda d: d["proof"].__setitem__(0, sign(credential(), STRANGER, id=FIRST)["proof"]),
    ]
    for wrong in wrongs:
        changed = copy.deepcopy(chain)
        wrong(changed)
        with pytest.raises(Faulty):
            verify_credential(changed, verifier())


# --- presentations


def presented(*credentials: Any, **options: Any) -> Document:
    return sign(presentation(*credentials, holder=HOLDER.did), HOLDER, proofPurpose="authentication", **options)


def test_a_presentation_with_its_credentials_verifies() -> None:
    assert verify_presentation(presented(signed()), verifier()).proven
    made = presented(signed(), challenge="1235abcd6789", domain="verifier.example")
    assert verify_presentation(made, verifier(challenge="1235abcd6789", domain="verifier.example")).proven


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["proof"].update(proofValue="z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh"),
        lambda d: d.update(holder=STRANGER.did),
        lambda d: d["verifiableCredential"].append(signed()),
        lambda d: d["verifiableCredential"][0].pop("proof"),
        lambda d: d["verifiableCredential"][0].update(name="Other course"),
        lambda d: d.update(verifiableCredential=[]),
        lambda d: d["@context"].append("https://example.org/contexts/1"),
    ],
)
def test_a_presentation_that_was_changed_is_refused(change: Callable[[Document], object]) -> None:
    made = presented(signed())
    change(made)
    with pytest.raises(Faulty):
        verify_presentation(made, verifier())


def test_a_credential_that_does_not_hold_spoils_the_presentation() -> None:
    forged = signed(lambda d: d.update(name="Other course"))
    with pytest.raises(Faulty):
        verify_presentation(presented(forged), verifier())


def test_what_has_no_proof_that_can_be_checked_is_said_not_to_be_proven() -> None:
    for made in (presentation(signed()), presented(envelope()), presentation(envelope())):
        found = verify_presentation(made, verifier())
        assert not found.proven
        assert found.warnings
    with pytest.raises(Faulty):
        verify_presentation(presentation(credential()), verifier())


def test_a_status_that_could_not_be_looked_up_is_said_to_be_so() -> None:
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": "https://issuer.example/status/3",
    }
    found = verify_credential(sign(credential(credentialStatus=entry), ISSUER), verifier())
    assert [warning.detail for warning in found.warnings] == ["not looked at"]
