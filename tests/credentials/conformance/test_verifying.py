"""Verifying with eddsa-rdfc-2022: what was made wrongly or changed is refused, as W3C's suites ask."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from credentials.conformance import (
    Faulty,
    ProblemType,
    VerificationMethod,
    Verifier,
    did_key,
    verify_credential,
    verify_presentation,
)
from tests.credentials.conformance import independent
from tests.credentials.conformance.documents import (
    HOLDER,
    ISSUER,
    NOW,
    STRANGER,
    V2,
    Document,
    credential,
    envelope,
    leaving_out,
    presentation,
    without,
)
from tests.credentials.conformance.in_process import canonize
from tests.credentials.conformance.independent import sign
from tests.credentials.conformance.signed import no_status, proof, signed, value_of, verifier


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
