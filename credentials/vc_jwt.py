"""Certificates as VC-JWT: compact JWS with EdDSA over Ed25519 (RFC 7515, RFC 8037; Open Badges 3.0 §8.2).

The payload is the credential itself, the same claims as in the Data Integrity form but without `proof`, followed by
the registered claims which Open Badges demands (§8.2.4.1): `iss`, `jti` and `sub` repeat the ids of issuer,
credential and subject, `nbf` and `exp` the times `validFrom` and `validUntil` in whole seconds; `exp` stands there
only if the certificate has an end. `iat` says when it was signed (RFC 7519 §4.1.6).

The header is exactly `{"alg":"EdDSA","kid":…,"typ":"JWT"}` (§8.2.3). Nothing in it chooses how the token is checked:
the algorithm follows from our record of the key, and a header that holds a key, an address of one or anything else
is refused. Header, payload and base64url each have one spelling, so a token has only one form.
"""

import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from credentials import certificate, values
from credentials.claims import CertificateClaims
from credentials.errors import ClaimRefused, SelfCheckFailed
from credentials.frame import CertificateProfile, ProofTexts, writer_of
from credentials.keys import Keys, SigningKey
from credentials.proof import SIGNATURE_BYTES
from credentials.report import Code, Step
from credentials.sealed_document import Sealed, Unsealed, find_key, read_document
from credentials.strict_json import MAX_BYTES, Refused, parse, suspicion
from credentials.writer import escape

ALGORITHM = "EdDSA"
MAX_TOKEN = 2 * MAX_BYTES
"""Longest token that is looked at, in bytes; its payload may have 64 KB."""

_NUMERIC_DATE = r"(?:0|[1-9][0-9]{0,10})"
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_FROM_URL_SAFE = bytes.maketrans(b"-_+/", b"+/!!")


def sign_jwt(claims: CertificateClaims, key: SigningKey, created: datetime) -> bytes:
    """Sign claims as a VC-JWT and return the ASCII bytes of the token.

    What is returned has been read back and verified, and says exactly `claims`. `created` is cut to whole seconds.
    Raises ClaimRefused when the claims name another issuer than the key's controller or a time before 1970,
    KeyRefused when the key may not sign, SelfCheckFailed when the result does not verify.
    """
    token = sign_jwt_unchecked(claims, key, created)
    try:
        sealed = open_jwt(token, {key.public.id: key.public})
    except Unsealed as unsealed:
        raise SelfCheckFailed(f"{claims.credential_id}: {unsealed.finding.code}") from None
    if sealed.content != claims or sealed.created != values.instant("created", created):
        raise SelfCheckFailed(f"{claims.credential_id}: reads back as something else")
    return token


def sign_jwt_unchecked(claims: CertificateClaims, key: SigningKey, created: datetime) -> bytes:
    """Sign without reading the result back: for callers that verify it themselves before they store it."""
    if claims.issuer.id != key.public.controller:
        raise ClaimRefused("issuer.id", claims.issuer.id, f"{key.public.controller}, which controls the key")
    writer, spelled, remember = writer_of(claims, certificate.JWT_TEMPLATES)
    remember()
    times = {"jwt.issued": _spell("created", values.instant("created", created)), **_times(claims)}
    payload = writer.json(escape({**spelled, **times}))
    signed = _header(key.public.id) + b"." + _encode(payload)
    return signed + b"." + _encode(key.sign(signed))


def open_jwt(token: bytes, keys: Keys) -> Sealed[CertificateClaims]:
    """Take the steps of `sealed_document` up to the signature; raises Unsealed at the first that fails."""
    if len(token) > MAX_TOKEN:
        raise Unsealed(Step.PARSE, Code.TOO_LARGE)
    # 1. parse
    parts = token.split(b".")
    if len(parts) != 3:
        raise Unsealed(Step.PARSE, Code.NOT_JWT)
    payload, signature = _decode(parts[1]), _decode(parts[2])
    # 2. structure, contexts, types: of the header, then of the payload; 3. form: exactly what we write
    key_id = _key_of(parts[0])
    reading = read_document(payload, PROFILE, exact=True)
    # 4. issuer, key, purpose: a token has none beside that for which the key is listed
    key = find_key(keys, key_id, reading.issuer)
    # 5. signature
    if len(signature) != SIGNATURE_BYTES:
        raise Unsealed(Step.SIGNATURE, Code.SIGNATURE_MALFORMED, "signature")
    if not key.signed(signature, token[: token.rindex(b".")]):
        raise Unsealed(Step.SIGNATURE, Code.SIGNATURE_MISMATCH)
    reading.remember()
    return Sealed(reading.content, key, reading.created)


def _encode(data: bytes) -> bytes:
    """Spell bytes in base64url without padding (RFC 7515 §2)."""
    return binascii.b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=")


def _decode(text: bytes) -> bytes:
    """Read the one spelling of `_encode`; the classic alphabet, padding and stray bits at the end are refused."""
    try:
        data = binascii.a2b_base64(text.translate(_FROM_URL_SAFE) + b"=" * (-len(text) % 4), strict_mode=True)
    except binascii.Error:
        raise Unsealed(Step.PARSE, Code.NOT_JWT) from None
    # What decodes to the same bytes may differ in the bits at the end alone, which only the last group has.
    whole = len(data) // 3
    if _encode(data[3 * whole :]) != text[4 * whole :]:
        raise Unsealed(Step.PARSE, Code.NOT_JWT)
    return data


# All tokens of a key have the same header: read once, verifying each further token takes a tenth less time.
@lru_cache(maxsize=64)
def _key_of(header: bytes) -> str:
    """Read the key's id from a header as it stands in a token."""
    key_id = _read_header(_decode(header))
    if header != _header(key_id):
        raise Unsealed(Step.FORM, Code.NOT_EXACT_BYTES, "header")
    return key_id


@lru_cache(maxsize=64)
def _header(key_id: str) -> bytes:
    id = escape({"id": key_id})["id"]
    return _encode(b'{"alg":"%b","kid":"%b","typ":"JWT"}' % (ALGORITHM.encode(), id))


_HEADER_MEMBERS = {"alg": Step.SIGNATURE, "kid": Step.STRUCTURE, "typ": Step.TYPES}


def _read_header(data: bytes) -> str:
    """Read the key's id from a header that has exactly the three members, with exactly these values."""
    try:
        header = parse(data)
    except Refused as refused:
        raise Unsealed(Step.PARSE, Code(refused.code), "header") from None
    if not isinstance(header, dict):
        raise Unsealed(Step.STRUCTURE, Code.UNEXPECTED_VALUE, "header")
    suspicious = suspicion(header)
    if suspicious is not None:
        raise Unsealed(Step.PARSE, Code(suspicious), "header")
    for name in header:
        if name not in _HEADER_MEMBERS:
            raise Unsealed(Step.STRUCTURE, Code.UNKNOWN_TERM, f"header.{name}"[:80])
    for name in _HEADER_MEMBERS:
        if name not in header:
            raise Unsealed(Step.STRUCTURE, Code.MISSING_TERM, f"header.{name}")
    if type(header["kid"]) is not str or len(header["kid"]) > values.LONGEST_IRI:
        raise Unsealed(Step.STRUCTURE, Code.UNEXPECTED_VALUE, "header.kid")
    if type(header["typ"]) is not str or header["typ"] != "JWT":
        raise Unsealed(Step.TYPES, Code.TYPES_REFUSED, "header.typ")
    if type(header["alg"]) is not str or header["alg"] != ALGORITHM:
        raise Unsealed(Step.SIGNATURE, Code.SUITE_REFUSED, "header.alg", reached=Step.TYPES)
    return header["kid"]


def _times(claims: CertificateClaims) -> dict[str, str]:
    times = {"jwt.not_before": _spell("valid_from", claims.valid_from)}
    if claims.valid_until is not None:
        times["jwt.expires"] = _spell("valid_until", claims.valid_until)
    return times


def _spell(field: str, moment: datetime) -> str:
    """Spell a time as NumericDate (RFC 7519 §2), in whole seconds."""
    seconds = int(moment.timestamp())
    if seconds < 0:
        raise ClaimRefused(field, str(moment), "a time from 1970")
    return str(seconds)


def _read_times(texts: Sequence[str], claims: CertificateClaims) -> tuple[datetime, str, str]:
    issued, *limits = texts
    if limits != list(_times(claims).values()):
        raise ClaimRefused("jwt", repr(limits)[:80], "the times of the certificate")
    try:
        created = datetime.fromtimestamp(int(issued), UTC)
    except (ValueError, OverflowError, OSError):
        raise ClaimRefused("jwt.issued", repr(issued)[:80], "a time in whole seconds") from None
    if _spell("jwt.issued", created) != issued:
        raise ClaimRefused("jwt.issued", repr(issued)[:80], "a time in whole seconds")
    return created, "", ""


PROFILE = CertificateProfile(
    certificate.JWT_TEMPLATES,
    ProofTexts(("jwt.issued", "jwt.not_before"), (_NUMERIC_DATE, _NUMERIC_DATE), _read_times, ("jwt.expires",)),
)
"""Certificates whose proof stands outside, as the signature of a token."""
