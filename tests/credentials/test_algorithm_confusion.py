"""Nothing in a document may choose how it is checked, or by whose key."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from credentials import Outcome, Step, base58, examine, proof, sign_certificate, strict_json
from credentials.certificate import WITHOUT_END
from credentials.writer import escape
from tests.credentials.examples import (
    CLAIMS,
    ISSUED,
    KEY,
    KEYS,
    LIST_KEY,
    LISTS,
    NOW,
    STRANGER,
    changed,
    dump,
    issue,
    look,
)

ORDER = 2**252 + 27742317777372353535851937790883648493
"""The order of Ed25519's base point (RFC 8032 §5.1)."""


def set_proof(**members: Any) -> Callable[[Any], object]:
    return lambda document: document["proof"].update(members)


def drop_from_proof(member: str) -> Callable[[Any], object]:
    return lambda document: document["proof"].pop(member)


def signature_of(document: Any) -> bytes:
    return base58.decode(document["proof"]["proofValue"][1:], 64)


def set_signature(change: Callable[[bytes], str]) -> Callable[[Any], object]:
    return lambda document: document["proof"].update(proofValue=change(signature_of(document)))


def multibase(data: bytes) -> str:
    return "z" + base58.encode(data)


def second_spelling(signature: bytes) -> str:
    """The other signature that a verifier without the range check of S accepts."""
    s = int.from_bytes(signature[32:], "little") + ORDER
    return multibase(signature[:32] + s.to_bytes(32, "little"))


def proofs(*change: Callable[[Any], Any]) -> Callable[[Any], object]:
    return lambda document: document.update(proof=[make(dict(document["proof"])) for make in change])


def same(entry: Any) -> Any:
    return entry


def with_suite(name: str) -> Callable[[Any], Any]:
    return lambda entry: {**entry, "cryptosuite": name}


def broken(entry: Any) -> Any:
    return {**entry, "proofValue": multibase(bytes([7]) * 64)}


CASES: dict[str, Callable[[Any], object]] = {
    "suite eddsa-jcs-2022": set_proof(cryptosuite="eddsa-jcs-2022"),
    "suite ecdsa-rdfc-2019": set_proof(cryptosuite="ecdsa-rdfc-2019"),
    "suite bbs-2023": set_proof(cryptosuite="bbs-2023"),
    "suite none": set_proof(cryptosuite="none"),
    "suite empty": set_proof(cryptosuite=""),
    "suite null": set_proof(cryptosuite=None),
    "suite missing": drop_from_proof("cryptosuite"),
    "suite in capitals": set_proof(cryptosuite="EDDSA-RDFC-2022"),
    "suite with a space": set_proof(cryptosuite="eddsa-rdfc-2022 "),
    "suite in a list": set_proof(cryptosuite=["eddsa-rdfc-2022"]),
    "type Ed25519Signature2020": set_proof(type="Ed25519Signature2020"),
    "type JsonWebSignature2020": set_proof(type="JsonWebSignature2020"),
    "type in a list": set_proof(type=["DataIntegrityProof"]),
    "type missing": drop_from_proof("type"),
    "alg none beside": set_proof(alg="none"),
    "jws instead of proofValue": lambda document: document["proof"].update(jws=document["proof"].pop("proofValue")),
    "no proof": lambda document: document.pop("proof"),
    "proof null": lambda document: document.update(proof=None),
    "proof an empty list": lambda document: document.update(proof=[]),
    "good proof after a bad one": proofs(broken, same),
    "good proof before a bad one": proofs(same, broken),
    "good proof twice": proofs(same, same),
    "our suite misspelled beside": proofs(same, with_suite("EdDSA-RDFC-2022")),
    "only foreign suites": proofs(with_suite("eddsa-jcs-2022"), with_suite("bbs-2023")),
    "bad proof beside a foreign one": proofs(broken, with_suite("bbs-2023")),
    "foreign proof with an aliased key": proofs(same, lambda entry: {**entry, "cryptosuite": "x", "a:b": "c"}),
    "foreign proof with a deep value": proofs(same, lambda entry: {**entry, "cryptosuite": "x", "a": [[[]]]}),
    "foreign proof with a list for its time": proofs(
        same, lambda entry: {**entry, "cryptosuite": "x", "created": []}
    ),
    "signature in base64url": set_signature(lambda signature: "u" + base64.urlsafe_b64encode(signature).decode()),
    "signature in hexadecimal": set_signature(lambda signature: "f" + signature.hex()),
    "signature of 63 bytes": set_signature(lambda signature: multibase(signature[:63])),
    "signature of 65 bytes": set_signature(lambda signature: multibase(signature + b"\1")),
    "signature with a leading 1": set_signature(lambda signature: "z1" + base58.encode(signature)),
    "signature of zeros": set_signature(lambda signature: multibase(bytes(64))),
    "signature empty": set_proof(proofValue=""),
    "signature only z": set_proof(proofValue="z"),
    "signature in a list": lambda document: set_proof(proofValue=[document["proof"]["proofValue"]])(document),
    "signature with S + L": set_signature(second_spelling),
    "HMAC with the public key": set_signature(
        lambda signature: multibase(hmac.digest(KEY.public.raw, b"anything", hashlib.sha512))
    ),
    "key inside the proof": set_proof(
        verificationMethod={"id": KEY.public.id, "publicKeyMultibase": STRANGER.public.multibase}
    ),
    "did:key of a stranger": set_proof(verificationMethod=f"did:key:{STRANGER.public.multibase}"),
    "another key of the issuer": set_proof(verificationMethod=LIST_KEY.public.id),
    "key id relative": set_proof(verificationMethod="#c1"),
    "purpose authentication": set_proof(proofPurpose="authentication"),
    "purpose missing": drop_from_proof("proofPurpose"),
    "purpose in a list": set_proof(proofPurpose=["assertionMethod"]),
}


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 30


@pytest.mark.parametrize("exact", [True, False], ids=["as a file", "formatting permitted"])
@pytest.mark.parametrize("name", CASES)
def test_it_is_refused(name: str, exact: bool) -> None:
    data = issue()
    altered = changed(data, CASES[name])
    assert altered != data
    examination = look(altered, exact=exact)
    assert examination.outcome is Outcome.NOT_VALID
    assert examination.certificate is None


def test_a_proof_of_an_unknown_suite_beside_a_good_one_does_no_harm() -> None:
    both = changed(issue(), proofs(with_suite("eddsa-jcs-2022"), same))
    assert look(both, exact=False).outcome is Outcome.VALID
    assert look(both).outcome is Outcome.NOT_VALID


def test_a_strangers_key_signs_nothing_of_ours_even_when_its_keys_are_known() -> None:
    document = json.loads(issue())
    document["proof"]["verificationMethod"] = STRANGER.public.id
    texts, _ = WITHOUT_END.read(strict_json.parse(dump(document)))
    filled = escape(texts)
    message = proof.signed_bytes(filled["proof.created"], filled["proof.method"], WITHOUT_END.quads(filled))
    document["proof"]["proofValue"] = multibase(STRANGER.sign(message))
    data = dump(document)
    keys = {**KEYS, STRANGER.public.id: STRANGER.public}
    assert STRANGER.public.signed(signature_of(document), message)
    examination = examine(data, issuer_keys=keys, status_lists=LISTS, at=NOW)
    assert examination.deciding is not None
    assert (examination.deciding.step, examination.deciding.code) == (Step.ISSUER, "key_of_another")


def test_an_issuer_without_known_keys_is_not_valid() -> None:
    data = sign_certificate(CLAIMS, KEY, ISSUED)
    keys = {STRANGER.public.id: STRANGER.public}
    deciding = examine(data, issuer_keys=keys, status_lists=LISTS, at=NOW).deciding
    assert deciding is not None
    assert (deciding.step, deciding.code) == (Step.ISSUER, "issuer_unknown")


def test_a_key_filed_under_another_id_is_refused() -> None:
    swapped = {KEY.public.id: LIST_KEY.public}
    deciding = examine(issue(), issuer_keys=swapped, status_lists=LISTS, at=NOW).deciding
    assert deciding is not None
    assert deciding.code == "key_of_another"
