"""Whether an Open Badges 3.0 credential was revoked: Bitstring Status List 1.0, read strictly.

A list counts only with its own proof by the badge's issuer, as a JWT or with a Data Integrity proof; openbadgeslib
knows the first alone and calls everything else an error, revoked or not. Whatever is wrong with a list, the answer is
"could not be checked".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import jwt
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.keys import detect_key_type
from openbadgeslib.ob3.contexts import bundled_contexts
from openbadgeslib.ob3.ldp import verify_data_integrity_proof
from openbadgeslib.ob3.status import decode_encoded_list

from app.portfolio.foreign_badge_documents import Ask, CannotCheck, NotValid, parse_object

# Answers the PEM of the issuer's key with this id (None: the one key it has), or raises.
KeyOf = Callable[[str | None], bytes]

SKEW = timedelta(seconds=300)
MAX_ENTRIES = 4
_TYPES = {"BitstringStatusListEntry", "StatusList2021Entry"}
_ENDING = {"revocation": "revoked", "suspension": "suspended"}
_CONTEXTS = frozenset(bundled_contexts())
_VC = "https://www.w3.org/ns/credentials/v2"
# The proof covers RDF, not JSON: what these contexts do not define would be read, and is not signed.
_LIST_TERMS = {"@context", "id", "type", "issuer", "validFrom", "validUntil", "name", "description", "proof"} | {
    "credentialSubject"
}
_SUBJECT_TERMS = {"id", "type", "statusPurpose", "encodedList", "ttl"}
_ALGORITHMS = {"RSA": ["RS256", "RS384", "RS512"], "ECC": ["ES256", "ES384", "ES512"], "ED25519": ["EdDSA"]}


def check_status(credential: dict[str, Any], issuer: str, ask: Ask, key_of: KeyOf, at: datetime) -> str:
    """Answer `ok`, or `absent` when the issuer tells no status.

    Raises `NotValid` when it is revoked or suspended, `CannotCheck` whenever that is not certain.
    """
    status = credential.get("credentialStatus")
    if status is None:
        return "absent"
    entries = status if isinstance(status, list) else [status]
    if not 0 < len(entries) <= MAX_ENTRIES:
        raise CannotCheck("status_unsupported")
    unknown: CannotCheck | None = None
    for entry in entries:
        try:
            _check_entry(entry, issuer, ask, key_of, at)
        except CannotCheck as error:
            unknown = unknown or error  # Another entry may still say that it is revoked.
    if unknown is not None:
        raise unknown
    return "ok"


def _check_entry(entry: Any, issuer: str, ask: Ask, key_of: KeyOf, at: datetime) -> None:
    if not isinstance(entry, dict) or str(entry.get("type")) not in _TYPES or entry.get("statusSize", 1) != 1:
        raise CannotCheck("status_unsupported")
    url, purpose = entry.get("statusListCredential"), entry.get("statusPurpose")
    index = str(entry.get("statusListIndex"))
    if not isinstance(url, str) or not isinstance(purpose, str) or not (index.isascii() and index.isdecimal()):
        raise CannotCheck("status_unsupported")
    try:
        document = _read_list(ask(url), issuer, key_of)
        bits = _bits(document, url, purpose, at)
    except (LibOpenBadgesException, jwt.PyJWTError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise CannotCheck("status_list") from error
    place = int(index) if len(index) < 10 else len(bits) * 8
    if place >= len(bits) * 8:
        raise CannotCheck("status_list")
    if bits[place // 8] >> (7 - place % 8) & 1 and purpose in _ENDING:
        raise NotValid(_ENDING[purpose])


def _read_list(data: bytes, issuer: str, key_of: KeyOf) -> dict[str, Any]:
    """Answer a status list whose proof by this issuer has been verified."""
    text = data.decode().strip()
    document = _from_json(text, issuer, key_of) if text.startswith("{") else _from_jwt(text, key_of)
    stated = document.get("issuer")
    if (stated.get("id") if isinstance(stated, dict) else stated) != issuer or document.get("iss", issuer) != issuer:
        raise ValueError("a list of somebody else")
    return document


def _from_jwt(token: str, key_of: KeyOf) -> dict[str, Any]:
    kid = jwt.get_unverified_header(token).get("kid")
    pem = key_of(kid)
    payload: dict[str, Any] = jwt.decode(
        token, pem, algorithms=_ALGORITHMS[detect_key_type(pem).name], options={"verify_aud": False}, leeway=SKEW
    )
    inner = payload.get("vc")
    return {"iss": payload.get("iss"), **inner} if isinstance(inner, dict) else payload


def _from_json(text: str, issuer: str, key_of: KeyOf) -> dict[str, Any]:
    document = parse_object(text)
    contexts, subject, proof = (document.get(name) for name in ("@context", "credentialSubject", "proof"))
    if not isinstance(contexts, list) or contexts[:1] != [_VC] or not _CONTEXTS.issuperset(contexts):
        raise ValueError("contexts")
    if not isinstance(subject, dict) or document.keys() - _LIST_TERMS or subject.keys() - _SUBJECT_TERMS:
        raise ValueError("terms")
    # Only for this type does the context define `encodedList`; elsewhere it would be unsigned.
    if subject.get("type") not in ("BitstringStatusList", ["BitstringStatusList"]) or not isinstance(proof, dict):
        raise ValueError("subject or proof")
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or method.partition("#")[0] != issuer:
        raise ValueError("a key of somebody else")
    verify_data_integrity_proof(document, key_of(method))
    return document


def _bits(document: dict[str, Any], url: str, purpose: str, at: datetime) -> bytes:
    """Answer the bits of a list that is for this address and purpose and of today."""
    if document.get("id", url) != url:
        raise ValueError("another list")
    begins, ends = document.get("validFrom"), document.get("validUntil")
    if (begins is not None and _moment(begins) > at + SKEW) or (ends is not None and _moment(ends) < at - SKEW):
        raise CannotCheck("status_stale")
    subject = document["credentialSubject"]
    purposes, encoded = subject.get("statusPurpose"), subject.get("encodedList")
    if purpose not in (purposes if isinstance(purposes, list) else [purposes]) or subject.get("statusSize", 1) != 1:
        raise ValueError("purpose or size")
    bits: bytes = decode_encoded_list(encoded)
    return bits


def _moment(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("not a date")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a date without a zone")
    return moment
