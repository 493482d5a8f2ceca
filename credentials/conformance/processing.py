"""Issuing and verifying credentials and presentations of anybody, as W3C's test suites ask it of an implementation.

What is accepted here says nothing about who signed: keys are self-made (did:key) or given by the caller. It is for
showing conformance, and nothing that our own verification decides with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.conformance.data_model import (
    check_credential,
    check_presentation,
    credentials_of,
    is_enveloped,
    is_first_version,
)
from credentials.conformance.did_key import DidKey, VerificationMethod
from credentials.conformance.problems import Faulty, Problem, ProblemType, malformed
from credentials.conformance.proofs import (
    DATA_INTEGRITY,
    Canonize,
    Expected,
    Resolve,
    add_proof,
    proofs_of,
    verify_proofs,
)
from credentials.conformance.values import instant
from credentials.values import spell_instant

Document = Mapping[str, Any]
CheckStatus = Callable[[Document, Document], None]

ASSERTION = frozenset({"assertionMethod"})
PRESENTING = frozenset({"authentication", "assertionMethod"})


@dataclass(frozen=True)
class Verifier:
    """What verifying needs from outside: keys, canonical forms, a look at status lists, and what is expected.

    `check_status` is given a credential and one of its status entries. It raises `Faulty`; a problem of the type
    UNCHECKED says that we could not find out. `purpose` None expects what is usual.
    """

    at: datetime
    resolve: Resolve
    canonize: Canonize
    check_status: CheckStatus
    purpose: str | None = None
    domain: str | None = None
    challenge: str | None = None

    def expected(self, purposes: frozenset[str]) -> Expected:
        """Answer what a proof is held to."""
        named = frozenset({self.purpose}) if self.purpose is not None else purposes
        return Expected(self.at, named, self.domain, self.challenge)


@dataclass(frozen=True)
class Outcome:
    """What a verification found: the document conforms, and what is said in it holds as far as `warnings` allow.

    `proven` is whether every part carries a proof that was checked.
    """

    proven: bool
    warnings: tuple[Problem, ...] = ()


def issue(credential: Any, key: DidKey, at: datetime, canonize: Canonize) -> dict[str, Any]:
    """Check a credential, make this key's controller its issuer, and sign it. Raises `Faulty`.

    Whoever the request names as issuer has not been asked, and so is not named in what is signed.
    """
    check_credential(credential, issuing=True)
    proofs_of(credential)
    named = credential["issuer"]
    issuer = {**named, "id": key.did} if isinstance(named, dict) else key.did
    contexts = list(credential["@context"])
    if is_first_version(credential) and DATA_INTEGRITY not in contexts:
        contexts.append(DATA_INTEGRITY)
    claims = {**credential, "@context": contexts, "issuer": issuer}
    return add_proof(claims, key, spell_instant(at.replace(microsecond=0)), canonize)


def verify_credential(credential: Any, verifier: Verifier) -> Outcome:
    """Verify a credential: data model, proofs, issuer, period, status. Raises `Faulty` when the answer is no."""
    check_credential(credential)
    keys = verify_proofs(credential, verifier.expected(ASSERTION), verifier.resolve, verifier.canonize)
    _check_issuer(credential, keys)
    _check_now(credential, verifier.at)
    return Outcome(True, tuple(_status_warnings(credential, verifier.check_status)))


def verify_presentation(presentation: Any, verifier: Verifier) -> Outcome:
    """Verify a presentation and every credential in it. Raises `Faulty` when the answer is no.

    A presentation without a proof, and an envelope, are no error: they conform, and are said not to be proven.
    """
    check_presentation(presentation)
    warnings: list[Problem] = []
    if "proof" in presentation:
        verify_proofs(presentation, verifier.expected(PRESENTING), verifier.resolve, verifier.canonize)
    else:
        # Its names must be defined all the same.
        verifier.canonize([presentation])
        warnings.append(Problem(ProblemType.UNCHECKED, "the presentation has no proof"))
    proven = "proof" in presentation
    inner = Verifier(verifier.at, verifier.resolve, verifier.canonize, verifier.check_status)
    for credential in credentials_of(presentation):
        if is_enveloped(credential):
            proven = False
            warnings.append(Problem(ProblemType.UNCHECKED, "the signature of an envelope was not checked"))
        else:
            warnings.extend(verify_credential(credential, inner).warnings)
    return Outcome(proven, tuple(warnings))


def _check_issuer(credential: Document, keys: list[VerificationMethod]) -> None:
    issuer = credential["issuer"]
    name = issuer["id"] if isinstance(issuer, dict) else issuer
    if all(key.controller != name for key in keys):
        raise Faulty(ProblemType.CRYPTOGRAPHIC, f"issuer: {name} does not control the key that signed")


def _check_now(credential: Document, at: datetime) -> None:
    first = is_first_version(credential)
    begins, ends = ("issuanceDate", "expirationDate") if first else ("validFrom", "validUntil")
    if begins in credential and instant(begins, credential[begins]) > at:
        raise malformed(f"{begins}: {credential[begins]} is in the future")
    if ends in credential and instant(ends, credential[ends]) < at:
        raise malformed(f"{ends}: {credential[ends]} is in the past")


def _status_warnings(credential: Document, check_status: CheckStatus) -> list[Problem]:
    entries = credential.get("credentialStatus", [])
    found: list[Problem] = []
    for entry in entries if isinstance(entries, list) else [entries]:
        try:
            check_status(credential, entry)
        except Faulty as faulty:
            if faulty.problem.type is not ProblemType.UNCHECKED:
                raise
            found.append(faulty.problem)
    return found
