"""Private keys at rest: PKCS#8 under AES-256-GCM, with the key's id as associated data."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from credentials.errors import KeyRefused

_VERSION = b"sealed-key-1:"
_NONCE = 12


def seal_private_key(pkcs8: bytes, kek: bytes, key_id: str) -> bytes:
    """Encrypt a private key under a key-encryption key of 32 bytes; it opens only under the same `key_id`."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + _cipher(kek).encrypt(nonce, pkcs8, _VERSION + key_id.encode())


def open_private_key(sealed: bytes, kek: bytes, key_id: str) -> bytes:
    """Decrypt what `seal_private_key` returned; KeyRefused for another key, another id or altered bytes."""
    cipher = _cipher(kek)
    nonce, ciphertext = sealed[len(_VERSION) :][:_NONCE], sealed[len(_VERSION) + _NONCE :]
    if not sealed.startswith(_VERSION) or not ciphertext:
        raise KeyRefused(f"{key_id}: not a sealed private key")
    try:
        return cipher.decrypt(nonce, ciphertext, _VERSION + key_id.encode())
    except InvalidTag:
        raise KeyRefused(f"{key_id}: wrong key-encryption key, wrong key id, or altered bytes") from None


def _cipher(kek: bytes) -> AESGCM:
    if len(kek) != 32:
        raise KeyRefused(f"key-encryption key: found {len(kek)} bytes, expected 32")
    return AESGCM(kek)
