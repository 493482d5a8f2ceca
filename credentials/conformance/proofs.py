"""Data Integrity proofs over any JSON-LD document with eddsa-rdfc-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0).

Canonicalising is the caller's: `Canonize` takes documents and answers their canonical N-Quads, or raises `Faulty`.
Keys, times and what is expected are arguments. The algorithm is the key's; what a proof says of it is only compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials import base58
from credentials.conformance.did_key import DidKey, VerificationMethod
from credentials.conformance.problems import Faulty, ProblemType
from credentials.conformance.values import instant, is_url

SUITE = "eddsa-rdfc-2022"
TYPE = "DataIntegrityProof"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
MAX_PROOFS = 8

Document = Mapping[str, Any]
Canonize = Callable[[Sequence[Document]], Sequence[bytes]]
Resolve = Callable[[str], VerificationMethod | None]


@dataclass(frozen=True)
class Expected:
    """What a verifier expects of a proof. None, or no purposes, expects nothing in particular."""

    at: datetime
    purposes: frozenset[str]
    domain: str | None = None
    challenge: str | None = None


def add_proof(document: Document, key: DidKey, created: str, canonize: Canonize) -> dict[str, Any]:
    """Answer the document with a proof of this key; proofs that it has stay beside it."""
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    options = {
        "type": TYPE,
        "cryptosuite": SUITE,
        "created": created,
        "verificationMethod": key.method,
        "proofPurpose": "assertionMethod",
    }
    signature = key.sign(_signed_bytes(unsecured, options, canonize))
    proof = {**options, "proofValue": "z" + base58.encode(signature)}
    others = proofs_of(document)
    return {**unsecured, "proof": [*others, proof] if others else proof}


def proofs_of(document: Document) -> list[dict[str, Any]]:
    """Answer the proofs of a document. Raises `Faulty` unless they are objects."""
    if "proof" not in document:
        return []
    found = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
    if not found or len(found) > MAX_PROOFS or not all(isinstance(proof, dict) and proof for proof in found):
        raise _refused(f"proof: expected an object, or 1 to {MAX_PROOFS} of them")
    return found


def verify_proofs(
    document: Document, expected: Expected, resolve: Resolve, canonize: Canonize
) -> list[VerificationMethod]:
    """Verify the proofs of a document; answer who made them. Raises `Faulty`.

    Every proof of our suite must hold, and there must be one; proofs of other suites beside it are passed over.
    """
    proofs = proofs_of(document)
    if not proofs:
        raise _refused("proof: it is missing")
    ids = {proof["id"]: proof for proof in proofs if isinstance(proof.get("id"), str)}
    if len(ids) != sum("id" in proof for proof in proofs):
        raise _refused("proof.id: expected a URL, and each once")
    ours = [proof for proof in proofs if _is_ours(proof)]
    if not ours:
        found = ", ".join(repr(proof.get("cryptosuite", proof.get("type"))) for proof in proofs)
        raise _refused(f"proof: found {found[:120]}, expected {TYPE} with {SUITE}")
    return [_verify(document, proof, ids, expected, resolve, canonize) for proof in ours]


def _is_ours(proof: Document) -> bool:
    if not isinstance(proof.get("type"), str):
        raise _refused("proof.type: expected a string")
    if proof["type"] != TYPE:
        return False
    if not isinstance(proof.get("cryptosuite"), str):
        raise _refused("proof.cryptosuite: expected a string")
    return bool(proof["cryptosuite"] == SUITE)


def _verify(
    document: Document,
    proof: Document,
    ids: Mapping[str, Document],
    expected: Expected,
    resolve: Resolve,
    canonize: Canonize,
) -> VerificationMethod:
    _check_form(proof, expected)
    signature = _signature(proof.get("proofValue"))
    key = _key(proof, resolve)
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    if before := _previous(proof, ids):
        unsecured["proof"] = before
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if not key.signed(signature, _signed_bytes(unsecured, options, canonize)):
        raise Faulty(ProblemType.CRYPTOGRAPHIC, f"proof: it was not made by {key.id} over this document")
    return key


def _check_form(proof: Document, expected: Expected) -> None:
    if "@context" in proof:
        raise _refused("proof.@context: the contexts are those of the document")
    if "id" in proof and not is_url(proof["id"]):
        raise _refused("proof.id: expected a URL")
    purpose = proof.get("proofPurpose")
    if not isinstance(purpose, str) or purpose not in expected.purposes:
        raise _refused(f"proof.proofPurpose: found {purpose!r}, expected {' or '.join(sorted(expected.purposes))}")
    for name in ("challenge", "nonce"):
        if name in proof and not isinstance(proof[name], str):
            raise _refused(f"proof.{name}: expected a string")
    if "created" in proof:
        instant("proof.created", proof["created"])
    if "expires" in proof and instant("proof.expires", proof["expires"]) <= expected.at:
        raise _refused("proof.expires: that was before now")
    domains = proof.get("domain", [])
    domains = domains if isinstance(domains, list) else [domains]
    if not all(isinstance(domain, str) for domain in domains):
        raise _refused("proof.domain: expected strings")
    if expected.domain is not None and expected.domain not in domains:
        raise Faulty(ProblemType.DOMAIN, f"proof.domain: expected {expected.domain}")
    if expected.challenge is not None and proof.get("challenge") != expected.challenge:
        raise Faulty(ProblemType.CHALLENGE, "proof.challenge: it is not the one that was asked for")


def _signature(value: Any) -> bytes:
    if isinstance(value, str) and value.startswith("z"):
        try:
            return base58.decode(value[1:], 64)
        except ValueError:
            pass
    raise _refused("proof.proofValue: expected z and 64 bytes in base58btc")


def _key(proof: Document, resolve: Resolve) -> VerificationMethod:
    method = proof.get("verificationMethod")
    if not is_url(method):
        raise Faulty(ProblemType.METHOD, f"proof.verificationMethod: found {method!r}, expected a URL")
    key = resolve(str(method))
    if key is None:
        raise Faulty(ProblemType.METHOD, f"proof.verificationMethod: {method} is no Ed25519 key that is known here")
    if proof["proofPurpose"] not in key.purposes:
        raise _refused(f"proof.proofPurpose: {key.controller} does not list {key.id} for {proof['proofPurpose']}")
    return key


def _previous(proof: Document, ids: Mapping[str, Document]) -> list[Document]:
    """Answer the proofs that this one builds upon (Data Integrity 1.0 §4.5): it signs them, too."""
    named = proof.get("previousProof", [])
    named = named if isinstance(named, list) else [named]
    if "previousProof" in proof and (not named or not all(isinstance(id, str) and id in ids for id in named)):
        raise _refused("proof.previousProof: there is no such proof")
    return [ids[id] for id in named]


def _signed_bytes(unsecured: Document, options: Document, canonize: Canonize) -> bytes:
    contextual = {"@context": unsecured["@context"], **options}
    document, configuration = canonize([unsecured, contextual])
    return hashlib.sha256(configuration).digest() + hashlib.sha256(document).digest()


def _refused(detail: str) -> Faulty:
    return Faulty(ProblemType.PROOF, detail)
