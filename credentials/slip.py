"""What the QR code on the paper says by itself: the essential fields of a certificate, signed (COSE_Sign1, RFC 9052).

A slip is written as decimal digits, which a QR code holds in its numeric mode. It carries the SHA-256 of the JSON
certificate, so that whoever has both can tell that they belong together, and can be checked without any server. It
says nothing about revocation. `docs/credentials.md` describes it byte by byte.

Everything has one spelling: reading a slip and writing it again gives the same digits, or it is refused.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from credentials import cbor, values
from credentials.cbor import Value
from credentials.claims import MOST_HOURS, CertificateClaims
from credentials.errors import ClaimRefused, NotValid, SelfCheckFailed
from credentials.keys import ASSERTION, Keys, PublicKey, SigningKey
from credentials.packed_text import pack, unpack
from credentials.proof import SIGNATURE_BYTES
from credentials.report import SENTENCES, Code, Step

VERSION = 1
MOST_DIGITS = 1_500
"""Longest slip that is written or read, in digits: what a code of 35 mm still prints legibly is far less."""

KINDS = ("양성교육", "직무교육", "일반교육")
"""Kinds of course that stand in a slip as their number here. Append only: the numbers are on paper."""

SERIAL_WORDS = ("양성", "직무", "일반")
"""Words of serials like `제 2026-양성-0042호`: such a serial stands in a slip as three numbers. Append only."""

_SERIAL = re.compile(rf"제 ([1-9][0-9]{{3}})-({'|'.join(SERIAL_WORDS)})-(0[0-9]{{3}}|[1-9][0-9]{{3,8}})호")
_DIGITS = re.compile(r"[1-9][0-9]*")
_UUID = "urn:uuid:"
_EPOCH = date(2000, 1, 1)
_FIRST_YEAR = 1900
_ALGORITHM, _KEY_ID, _EDDSA = 1, 4, -8


@dataclass(frozen=True)
class Slip:
    """The essential fields of a certificate.

    Dates are days in the zone of the certificate; `hours` are hours, `attendance_rate` is a percentage.
    """

    credential_id: str
    name: str
    birth_year: int
    serial: str
    course_name: str
    course_kind: str
    term: str
    started: date
    ended: date
    hours: Decimal
    attendance_rate: Decimal
    centre_name: str
    issued: date

    def __post_init__(self) -> None:
        values.uuid_urn("credential_id", self.credential_id)
        for name in ("name", "serial", "course_name", "course_kind", "term", "centre_name"):
            text = getattr(self, name)
            if values.text(name, text) != text:
                raise ClaimRefused(name, repr(text)[:80], "text in NFC")
        if not _FIRST_YEAR <= self.birth_year <= 2999:
            raise ClaimRefused("birth_year", str(self.birth_year), "a year from 1900")
        if self.ended < self.started:
            raise ClaimRefused("ended", str(self.ended), "a day not before started")
        values.number("hours", self.hours, MOST_HOURS)
        values.number("attendance_rate", self.attendance_rate, 100)

    @classmethod
    def of(cls, claims: CertificateClaims) -> "Slip":
        """Take the essential fields out of a certificate. Raises ClaimRefused for days in the wrong order."""
        return cls(**_essential(claims))

    @classmethod
    def of_checked(cls, claims: CertificateClaims) -> "Slip":
        """Take the essential fields out of a certificate that has been signed: its claims were checked when made."""
        slip = object.__new__(cls)
        slip.__dict__.update(_essential(claims))
        return slip


def _essential(claims: CertificateClaims) -> dict[str, Any]:
    return {
        "credential_id": claims.credential_id,
        "name": claims.name,
        "birth_year": claims.birth_year,
        "serial": claims.serial,
        "course_name": claims.course.name,
        "course_kind": claims.course.kind,
        "term": claims.term,
        "started": claims.started.date(),
        "ended": claims.ended.date(),
        "hours": claims.hours_earned,
        "attendance_rate": claims.attendance_rate,
        "centre_name": claims.centre.name,
        "issued": claims.valid_from.date(),
    }


@dataclass(frozen=True)
class VerifiedSlip:
    """A slip whose signature holds: what it says, the SHA-256 of its certificate's JSON (32 bytes), whose it is."""

    slip: Slip
    digest: bytes
    key_id: str
    issuer: str


def short_key_id(key: PublicKey) -> bytes:
    """Compute the key id of a slip: the first 4 bytes of SHA-256 over the 32 bytes of the public key."""
    return hashlib.sha256(key.raw).digest()[:4]


def encode_qr(claims: CertificateClaims, digest: bytes, key: SigningKey) -> str:
    """Sign the essential fields of a certificate and return them as decimal digits.

    `digest` is the SHA-256 of the certificate's exact JSON bytes (32 bytes). Raises ClaimRefused for a digest of
    another length, another issuer than the key's controller, or texts so long that the slip has more than
    `MOST_DIGITS`; KeyRefused when the key may not sign.
    """
    if len(digest) != 32:
        raise ClaimRefused("digest", f"{len(digest)} bytes", "32 bytes")
    if claims.issuer.id != key.public.controller:
        raise ClaimRefused("issuer.id", claims.issuer.id, f"{key.public.controller}, which controls the key")
    protected, payload = _protected(key.public), cbor.encode(_fields(Slip.of(claims), digest))
    signature = key.sign(_signed(protected, payload))
    digits = str(int.from_bytes(cbor.encode([protected, {}, payload, signature]), "big"))
    if len(digits) > MOST_DIGITS:
        raise ClaimRefused("slip", f"{len(digits)} digits", f"at most {MOST_DIGITS}: shorter texts")
    return digits


def sign_qr(claims: CertificateClaims, digest: bytes, key: SigningKey) -> str:
    """Sign like `encode_qr`; what is returned has been read back and verified, and says exactly these things.

    Raises SelfCheckFailed when it does not, and what `encode_qr` raises.
    """
    digits = encode_qr(claims, digest, key)
    try:
        verified = read_qr(digits, {key.public.id: key.public})
    except NotValid as refused:
        raise SelfCheckFailed(f"{claims.credential_id}: {refused.code}") from None
    # `encode_qr` has checked the very fields of these claims.
    if verified.slip != Slip.of_checked(claims) or verified.digest != digest:
        raise SelfCheckFailed(f"{claims.credential_id}: reads back as something else")
    return digits


def read_qr(digits: str, keys: Keys) -> VerifiedSlip:
    """Read digits and verify them with one of the keys; NotValid for everything else.

    The key is chosen by its short id among those given, the algorithm is always EdDSA over Ed25519. Whether the
    certificate has been revoked since is for the caller to find out.
    """
    message = _message(digits)
    match message:
        case [bytes(protected), dict(unprotected), bytes(payload), bytes(signature)] if not unprotected:
            pass
        case _:
            raise _refused(Step.STRUCTURE, Code.UNEXPECTED_VALUE)
    try:
        slip, digest = _slip(cbor.decode(payload))
    except (ValueError, OverflowError, ClaimRefused):
        raise _refused(Step.STRUCTURE, Code.VALUE_REFUSED) from None
    candidates = [key for key in keys.values() if _protected(key) == protected]
    if not candidates:
        raise _refused(Step.ISSUER, Code.KEY_UNKNOWN)
    if len(signature) != SIGNATURE_BYTES:
        raise _refused(Step.SIGNATURE, Code.SIGNATURE_MALFORMED)
    signed = _signed(protected, payload)
    key = next((key for key in candidates if key.signed(signature, signed)), None)
    if key is None:
        raise _refused(Step.SIGNATURE, Code.SIGNATURE_MISMATCH)
    if ASSERTION not in key.purposes:
        raise _refused(Step.KEY, Code.KEY_NOT_FOR_ASSERTION)
    if key.revoked is not None:
        raise _refused(Step.KEY, Code.KEY_REVOKED)
    return VerifiedSlip(slip, digest, key.id, key.controller)


def _message(digits: str) -> Value:
    if len(digits) > MOST_DIGITS:
        raise _refused(Step.PARSE, Code.TOO_LARGE)
    if _DIGITS.fullmatch(digits) is None:
        raise _refused(Step.PARSE, Code.NOT_DIGITS)
    number = int(digits)
    try:
        return cbor.decode(number.to_bytes((number.bit_length() + 7) // 8, "big"))
    except ValueError:
        raise _refused(Step.PARSE, Code.NOT_DIGITS) from None


def _refused(step: Step, code: Code) -> NotValid:
    return NotValid(step, code, SENTENCES[code])


# What slips of one cohort and key have in common is spelled once; nothing about a person is remembered. Both
# together save 15 % of the time in which a slip is signed and read back.
_pack_shared = lru_cache(maxsize=256)(pack)
_unpack_shared = lru_cache(maxsize=256)(unpack)


@lru_cache(maxsize=64)
def _protected(key: PublicKey) -> bytes:
    return cbor.encode({_ALGORITHM: _EDDSA, _KEY_ID: short_key_id(key)})


def _signed(protected: bytes, payload: bytes) -> bytes:
    """Build the Sig_structure (RFC 9052 §4.4), without external data."""
    return cbor.encode(["Signature1", protected, b"", payload])


def _fields(slip: Slip, digest: bytes) -> list[Value]:
    return [
        VERSION,
        bytes.fromhex(slip.credential_id.removeprefix(_UUID).replace("-", "")),
        pack(slip.name),
        slip.birth_year - _FIRST_YEAR,
        _spell_serial(slip.serial),
        _pack_shared(slip.course_name),
        KINDS.index(slip.course_kind) if slip.course_kind in KINDS else _pack_shared(slip.course_kind),
        _pack_shared(slip.term),
        (slip.started - _EPOCH).days,
        (slip.ended - slip.started).days,
        int(slip.hours * 100),
        int(slip.attendance_rate * 100),
        _pack_shared(slip.centre_name),
        (slip.issued - slip.ended).days,
        digest,
    ]


def _slip(fields: Value) -> tuple[Slip, bytes]:
    """Read the fields; ValueError, OverflowError or ClaimRefused unless `_fields` writes them in the same way."""
    match fields:
        case [
            int(version),
            bytes(id),
            bytes(name),
            int(birth_year),
            serial,
            bytes(course_name),
            kind,
            bytes(term),
            int(started),
            int(lasted),
            int(hours),
            int(rate),
            bytes(centre_name),
            int(issued),
            bytes(digest),
        ] if version == VERSION and len(id) == 16 and len(digest) == 32:
            pass
        case _:
            raise ValueError("not the fields of a slip")
    first = _EPOCH + timedelta(days=started)
    last = first + timedelta(days=lasted)
    hexadecimal = id.hex()
    groups = (hexadecimal[begin:end] for begin, end in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))
    slip = Slip(
        credential_id=_UUID + "-".join(groups),
        name=unpack(name),
        birth_year=_FIRST_YEAR + birth_year,
        serial=_read_serial(serial),
        course_name=_unpack_shared(course_name),
        course_kind=_read_kind(kind),
        term=_unpack_shared(term),
        started=first,
        ended=last,
        hours=Decimal(values.spell_number(Decimal(hours) / 100)),
        attendance_rate=Decimal(values.spell_number(Decimal(rate) / 100)),
        centre_name=_unpack_shared(centre_name),
        issued=last + timedelta(days=issued),
    )
    if _fields(slip, digest) != fields:
        raise ValueError("a slip in another spelling")
    return slip, digest


def _spell_serial(serial: str) -> Value:
    usual = _SERIAL.fullmatch(serial)
    if usual is None:
        return pack(serial)
    return [int(usual[1]), SERIAL_WORDS.index(usual[2]), int(usual[3])]


def _read_serial(spelled: Value) -> str:
    match spelled:
        case [int(year), int(word), int(number)] if 0 <= word < len(SERIAL_WORDS):
            return f"제 {year}-{SERIAL_WORDS[word]}-{number:04d}호"
        case bytes(packed):
            return unpack(packed)
    raise ValueError("not a serial")


def _read_kind(spelled: Value) -> str:
    match spelled:
        case int(number) if 0 <= number < len(KINDS):
            return KINDS[number]
        case bytes(packed):
            return unpack(packed)
    raise ValueError("not a kind of course")
