"""Ed25519 keys and what is known about them. The algorithm of a proof comes from here, never from a document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from nacl.bindings import crypto_sign_open
from nacl.exceptions import CryptoError

from credentials import base58, values
from credentials.errors import ClaimRefused, KeyRefused

ASSERTION = "assertionMethod"
"""The verification relationship that a key needs for signing credentials and status lists (DID Core §5.3.2)."""

_ED25519_PREFIX = b"\xed\x01"
_TRIAL = b"credentials: the key that signs this is the one that is meant"  # like nothing else that a key signs


@dataclass(frozen=True)
class PublicKey:
    """A public Ed25519 key: `id` is the DID URL, `controller` the DID, `raw` the 32 bytes.

    `created` and `revoked` are aware times; None means unknown and not revoked. `purposes` are the verification
    relationships in which the controller lists it. Raises KeyRefused when the parts do not fit together.
    """

    id: str
    controller: str
    raw: bytes
    created: datetime | None = None
    revoked: datetime | None = None
    purposes: frozenset[str] = field(default=frozenset({ASSERTION}))

    def __post_init__(self) -> None:
        try:
            values.key_id("key id", self.id)
            for name, moment in (("created", self.created), ("revoked", self.revoked)):
                if moment is not None:
                    values.instant(name, moment)
        except ClaimRefused as refused:
            raise KeyRefused(str(refused)) from None
        if self.id.partition("#")[0] != self.controller:
            raise KeyRefused(f"key {self.id} does not belong to {self.controller}")
        if len(self.raw) != 32:
            raise KeyRefused(f"{self.id}: found {len(self.raw)} bytes, expected 32")

    @classmethod
    def from_multibase(
        cls,
        id: str,
        controller: str,
        multibase: str,
        *,
        created: datetime | None = None,
        revoked: datetime | None = None,
    ) -> Self:
        """Read a key from its `publicKeyMultibase`; KeyRefused when it is not an Ed25519 key."""
        try:
            data = base58.decode(multibase[1:], 34) if multibase[:1] == "z" else b""
        except ValueError:
            data = b""
        if data[:2] != _ED25519_PREFIX:
            raise KeyRefused(f"{id}: not an Ed25519 key in base58btc multibase")
        return cls(id, controller, data[2:], created, revoked)

    @cached_property
    def multibase(self) -> str:
        """The key as `publicKeyMultibase` (z6Mk…)."""
        return "z" + base58.encode(_ED25519_PREFIX + self.raw)

    def signed(self, signature: bytes, message: bytes) -> bool:
        """Say whether this key made this signature over this message (RFC 8032 §5.1.7)."""
        # libsodium reads the signature from the front of the message: another length would move the border.
        if len(signature) != 64:
            return False
        try:
            crypto_sign_open(b"".join((signature, message)), self.raw)
        except CryptoError:
            return False
        return True


Keys = Mapping[str, PublicKey]
"""Public keys by their id. Whoever calls chooses them: give the keys meant for the kind of document at hand."""


class HeldElsewhere(Protocol):
    """A private Ed25519 key that stays where it is, such as in a hardware token."""

    def sign(self, message: bytes, /) -> bytes:
        """Sign a message: 64 bytes (RFC 8032 §5.1.6)."""


class SigningKey:
    """A private Ed25519 key, or one held elsewhere, with the record of its public half.

    Raises KeyRefused when the two do not belong together. A key held elsewhere signs once to show it.
    """

    def __init__(self, private: Ed25519PrivateKey | HeldElsewhere, public: PublicKey) -> None:
        if isinstance(private, Ed25519PrivateKey):
            belongs = private.public_key().public_bytes_raw() == public.raw
        else:
            belongs = public.signed(private.sign(_TRIAL), _TRIAL)
        if not belongs:
            raise KeyRefused(f"{public.id}: the private key does not belong to this public key")
        self._private = private
        self.public = public

    @classmethod
    def generate(cls, id: str, controller: str, *, created: datetime | None = None) -> Self:
        """Make a new key from the operating system's randomness."""
        private = Ed25519PrivateKey.generate()
        return cls(private, PublicKey(id, controller, private.public_key().public_bytes_raw(), created))

    @classmethod
    def from_pkcs8(
        cls,
        data: bytes,
        id: str,
        controller: str,
        *,
        created: datetime | None = None,
        revoked: datetime | None = None,
    ) -> Self:
        """Load a key from PKCS#8 DER; KeyRefused when it is not an Ed25519 key."""
        try:
            private = load_der_private_key(data, password=None)
        except (ValueError, TypeError):
            raise KeyRefused(f"{id}: not an unencrypted PKCS#8 key") from None
        if not isinstance(private, Ed25519PrivateKey):
            raise KeyRefused(f"{id}: found {type(private).__name__}, expected Ed25519")
        return cls(private, PublicKey(id, controller, private.public_key().public_bytes_raw(), created, revoked))

    def to_pkcs8(self) -> bytes:
        """Spell the private key as unencrypted PKCS#8 DER, to be passed to `seal_private_key`.

        KeyRefused for a key held elsewhere.
        """
        if not isinstance(self._private, Ed25519PrivateKey):
            raise KeyRefused(f"{self.public.id}: the private key is held elsewhere")
        return self._private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, message: bytes) -> bytes:
        """Sign a message: 64 bytes (RFC 8032 §5.1.6). KeyRefused for a revoked key or one not for assertions."""
        if self.public.revoked is not None or ASSERTION not in self.public.purposes:
            raise KeyRefused(f"{self.public.id} may not sign: revoked or not listed as {ASSERTION}")
        return self._private.sign(message)

    def sign_other(self, message: bytes) -> bytes:
        """Sign what is no assertion, such as a log's checkpoint: 64 bytes. KeyRefused for a revoked key.

        The controller need not list such a key for assertions, and better does not.
        """
        if self.public.revoked is not None:
            raise KeyRefused(f"{self.public.id} may not sign: revoked")
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({self.public.id})"
