"""The key-encryption key of this instance, a file outside the database and its backups, and sealing under it."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from app.core.config import read_or_create_secret
from app.core.errors import Unavailable
from app.core.i18n import Text, _l

_NONCE = 12
_sealed: list[Callable[[], bool]] = []


class SealLost(Unavailable):
    """The key-encryption key is not what it was; a new one would open nothing and hide the loss."""


def seals(anything: Callable[[], bool]) -> Callable[[], bool]:
    """Register the question whether a domain keeps anything sealed: then no new key is made for a lost one."""
    _sealed.append(anything)
    return anything


def key_encryption_path() -> Path:
    """Answer where the key-encryption key is."""
    instance: Path = current_app.config["IEUM_INSTANCE_DIR"]
    return instance / "secrets" / "kek"


def key_encryption_key() -> bytes:
    """Answer the key-encryption key, made on first use. Raises `SealLost` when it is gone and something is sealed."""
    path = key_encryption_path()
    if not path.exists() and any(anything() for anything in _sealed):
        raise SealLost(seal_lost())
    return read_or_create_secret(path)


def seal_lost() -> Text:
    """Answer what to do when the key-encryption key is not where it was."""
    path = str(key_encryption_path())
    return _l("키를 여는 파일이 없어요: %(path)s. 백업한 secrets 폴더에서 되돌려 주세요.", path=path)


def seal(secret: bytes, purpose: str) -> bytes:
    """Encrypt a secret (AES-256-GCM); it opens only for the same purpose, which names its owner."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher().encrypt(nonce, secret, purpose.encode())


def unseal(sealed: bytes, purpose: str) -> bytes:
    """Decrypt what `seal` returned. Raises `SealLost` for another key, another purpose or altered bytes."""
    try:
        return _cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
    except InvalidTag:
        raise SealLost(seal_lost()) from None


def _cipher() -> AESGCM:
    # A key of its own: the key-encryption key itself seals the issuer's private keys and nothing else.
    return AESGCM(hmac.new(key_encryption_key(), b"secrets of accounts", hashlib.sha256).digest())
