"""Where the private halves of the issuer's keys are: sealed in the database, or in a PKCS#11 token."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass

from app.certificates.key_token import Token, TokenUnavailable, is_reference
from app.certificates.models import IssuerKey, KeyPurpose
from app.core.i18n import _l
from app.core.sealing import SealLost, key_encryption_key, key_encryption_path, seal_lost
from credentials import PublicKey, SigningKey, open_private_key, seal_private_key

_log = logging.getLogger("ieum.keys")


@dataclass(frozen=True)
class NewKey:
    """A key that was just made: its id, the 32 bytes of its public half, and what is kept of the private half."""

    key_id: str
    public_key: bytes
    held: bytes


def make(did: str, purpose: KeyPurpose, *, in_database: bool = False) -> NewKey:
    """Make a key where this instance keeps them, or sealed in the database all the same.

    Raises `TokenUnavailable` when the token cannot be reached.
    """
    token = Token.configured()
    if token is not None and not in_database:
        raw, reference = token.generate(f"ieum {purpose.value}")
        return NewKey(_key_id(did, purpose, raw), raw, reference)
    new = SigningKey.generate(f"{did}#new", did)
    key_id = _key_id(did, purpose, new.public.raw)
    return NewKey(key_id, new.public.raw, seal_private_key(new.to_pkcs8(), key_encryption_key(), key_id))


def open_key(row: IssuerKey) -> SigningKey:
    """Open the private half of a key.

    Raises `SealLost` without the key-encryption key, KeyRefused when it is another than the one it was sealed under,
    `TokenUnavailable` when the token or the key in it cannot be reached, LookupError when it has been destroyed.
    """
    held = row.sealed_private_key
    if held is None:
        raise LookupError(f"{row.key_id} has been destroyed")
    if is_reference(held):
        public = PublicKey(row.key_id, row.controller, row.public_key, row.created_at)
        return SigningKey(require_token().key(held), public)
    if not key_encryption_path().exists():
        raise SealLost(seal_lost())
    pkcs8 = open_private_key(held, key_encryption_key(), row.key_id)
    return SigningKey.from_pkcs8(pkcs8, row.key_id, row.controller, created=row.created_at)


def destroy(row: IssuerKey) -> bool:
    """Destroy the private half of a key; tell whether it is gone, or left in another token than the configured one.

    Call it once it is stored that the key signs no more: nothing brings back what a token has destroyed, should the
    transaction fail. Destroying it again does nothing. Raises `TokenUnavailable` when the token cannot be reached, or
    none is configured.
    """
    held = row.sealed_private_key
    if held is not None and is_reference(held):
        token = require_token()
        if not token.holds(held):
            _log.warning("%s: its private half is left in a token; destroy %r there", row.key_id, held)
            row.sealed_private_key = None
            return False
        token.destroy(held)
    row.sealed_private_key = None
    return True


def forget(row: IssuerKey) -> None:
    """Destroy a private half that is sealed in the database; one in a token is left to `destroy` after the commit."""
    if row.sealed_private_key is not None and not is_reference(row.sealed_private_key):
        row.sealed_private_key = None


def place(row: IssuerKey) -> str:
    """Name where the private half is: `file`, `token` or nowhere, `-`."""
    if row.sealed_private_key is None:
        return "-"
    return "token" if is_reference(row.sealed_private_key) else "file"


def require_token() -> Token:
    """Answer the configured token. Raises `TokenUnavailable` without one: its settings have been left out."""
    token = Token.configured()
    if token is None:
        raise TokenUnavailable(_l("이 키는 토큰에 있어요. IEUM_PKCS11_MODULE과 함께 쓰는 설정을 되돌려 주세요."))
    return token


def _key_id(did: str, purpose: KeyPurpose, raw: bytes) -> str:
    return f"{did}#{purpose.value}-{hashlib.sha256(raw).hexdigest()[:16]}"
