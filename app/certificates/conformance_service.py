"""The conformance profile: credentials of anybody, issued and verified as W3C's test suites ask (VC-API).

Off by default, and never beside real certificates. It signs whatever it is asked to sign, so it does so with a key of
its own, a did:key that no verifier trusts and that the issuer's keys have nothing to do with. It knows none of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from app.certificates import conformance_status
from app.core import confinement
from app.core.config import read_or_create_secret
from app.core.errors import NotFound, Unavailable
from app.core.i18n import _l
from credentials import conformance, strict_json
from credentials.conformance import (
    CANONICAL_WORKER,
    OWN_CONTEXTS,
    DidKey,
    Faulty,
    Outcome,
    Problem,
    ProblemType,
    Verifier,
    did_key,
)

Document = Mapping[str, Any]

_WALL_SECONDS = 10
_PROBLEMS = {
    "context": ProblemType.MALFORMED,
    "lossy": ProblemType.DATA_LOSS,
    "invalid": ProblemType.PARSING,
    "complex": ProblemType.RANGE,
}


@dataclass(frozen=True)
class Report:
    """The answer to a request: what is wrong, or what was signed or found. `proven` if everything was checked."""

    problem: Problem | None = None
    proven: bool = False
    warnings: tuple[Problem, ...] = ()
    credential: Document | None = None


def require_profile() -> None:
    """Raise `NotFound` unless this instance has the profile: without it there is nothing at these addresses."""
    if not current_app.config["IEUM_CONFORMANCE"]:
        raise NotFound


def profile_key() -> DidKey:
    """Answer the key of the profile, made on first use; it is none of the issuer's."""
    secrets: Path = current_app.config["IEUM_INSTANCE_DIR"] / "secrets"
    return DidKey(read_or_create_secret(secrets / "conformance.key"))


def issue(body: bytes, at: datetime) -> Report:
    """Sign the `credential` of a request with the profile's key, if it conforms."""

    def signed(asked: Document) -> Report:
        credential = asked.get("credential")
        wanted = asked.get("options", {}).get("credentialStatus")
        if isinstance(credential, dict) and wanted is not None:
            credential = {**credential, "credentialStatus": conformance_status.entries_for(wanted)}
        return Report(proven=True, credential=conformance.issue(credential, profile_key(), at, canonize))

    return _reported(body, signed)


def verify_credential(body: bytes, at: datetime) -> Report:
    """Verify the `verifiableCredential` of a request."""

    def verified(asked: Document) -> Report:
        return _found(conformance.verify_credential(asked.get("verifiableCredential"), _verifier(asked, at)))

    return _reported(body, verified)


def verify_presentation(body: bytes, at: datetime) -> Report:
    """Verify the `verifiablePresentation` of a request, and what is in it."""

    def verified(asked: Document) -> Report:
        return _found(conformance.verify_presentation(asked.get("verifiablePresentation"), _verifier(asked, at)))

    return _reported(body, verified)


def status_list(purpose: str, at: datetime) -> Document:
    """Answer the profile's status list with this purpose. Raises `NotFound` when it has none."""
    if purpose not in conformance_status.PURPOSES:
        raise NotFound
    key = profile_key()
    return conformance.issue(conformance_status.list_claims(purpose, key.did, at), key, at, canonize)


def canonize(documents: Sequence[Document]) -> list[bytes]:
    """Answer the canonical form of documents, from a process with an end to its time and memory. Raises Faulty."""
    asked = json.dumps({"contexts": OWN_CONTEXTS, "documents": documents}).encode()
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and file; the documents go to standard input)
            [sys.executable, "-I", confinement.STARTER, str(CANONICAL_WORKER)],
            input=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_complex() from None
    if done.returncode < 0:  # Ended by the system: out of memory (abort) or out of time.
        raise _too_complex()
    if done.returncode:
        raise Unavailable(_l("JSON-LD를 처리하지 못했어요."))
    return canonical_forms(json.loads(done.stdout))


def canonical_forms(answer: Mapping[str, Any]) -> list[bytes]:
    """Read the answer of the process that canonicalises. Raises Faulty with what it refused."""
    if "problem" in answer:
        raise Faulty(_PROBLEMS[answer["problem"]], answer["detail"])
    return [text.encode() for text in answer["canonical"]]


def _reported(body: bytes, act: Callable[[Document], Report]) -> Report:
    try:
        return act(_read(body))
    except Faulty as faulty:
        return Report(faulty.problem)


def _read(body: bytes) -> Document:
    """Read a request strictly: what two readers could understand differently is not signed."""
    try:
        asked = strict_json.parse(body)
    except strict_json.Refused as refused:
        raise Faulty(ProblemType.PARSING, f"the body is no strict JSON: {refused.code}") from None
    suspicion = strict_json.suspicion(asked)
    if suspicion is not None or not isinstance(asked, dict):
        raise Faulty(ProblemType.PARSING, f"the body is no JSON object: {suspicion or 'not_an_object'}")
    read: Document = _with_numbers(asked)
    if not isinstance(read.get("options", {}), dict):
        raise Faulty(ProblemType.PARSING, "options: expected an object")
    return read


def _with_numbers(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _with_numbers(value) for name, value in node.items()}
    if isinstance(node, list):
        return [_with_numbers(item) for item in node]
    if not isinstance(node, strict_json.Number):
        return node
    value = json.loads(node) if len(node) < 64 else float("inf")
    if abs(value) == float("inf"):
        raise Faulty(ProblemType.RANGE, f"{node[:40]} is a number that JSON readers do not agree on")
    return value


def _found(outcome: Outcome) -> Report:
    return Report(proven=outcome.proven, warnings=outcome.warnings)


def _verifier(asked: Document, at: datetime) -> Verifier:
    options = asked.get("options", {})
    named = {name: options.get(name) for name in ("expectedProofPurpose", "domain", "challenge")}
    for name, value in named.items():
        if value is not None and not isinstance(value, str):
            raise Faulty(ProblemType.MALFORMED, f"options.{name}: expected a string")
    # Our own certificates are none of this profile's business: a revoked one with renamed terms would pass here.
    return Verifier(at, did_key.resolve, canonize, conformance_status.check_status, *named.values())


def _too_complex() -> Faulty:
    return Faulty(ProblemType.RANGE, "the document takes too long to canonicalise")
