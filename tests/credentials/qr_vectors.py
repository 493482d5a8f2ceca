"""The test vectors of slips, `tests/data/qr_slips.json`; written anew by `python -m tests.credentials.qr_vectors`."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from credentials import CertificateClaims, SigningKey, Slip, cbor, encode_qr, slip
from credentials.cbor import Value
from credentials.packed_text import pack
from tests.credentials.examples import CLAIMS, COURSE, KEY, STRANGER, issue, urn

FILE = Path(__file__).parents[1] / "data" / "qr_slips.json"

VALID: dict[str, CertificateClaims] = {
    "as in the other examples": CLAIMS,
    "20 letters and 4 syllables": replace(
        CLAIMS, name="남궁민수", course=replace(COURSE, name="가나다라마바사아자차" * 2)
    ),
    "another kind and serial": replace(CLAIMS, serial="2026-특별-7", course=replace(COURSE, kind="특별교육")),
    "a long number in the serial": replace(CLAIMS, serial="제 2026-일반-123456호"),
    "Latin letters, Hanja and rare signs": replace(CLAIMS, name="Ann-Marie O'Neil", term="第一期 𠮷 · é"),
    "halves": replace(CLAIMS, hours_earned=Decimal("62.5"), attendance_rate=Decimal("83.33")),
    "issued before the last day, long ago": replace(
        CLAIMS,
        credential_id=urn(0xFF),
        started=CLAIMS.started - timedelta(days=12_000),
        ended=CLAIMS.ended - timedelta(days=11_000),
        valid_from=CLAIMS.valid_from - timedelta(days=11_100),
        birth_year=1900,
    ),
    "nothing earned": replace(CLAIMS, hours_earned=Decimal(0), attendance_rate=Decimal(0)),
}


def digits_of(data: bytes) -> str:
    return str(int.from_bytes(data, "big"))


def parts_of(digits: str) -> list[Any]:
    number = int(digits)
    parts = cbor.decode(number.to_bytes((number.bit_length() + 7) // 8, "big"))
    assert isinstance(parts, list)
    return parts


def sign_payload(payload: bytes, protected: bytes | None = None, key: SigningKey = KEY) -> bytes:
    """Sign any payload and header with the issuer's own key, as careless software might."""
    header = slip._protected(key.public) if protected is None else protected
    return cbor.encode([header, {}, payload, key.sign(slip._signed(header, payload))])


DIGEST = hashlib.sha256(issue()).digest()
GOOD = encode_qr(CLAIMS, DIGEST, KEY)
FIELDS: list[Value] = cbor.decode(parts_of(GOOD)[2])  # type: ignore[assignment]
KID = slip.short_key_id(KEY.public)


def with_field(place: int, value: Value) -> Callable[[], str]:
    return lambda: digits_of(sign_payload(cbor.encode([*FIELDS[:place], value, *FIELDS[place + 1 :]])))


def with_payload(change: Callable[[bytes], bytes]) -> Callable[[], str]:
    return lambda: digits_of(sign_payload(change(cbor.encode(FIELDS))))


def with_header(header: bytes, key: SigningKey = KEY) -> Callable[[], str]:
    return lambda: digits_of(sign_payload(cbor.encode(FIELDS), header, key))


def with_bytes(change: Callable[[bytes], bytes]) -> Callable[[], str]:
    return lambda: digits_of(change(cbor.encode(parts_of(GOOD))))


def with_parts(change: Callable[[list[Any]], list[Any]]) -> Callable[[], str]:
    return lambda: digits_of(cbor.encode(change(parts_of(GOOD))))


def header(algorithm: Value = -8, kid: Value = KID, **more: Value) -> bytes:
    return cbor.encode({1: algorithm, 4: kid, **{int(key[1:]): value for key, value in more.items()}})


REFUSED: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "zero": lambda: "0",
    "a leading zero": lambda: "0" + GOOD,
    "a space": lambda: GOOD + " ",
    "a line feed": lambda: GOOD + "\n",
    "a sign": lambda: "+" + GOOD,
    "an underscore": lambda: GOOD[:3] + "_" + GOOD[3:],
    "other digits": lambda: "１" + GOOD[1:],
    "too many digits": lambda: "1" * 1_501,
    "one digit more": lambda: GOOD + "1",
    "one digit less": lambda: GOOD[:-1],
    "tagged as COSE_Sign1": with_bytes(lambda data: b"\xd2" + data),
    "bytes after the end": with_bytes(lambda data: data + b"\0"),
    "an array of indefinite length": with_bytes(lambda data: b"\x9f" + data[1:] + b"\xff"),
    "a longer head for the array": with_bytes(lambda data: b"\x98\x04" + data[1:]),
    "a longer head for the signature": with_bytes(lambda data: data[:-66] + b"\x59\x00\x40" + data[-64:]),
    "an unprotected header": with_parts(lambda parts: [parts[0], {4: KID}, *parts[2:]]),
    "three parts": with_parts(lambda parts: parts[:3]),
    "five parts": with_parts(lambda parts: [*parts, b""]),
    "no signature": with_parts(lambda parts: [*parts[:3], b""]),
    "a signature of 63 bytes": with_parts(lambda parts: [*parts[:3], parts[3][:63]]),
    "a signature of 65 bytes": with_parts(lambda parts: [*parts[:3], parts[3] + b"\0"]),
    "a signature of zeros": with_parts(lambda parts: [*parts[:3], bytes(64)]),
    "algorithm ES256": with_header(header(-7)),
    "algorithm HMAC 256/256": with_header(header(5)),
    "algorithm missing": with_header(cbor.encode({4: KID})),
    "algorithm as text": with_header(header("EdDSA")),
    "key id missing": with_header(cbor.encode({1: -8})),
    "key id empty": with_header(header(kid=b"")),
    "key id of another key": with_header(header(kid=slip.short_key_id(STRANGER.public))),
    "key id of five bytes": with_header(header(kid=KID + b"\0")),
    "another header beside": with_header(header(_2=[3])),
    "header in another order": with_header(b"\xa2\x04\x44" + KID + b"\x01\x27"),
    "header with a longer head": with_header(b"\xa2\x18\x01\x27\x04\x44" + KID),
    "header empty": with_header(b""),
    "signed by another key under our key id": with_header(header(), STRANGER),
    "signed by a stranger": with_header(slip._protected(STRANGER.public), STRANGER),
    "version 0": with_field(0, 0),
    "version 2": with_field(0, 2),
    "id of 15 bytes": with_field(1, bytes(15)),
    "name empty": with_field(2, b""),
    "name as CBOR text": with_field(2, "홍길동"),
    "name with bits left over": with_field(2, pack("홍길동")[:-1] + bytes([pack("홍길동")[-1] | 1])),
    "name with a byte more": with_field(2, pack("홍길동") + b"\0"),
    "name with a byte less": with_field(2, pack("홍길동")[:-1]),
    "Hangul by its code point": with_field(2, ((0b11 << 21 | ord("홍")) << 1).to_bytes(3, "big")),
    "ASCII by its code point": with_field(2, ((0b11 << 21 | ord("A")) << 1).to_bytes(3, "big")),
    "a syllable beyond the last": with_field(2, (11_172 << 1).to_bytes(2, "big")),
    "a surrogate": with_field(2, ((0b11 << 21 | 0xD800) << 1).to_bytes(3, "big")),
    "beyond the last code point": with_field(2, ((0b11 << 21 | 0x110000) << 1).to_bytes(3, "big")),
    "a control character": with_field(2, ((0b10 << 7 | 0x0A) << 7).to_bytes(2, "big")),
    "a zero-width space": with_field(2, pack("홍\u200b길동")),
    "name not in NFC": with_field(2, pack("\u1112\u1169\u11bc")),
    "name with a space before": with_field(2, pack(" 홍길동")),
    "birth year 1899": with_field(3, -1),
    "birth year 3000": with_field(3, 1_100),
    "usual serial as text": with_field(4, pack("제 2026-양성-0042호")),
    "serial with an unknown word": with_field(4, [2026, 3, 42]),
    "serial with a year of three digits": with_field(4, [999, 0, 42]),
    "serial with a negative number": with_field(4, [2026, 0, -42]),
    "serial with a huge number": with_field(4, [2026, 0, 1_000_000_000]),
    "serial of two numbers": with_field(4, [2026, 42]),
    "usual kind as text": with_field(6, pack("양성교육")),
    "kind unknown": with_field(6, 3),
    "kind negative": with_field(6, -1),
    "first day beyond the calendar": with_field(8, 3_000_000),
    "first day of 64 bits": with_field(8, 2**63),
    "last day before the first": with_field(9, -1),
    "hours negative": with_field(10, -1),
    "hours beyond the most": with_field(10, 999_901),
    "rate beyond 100": with_field(11, 10_001),
    "rate as bytes": with_field(11, b"\x26\x16"),
    "issued beyond the calendar": with_field(13, -1_000_000),
    "digest of 31 bytes": with_field(14, bytes(31)),
    "one field more": with_payload(lambda data: b"\x90" + data[1:] + b"\0"),
    "one field less": with_payload(lambda data: b"\x8e" + data[1:-34]),
    "version with a longer head": with_payload(lambda data: data[:1] + b"\x18\x01" + data[2:]),
    "payload a map": with_payload(lambda data: cbor.encode(dict(enumerate(FIELDS)))),
    "payload deep": with_payload(lambda data: b"\x81" * 200 + b"\0"),
    "payload claiming to be long": with_payload(lambda data: b"\x9b" + b"\xff" * 8),
    "payload empty": with_payload(lambda data: b""),
}


def fields_of(said: Slip) -> dict[str, Any]:
    return {name: str(value) if not isinstance(value, int) else value for name, value in vars(said).items()}


def vectors() -> dict[str, Any]:
    """Build the whole file."""
    valid = []
    for name, claims in VALID.items():
        digest = hashlib.sha256(issue(claims)).digest()
        digits = encode_qr(claims, digest, KEY)
        protected, _, payload, signature = parts_of(digits)
        valid.append(
            {
                "name": name,
                "digits": digits,
                "cose_sign1": cbor.encode(parts_of(digits)).hex(),
                "protected": protected.hex(),
                "payload": payload.hex(),
                "sig_structure": slip._signed(protected, payload).hex(),
                "signature": signature.hex(),
                "fields": fields_of(Slip.of(claims)),
                "sha256": digest.hex(),
                "json": issue(claims).decode(),
            }
        )
    return {
        "key": {
            "id": KEY.public.id,
            "publicKeyMultibase": KEY.public.multibase,
            "raw": KEY.public.raw.hex(),
            "short_id": KID.hex(),
        },
        "valid": valid,
        "refused": [{"name": name, "digits": make()} for name, make in REFUSED.items()],
    }


def text() -> str:
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
