"""Signatures are verified by another library than the one that signs; where the two differ, ours is the stricter."""

from __future__ import annotations

import hashlib
import os

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from credentials import PublicKey
from tests.credentials.examples import DID

_ORDER = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point (RFC 8032 §5.1): adding it to S gives another signature of the same meaning."""
_NEUTRAL = (1).to_bytes(32, "little")
_OF_ORDER_TWO = (2**255 - 20).to_bytes(32, "little")


def key_of(raw: bytes) -> PublicKey:
    return PublicKey(f"{DID}#c9", DID, raw)


def signing_library_says(raw: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 4096])
def test_both_libraries_agree_on_what_was_signed_and_on_every_altered_bit(length: int) -> None:
    private, message = Ed25519PrivateKey.generate(), os.urandom(length)
    raw, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert key_of(raw).signed(signature, message)
    for bit in range(0, 512, 7):
        altered = (int.from_bytes(signature, "little") ^ (1 << bit)).to_bytes(64, "little")
        assert key_of(raw).signed(altered, message) is signing_library_says(raw, altered, message) is False
    assert not key_of(raw).signed(signature, message + b"\0")


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_a_signature_may_come_in_whatever_holds_bytes(kind: type[bytes]) -> None:
    """As a `HeldElsewhere` in C may answer it."""
    private = Ed25519PrivateKey.generate()
    raw, signature = private.public_key().public_bytes_raw(), private.sign(b"message")
    assert key_of(raw).signed(kind(signature), kind(b"message"))
    assert not key_of(raw).signed(kind(bytes(64)), kind(b"message"))


def test_the_border_between_signature_and_message_cannot_be_moved() -> None:
    private = Ed25519PrivateKey.generate()
    raw, signature = private.public_key().public_bytes_raw(), private.sign(b"message")
    assert not key_of(raw).signed(signature + b"mes", b"sage")
    assert not key_of(raw).signed(signature[:60], signature[60:] + b"message")


def test_a_signature_has_one_spelling() -> None:
    private = Ed25519PrivateKey.generate()
    signature = private.sign(b"message")
    more = (int.from_bytes(signature[32:], "little") + _ORDER).to_bytes(32, "little")
    assert not key_of(private.public_key().public_bytes_raw()).signed(signature[:32] + more, b"message")


@pytest.mark.parametrize("point", [_NEUTRAL, _OF_ORDER_TWO], ids=["neutral", "order two"])
def test_a_key_that_fits_everything_fits_nothing(point: bytes) -> None:
    """With such a key nobody's signature "holds" for messages of which nobody signed one."""
    everything = _NEUTRAL + bytes(32)
    messages = [b"message %d" % number for number in range(16)]
    # The control: the library that signs accepts them, all or every other one.
    assert sum(signing_library_says(point, everything, message) for message in messages) >= 4
    assert not any(key_of(point).signed(everything, message) for message in messages)


def test_a_signature_that_gives_its_key_away_is_refused() -> None:
    """R of small order: nobody makes one who follows RFC 8032 §5.1.6, and everybody could read the key from it."""
    seed, message = os.urandom(32), b"message"
    raw = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    secret = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    challenge = int.from_bytes(hashlib.sha512(_NEUTRAL + raw + message).digest(), "little")
    signature = _NEUTRAL + (challenge * secret % _ORDER).to_bytes(32, "little")
    assert signing_library_says(raw, signature, message)
    assert not key_of(raw).signed(signature, message)


def test_a_key_that_is_no_point_fits_nothing() -> None:
    assert not any(key_of(bytes([number]) * 32).signed(_NEUTRAL + bytes(32), b"") for number in range(256))
