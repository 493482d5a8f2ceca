"""A badge is known by its content, and reading it in the web process costs next to nothing, whatever it holds."""

from __future__ import annotations

import contextlib
import json
import struct
import time
import zlib

import pytest

from app.core.errors import Invalid
from app.portfolio.foreign_badge_file import MAX_BYTES, read
from tests.factories.foreign_badges import SVG, ForeignIssuer, baked, png

ISSUER = ForeignIssuer()
NUMBER = b'{"name": "900309-1234567"}'
ESCAPED = rb'{"name": "\u0039\u00300309-1234567"}'


def with_chunk(kind: bytes, content: bytes) -> bytes:
    chunk = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return png()[:33] + chunk + png()[33:]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (ISSUER.as_json(), "json"),
        (b"\xef\xbb\xbf \r\n" + ISSUER.as_json(), "json"),
        (ISSUER.as_jwt(), "jwt"),
        (b"  " + ISSUER.as_jwt() + b"\n", "jwt"),
        (png(), "png"),
        (SVG, "svg"),
        (b'<?xml version="1.0"?><!-- made by hand --><svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>', "svg"),
    ],
    ids=range(7),
)
def test_the_content_says_what_it_is(data: bytes, kind: str) -> None:
    assert read(data).kind == kind


def test_space_around_a_badge_does_not_make_it_another() -> None:
    badge = ISSUER.as_jwt()
    assert read(badge).sha256 == read(b" " + badge + b"\r\n").sha256


@pytest.mark.parametrize(
    "data",
    [
        NUMBER,
        json.dumps({"name": "９００３０９-１２３４５６７"}).encode(),
        b'{"900309-1234567": 1}',
        baked(NUMBER, "png"),
        baked(NUMBER, "svg"),
        with_chunk(b"tEXt", b"Comment\x00900309-1234567"),
        with_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"900309-1234567")),
        with_chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(NUMBER)),
        b"<svg><desc>&#57;00309-1234567</desc></svg>",
        baked(ESCAPED, "png"),
        baked(ESCAPED, "svg"),
        ISSUER.as_jwt(recipient_id="mailto:900309-1234567@example.kr"),
        baked(ISSUER.as_jwt(recipient_id="mailto:900309-1234567@example.kr"), "png"),
        baked(ISSUER.as_jwt(recipient_id="mailto:900309-1234567@example.kr"), "svg"),
    ],
    ids=range(14),
)
def test_a_resident_number_is_found_wherever_it_stands(data: bytes) -> None:
    with pytest.raises(Invalid, match="주민등록번호"):
        read(data)


def test_numbers_beside_each_other_are_not_one() -> None:
    assert read(b'{"a": [900309, 1234567], "nbf": 1767571200, "exp": 1893456000}').kind == "json"


def test_the_ids_of_a_badge_count_only_beside_the_issuer() -> None:
    file = read(baked(ISSUER.as_json(), "svg"))
    assert "5c2f0f5e57c94f0e8a1b60c7c2b2a002" in file.ids_beside(ISSUER.did)
    assert file.ids_beside("did:web:ieum.test") == []


INFLATING = with_chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(260_000), 9))[33 : 33 - len(png())]
HEAVY = {
    "one letter": b"a" * MAX_BYTES,
    "letters and points": b"aaaaaaaaaa." * (MAX_BYTES // 11),
    "one token too long": b"a" * (MAX_BYTES - 30) + b"." + b"a" * 20,
    "digits": b'{"a": "' + b"9" * (MAX_BYTES - 20) + b'"}',
    "dates": b'{"a": "' + b"900309 " * (MAX_BYTES // 8) + b'"}',
    "space": b"{" + b" " * (MAX_BYTES - 1),
    "deep": b'{"a":' * (MAX_BYTES // 5),
    "deep enough and wide": b'{"a":[' + b"[" * 800 + b"1," * 500_000 + b"1" + b"]" * 800 + b"]}",
    "entities": b"<svg>" + b"&amp;" * (MAX_BYTES // 5 - 1),
    "urns": b"<svg>" + b"urn:uuid:" * (MAX_BYTES // 9 - 1),
    "an inflating chunk": with_chunk(b"iTXt", b"x\0\1\0\0\0" + zlib.compress(bytes(100_000_000), 9)),
    "many inflating chunks": png()[:33] + INFLATING * 2000 + png()[33:],
}


@pytest.mark.parametrize("kind", sorted(HEAVY))
def test_nothing_makes_reading_slow(kind: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(Invalid):
        read(HEAVY[kind][:MAX_BYTES])
    assert time.process_time() - begun < 2.5
