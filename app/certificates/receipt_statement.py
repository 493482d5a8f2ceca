"""The signed statement behind a receipt (확인결과서): a compact JWS with EdDSA over Ed25519 (RFC 7515, RFC 8037).

The header is exactly `{"alg":"EdDSA","kid":…,"typ":"verification-receipt+jwt"}` (explicit typing, RFC 8725 §3.11), so
that a receipt can never be taken for a certificate, nor the reverse; the key is one for receipts alone. The same
statement as JSON is the flattened form of the very same signature (RFC 7515 §7.2.2).
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from credentials import Keys, PublicKey, SigningKey

TYPE = "verification-receipt+jwt"
MOST_BYTES = 512 * 1024
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_FROM_URL_SAFE = bytes.maketrans(b"-_+/", b"+/!!")
_MEMBERS = {"payload", "protected", "signature"}


class NotAReceipt(ValueError):
    """The bytes are no receipt in either form."""


class NotSigned(ValueError):
    """It is a receipt by its form, and no key of ours for receipts has signed it as it stands."""


@dataclass(frozen=True)
class SignedStatement:
    """What a receipt says, with the key that signed it; whether that key still counts is for the caller to say."""

    statement: Mapping[str, Any] = field(repr=False)
    key: PublicKey


def sign_statement(statement: Mapping[str, Any], key: SigningKey) -> bytes:
    """Sign a statement and read it back; KeyRefused (of `credentials`) when the key may not sign."""
    payload = json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode()
    signed = _header(key.public.id) + b"." + _encode(payload)
    token = signed + b"." + _encode(key.sign(signed))
    if open_statement(token, {key.public.id: key.public}).statement != statement:
        raise ValueError("the receipt reads back as something else")
    return token


def open_statement(token: bytes, keys: Keys) -> SignedStatement:
    """Verify a receipt in its compact form. Raises `NotAReceipt` or `NotSigned`."""
    if len(token) > MOST_BYTES:
        raise NotAReceipt("too large")
    header, payload, signature = _parts(token)
    known = {_header(key_id): key for key_id, key in keys.items()}
    key = known.get(header)
    if key is None or not key.signed(_decode(signature), header + b"." + payload):
        raise NotSigned("no key of ours has signed this")
    try:
        statement = json.loads(_decode(payload))
    except (ValueError, RecursionError) as error:
        raise NotAReceipt("not JSON") from error
    return SignedStatement(statement, key)


def is_receipt(data: bytes) -> bool:
    """Tell whether bytes have the form of a receipt, whoever made them."""
    try:
        compact(data)
    except NotAReceipt:
        return False
    return True


def compact(data: bytes) -> bytes:
    """Answer the compact form of a receipt that was sent in either form. Raises `NotAReceipt`."""
    text = data.strip()
    if len(text) > MOST_BYTES:
        raise NotAReceipt("too large")
    if text.startswith(b"{"):
        text = _compact(text)
    header, _payload, _signature = _parts(text)
    try:
        said = json.loads(_decode(header))
    except (ValueError, RecursionError) as error:
        raise NotAReceipt("no header") from error
    if not isinstance(said, dict) or said.get("typ") != TYPE:
        raise NotAReceipt("another type")
    return text


def flattened(token: bytes) -> bytes:
    """Write the compact form as JSON (RFC 7515 §7.2.2)."""
    header, payload, signature = _parts(token)
    members = {"payload": payload.decode(), "protected": header.decode(), "signature": signature.decode()}
    return json.dumps(members, indent=1).encode()


def _compact(text: bytes) -> bytes:
    try:
        members = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAReceipt("not JSON") from error
    if not isinstance(members, dict) or set(members) != _MEMBERS:
        raise NotAReceipt("not a flattened JWS")
    if not all(isinstance(value, str) and value.isascii() for value in members.values()):
        raise NotAReceipt("not base64url")
    return b".".join(members[name].encode() for name in ("protected", "payload", "signature"))


def _parts(token: bytes) -> tuple[bytes, bytes, bytes]:
    parts = token.split(b".")
    if len(parts) != 3:
        raise NotAReceipt("not three parts")
    return parts[0], parts[1], parts[2]


def _header(key_id: str) -> bytes:
    return _encode(json.dumps({"alg": "EdDSA", "kid": key_id, "typ": TYPE}, separators=(",", ":")).encode())


def _encode(data: bytes) -> bytes:
    return binascii.b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=")


def _decode(text: bytes) -> bytes:
    """Read the one spelling of `_encode`."""
    try:
        data = binascii.a2b_base64(text.translate(_FROM_URL_SAFE) + b"=" * (-len(text) % 4), strict_mode=True)
    except binascii.Error:
        raise NotAReceipt("not base64url") from None
    if _encode(data) != text:
        raise NotAReceipt("not base64url")
    return data
