"""Slips in QR codes: one spelling, no forgery, and room in the code."""

import hashlib
from dataclasses import replace

import pytest
import qrcode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qrcode.util import QRData

from credentials import (
    CertificateClaims,
    ClaimRefused,
    Code,
    KeyRefused,
    NotValid,
    SelfCheckFailed,
    SigningKey,
    Slip,
    cbor,
    encode_qr,
    read_qr,
    sign_qr,
)
from credentials.cbor import Value
from credentials.packed_text import pack, unpack
from tests.credentials import qr_vectors
from tests.credentials.examples import CLAIMS, COURSE, DID, KEY, KEYS, LIST_KEYS, NOW, STRANGER, issue
from tests.credentials.qr_vectors import DIGEST, GOOD, REFUSED, VALID
from tests.credentials.test_canonical_form import certificates

ADDRESS = b"https://certificates.example/v/" + b"0" * 32 + b"#"


@pytest.mark.parametrize("name", VALID)
def test_what_is_written_reads_back(name: str) -> None:
    claims = VALID[name]
    verified = read_qr(encode_qr(claims, DIGEST, KEY), KEYS)
    assert verified.slip == Slip.of(claims)
    assert (verified.digest, verified.key_id, verified.issuer) == (DIGEST, KEY.public.id, DID)


def test_a_usual_slip_has_at_most_600_digits_and_fits_a_code_of_version_13() -> None:
    claims = VALID["20 letters and 4 syllables"]
    assert (len(claims.course.name), len(claims.name)) == (20, 4)
    digits = encode_qr(claims, DIGEST, KEY)
    assert len(digits) <= 600
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(QRData(ADDRESS, 4), optimize=0)
    code.add_data(QRData(digits, 1), optimize=0)
    code.make()
    assert code.version <= 13


def test_the_vectors_for_other_readers_are_current() -> None:
    assert qr_vectors.FILE.read_text() == qr_vectors.text()


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    with pytest.raises(NotValid):
        read_qr(REFUSED[name](), KEYS)


def test_the_pieces_of_the_refused_ones_are_sound() -> None:
    whole = qr_vectors.digits_of(qr_vectors.sign_payload(cbor.encode(qr_vectors.FIELDS)))
    assert whole == GOOD
    assert read_qr(whole, KEYS).slip == Slip.of(CLAIMS)


def test_not_one_altered_byte_or_digit_passes() -> None:
    data = cbor.encode(qr_vectors.parts_of(GOOD))
    altered = [
        qr_vectors.digits_of(data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :])
        for place in range(len(data))
        for bit in range(8)
    ]
    altered += [GOOD[:place] + digit + GOOD[place + 1 :] for place in range(len(GOOD)) for digit in "0123456789"]
    accepted = []
    for digits in altered:
        try:
            read_qr(digits, KEYS)
        except NotValid:
            continue
        accepted.append(digits)
    assert set(accepted) == {GOOD}


def test_the_key_decides_and_must_be_good() -> None:
    for keys, code in (
        ({}, Code.KEY_UNKNOWN),
        (LIST_KEYS, Code.KEY_UNKNOWN),
        ({KEY.public.id: replace(KEY.public, revoked=NOW)}, Code.KEY_REVOKED),
        ({KEY.public.id: replace(KEY.public, purposes=frozenset())}, Code.KEY_NOT_FOR_ASSERTION),
    ):
        with pytest.raises(NotValid) as failure:
            read_qr(GOOD, keys)
        assert failure.value.code == code


def test_a_key_with_the_same_short_id_takes_nothing_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("credentials.slip.short_key_id", lambda key: b"same")
    digits = encode_qr(CLAIMS, DIGEST, KEY)
    assert read_qr(digits, {STRANGER.public.id: STRANGER.public, **KEYS}).key_id == KEY.public.id


def test_it_signs_only_what_a_slip_can_say() -> None:
    with pytest.raises(ClaimRefused, match="32 bytes"):
        encode_qr(CLAIMS, b"", KEY)
    with pytest.raises(ClaimRefused, match="controls the key"):
        encode_qr(CLAIMS, DIGEST, STRANGER)
    with pytest.raises(ClaimRefused, match="digits"):
        encode_qr(replace(CLAIMS, course=replace(COURSE, name="가" * 400)), DIGEST, KEY)
    with pytest.raises(KeyRefused):
        encode_qr(CLAIMS, DIGEST, SigningKey.from_pkcs8(KEY.to_pkcs8(), KEY.public.id, DID, revoked=NOW))


def test_a_slip_with_a_wrong_signature_is_never_returned() -> None:
    class Faulty(SigningKey):
        def sign(self, message: bytes) -> bytes:
            return bytes(64)

    assert sign_qr(CLAIMS, DIGEST, KEY) == GOOD
    with pytest.raises(SelfCheckFailed, match="signature_mismatch"):
        sign_qr(CLAIMS, DIGEST, Faulty.from_pkcs8(KEY.to_pkcs8(), KEY.public.id, DID))


def test_a_slip_that_says_something_else_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    other = encode_qr(replace(CLAIMS, name="김철수"), DIGEST, KEY)
    of_another_file = encode_qr(CLAIMS, bytes(32), KEY)
    for wrong in (other, of_another_file):
        monkeypatch.setattr("credentials.slip.encode_qr", lambda *_arguments, wrong=wrong: wrong)
        with pytest.raises(SelfCheckFailed, match="something else"):
            sign_qr(CLAIMS, DIGEST, KEY)


def test_the_digest_ties_the_slip_to_one_file() -> None:
    verified = read_qr(GOOD, KEYS)
    assert verified.digest == hashlib.sha256(issue()).digest()
    assert verified.digest != hashlib.sha256(issue() + b" ").digest()


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(claims=certificates, digest=st.binary(min_size=32, max_size=32))
def test_any_certificate_reads_back(claims: CertificateClaims, digest: bytes) -> None:
    try:
        digits = encode_qr(claims, digest, KEY)
    except ClaimRefused:
        return
    verified = read_qr(digits, KEYS)
    assert (verified.slip, verified.digest) == (Slip.of(claims), digest)
    assert encode_qr(claims, digest, KEY) == digits


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_packed_text_reads_back(text: str) -> None:
    assert unpack(pack(text)) == text


@given(data=st.binary(max_size=40))
def test_packed_text_has_one_spelling(data: bytes) -> None:
    try:
        text = unpack(data)
    except ValueError:
        return
    assert pack(text) == data


def test_packed_text_is_as_described() -> None:
    assert pack("홍") == bytes.fromhex("549a")
    assert pack("A") == bytes([0b10100000, 0b10000000])
    assert pack("é") == (((0b11 << 21) | 0xE9) << 1).to_bytes(3, "big")


values = st.recursive(
    st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=300) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.integers(-300, 300), inner, max_size=5),
    max_leaves=20,
)


@given(value=values)
def test_cbor_reads_back_or_is_too_deep(value: Value) -> None:
    assert depth_of(value) > 5 or cbor.decode(cbor.encode(value)) == value


def depth_of(value: Value) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth_of, inner), default=0)


def test_cbor_that_is_too_deep_is_refused() -> None:
    deep: Value = 0
    for _ in range(6):
        deep = [deep]
    with pytest.raises(ValueError, match="deep"):
        cbor.decode(cbor.encode(deep))


@given(data=st.binary(max_size=60))
def test_cbor_has_one_spelling(data: bytes) -> None:
    try:
        value = cbor.decode(data)
    except ValueError:
        return
    assert cbor.encode(value) == data


def test_cbor_spells_as_the_standard_does() -> None:
    # RFC 8949, appendix A
    for value, spelled in (
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (1000, "1903e8"),
        (1_000_000, "1a000f4240"),
        (18446744073709551615, "1bffffffffffffffff"),
        (-1, "20"),
        (-1000, "3903e7"),
        (b"", "40"),
        (b"\1\2\3\4", "4401020304"),
        ("IETF", "6449455446"),
        ("水", "63e6b0b4"),
        ([1, [2, 3], [4, 5]], "8301820203820405"),
        ({1: 2, 3: 4}, "a201020304"),
    ):
        assert cbor.encode(value).hex() == spelled  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="64 bits"):
        cbor.encode(2**64)
