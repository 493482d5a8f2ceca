"""Checks one badge from elsewhere with openbadgeslib, for the process that checks it.

Open Badges 3.0 as Data Integrity JSON and as JWT, Open Badges 2.0 signed and hosted; alone or baked into a PNG or
SVG. The steps, in order: take the badge out of the file, find the issuer's key, check the signature, the dates, and
whether it was revoked. What is answered as the badge's content has been signed, or was read from its issuer's host.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.errors import ErrorParsingFile, LibOpenBadgesException
from openbadgeslib.ob2 import OB2Verifier
from openbadgeslib.ob3 import OB3LdpVerifier, OB3Verifier
from openbadgeslib.ob3.contexts import bundled_contexts
from openbadgeslib.ob3.did import pem_for_kid, resolve_did, resolve_verification_method
from openbadgeslib.ob3.ldp import OB3GuardUnavailable

from app.portfolio.foreign_badge_documents import (
    Ask,
    CannotCheck,
    Documents,
    NotValid,
    assertion_keys,
    did_web_address,
    parse_object,
)
from app.portfolio.foreign_badge_status import KeyOf, check_status

_PNG = b"\x89PNG\r\n\x1a\n"
_CONTEXTS = frozenset(bundled_contexts())
# What the library says of a badge against which only its dates speak; its signature has been checked by then.
_AFTER_THE_SIGNATURE = (
    ("Credential has expired", "expired"),
    ("Assertion has expired", "expired"),
    ("Credential is not yet valid", "not_yet"),
    ("The token is not yet valid", "not_yet"),
    ("Assertion is not yet valid", "not_yet"),
)


@dataclass
class Finding:
    """How far the check came. `claims` is set once the signature is right; `host` is where its issuer is at home."""

    standard: str = ""
    issuer: str = ""
    host: str = ""
    status: str = ""
    claims: dict[str, Any] = field(default_factory=dict)


def verify(data: bytes, documents: Documents, at: datetime, finding: Finding) -> None:
    """Check a badge and fill in what was found. Raises `NotValid` or `CannotCheck`, the finding filled so far."""
    text = _carried(data).strip()
    if text.startswith("https://") and "\n" not in text:
        text = documents.own(text).decode().strip()  # Hosted: the picture holds the address alone.
    try:
        claims = claims_in(text)
    except ValueError as error:
        raise NotValid("no_badge") from error
    if "verification" in claims:
        _verify_second(text, claims, documents, finding)
    elif "credentialSubject" in claims:
        _verify_third(text, claims, documents, at, finding)
    elif "vc" in claims:
        raise CannotCheck("format_unsupported")  # A JWT as it was before Open Badges 3.0 was finished.
    else:
        raise NotValid("no_badge")


def claims_in(text: str) -> dict[str, Any]:
    """Answer what a badge says, checked or not. Raises ValueError when it is none."""
    return parse_object(text) if text.startswith("{") else _payload(text)


def _carried(data: bytes) -> str:
    """Take the badge out of a picture; text is one already."""
    picture = (
        "png" if data.startswith(_PNG) else "svg" if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else ""
    )
    for verifier in (OB3Verifier, OB2Verifier) if picture else ():
        try:
            found: str = getattr(verifier, f"extract_token_from_{picture}")(data)
            return found
        except (LibOpenBadgesException, ErrorParsingFile):
            continue
    if picture:
        raise NotValid("no_badge")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotValid("no_badge") from error


def _payload(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        raise ValueError("no token")
    try:
        return parse_object(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except binascii.Error as error:
        raise ValueError("no token") from error


def _verify_third(text: str, claims: dict[str, Any], documents: Documents, at: datetime, finding: Finding) -> None:
    is_json = text.startswith("{")
    finding.standard = "ob3-json" if is_json else "ob3-jwt"
    issuer = claims.get("issuer")
    issuer = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(issuer, str):
        raise NotValid("no_badge")
    if is_json:
        _require_readable(claims)
    ask = documents.of_issuer(issuer)
    pem = None if issuer.startswith("did:") else _key_at_home(text, is_json, issuer, documents)
    keys = _keys(issuer, ask, pem)
    try:
        verifier = (
            (OB3LdpVerifier if is_json else OB3Verifier).for_issuer_did(issuer, download=ask)
            if pem is None
            else OB3Verifier(pem, issuer_did=issuer)
        )
        verifier.verify(text, download=ask)
    except LibOpenBadgesException as error:
        _explain(error, documents, finding, issuer, claims)
    _signed(finding, issuer, claims)
    finding.status = check_status(claims, issuer, ask, keys, at)


def _require_readable(claims: dict[str, Any]) -> None:
    """A context that is not at hand, or another kind of proof, makes a badge unreadable to us, not untrue."""
    contexts = claims.get("@context")
    if not isinstance(contexts, list) or any(not isinstance(c, str) or c not in _CONTEXTS for c in contexts):
        raise CannotCheck("format_unsupported")
    proofs = claims.get("proof")
    proofs = proofs if isinstance(proofs, list) else [proofs]
    kinds = {str(proof.get("cryptosuite")) for proof in proofs if isinstance(proof, dict)}
    if not kinds:
        raise NotValid("unsigned")
    if "eddsa-rdfc-2022" not in kinds:
        raise CannotCheck("format_unsupported")


def _key_at_home(token: str, is_json: bool, issuer: str, documents: Documents) -> bytes:
    """Answer the key of an issuer that goes by its address: a JWK under `kid` on the same host (OB 3.0 §8.2.3)."""
    home = urlsplit(issuer)
    kid = None if is_json else _header(token).get("kid")
    if home.scheme != "https" or not isinstance(kid, str):
        raise CannotCheck("issuer_unsupported")
    if urlsplit(kid)[:2] != home[:2]:
        raise NotValid("issuer_mismatch")
    try:
        found = parse_object(documents.any(kid))
        found = next(
            (key for key in found.get("keys", [found]) if key.get("kid", kid) in (kid, urlsplit(kid).fragment)), {}
        )
        pem = _pem(jwt.PyJWK({**found, "alg": found.get("alg") or _header(token).get("alg")}).key)
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
        raise CannotCheck("issuer_unsupported") from error
    return pem


def _header(token: str) -> dict[str, Any]:
    try:
        return jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise NotValid("no_badge") from error


def _pem(key: Any) -> bytes:
    public = key if hasattr(key, "public_bytes") else key.public_key()
    pem: bytes = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


def _keys(issuer: str, ask: Ask, pem: bytes | None) -> KeyOf:
    """Answer the issuer's keys by id, for its status lists."""

    def key_of(key_id: str | None) -> bytes:
        if pem is not None:
            return pem
        if issuer.startswith("did:web:"):
            found: bytes = pem_for_kid(
                assertion_keys(parse_object(ask(did_web_address(issuer))), issuer), issuer, key_id
            )
            return found
        resolved: bytes = (
            resolve_verification_method(key_id, download=ask)
            if key_id and key_id.startswith(f"{issuer}#")
            else resolve_did(issuer, download=ask)
        )
        return resolved

    return key_of


def _verify_second(text: str, claims: dict[str, Any], documents: Documents, finding: Finding) -> None:
    is_json = text.startswith("{")
    finding.standard = "ob2-hosted" if is_json else "ob2-signed"
    verifier = OB2Verifier(download=documents.own)
    # Twice: a badge that was revoked is shown with its content, so its signature is looked at alone first.
    for revocation in (False, True):
        try:
            done = (verifier.verify_hosted if is_json else verifier.verify)(text, check_revocation=revocation)
        except LibOpenBadgesException as error:
            if "has been revoked" in str(error) and documents.failure is None and revocation:
                raise NotValid("revoked") from error
            issuer, content = _second_content(claims, documents)
            _explain(error, documents, finding, issuer, content)
        if done.verification.type == "HostedBadge":
            finding.standard = "ob2-hosted"
            claims = documents.read[str(done.id)]
        _signed(finding, *_second_content(claims, documents))
    profile = finding.claims.get("issuer", {})
    finding.status = "ok" if profile.get("revocationList") or finding.standard == "ob2-hosted" else "absent"


def _second_content(claims: dict[str, Any], documents: Documents) -> tuple[str, dict[str, Any]]:
    """Answer the issuer's address and the assertion together with the two documents that it leads to."""
    badge = documents.read.get(str(claims.get("badge")), {})
    issuer = badge.get("issuer")
    issuer = str(issuer.get("id") if isinstance(issuer, dict) else issuer or "")
    return issuer, {"assertion": claims, "badge": badge, "issuer": documents.read.get(issuer, {})}


def _signed(finding: Finding, issuer: str, claims: dict[str, Any]) -> None:
    finding.issuer, finding.claims = issuer, claims
    address = did_web_address(issuer) if issuer.startswith("did:web:") else issuer
    finding.host = urlsplit(address).hostname or "" if address.startswith("https://") else ""


def _explain(
    error: LibOpenBadgesException, documents: Documents, finding: Finding, issuer: str, claims: dict[str, Any]
) -> None:
    """Raise what the library's error means: a no, or that we could not find out."""
    if documents.refusal is not None:
        raise NotValid(documents.refusal) from error
    if documents.failure is not None:
        raise CannotCheck(documents.failure) from error
    if isinstance(error, OB3GuardUnavailable):
        raise CannotCheck("internal") from error
    if str(error).startswith("refusing"):
        raise CannotCheck("limits") from error  # It would have been too much work to find out.
    for beginning, reason in _AFTER_THE_SIGNATURE:
        if str(error).startswith(beginning):
            _signed(finding, issuer, claims)
            raise NotValid(reason) from error
    raise NotValid("signature") from error
