"""did:key for Ed25519: a DID that is its own document. It says who signed, and nothing about who that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from credentials import base58

_PREFIX = b"\xed\x01"
RELATIONSHIPS = frozenset({"assertionMethod", "authentication", "capabilityInvocation", "capabilityDelegation"})


@dataclass(frozen=True)
class VerificationMethod:
    """A public Ed25519 key: its id, who controls it, its 32 bytes, and what the controller lists it for."""

    id: str
    controller: str
    raw: bytes
    purposes: frozenset[str] = RELATIONSHIPS

    def signed(self, signature: bytes, message: bytes) -> bool:
        """Say whether this key made this signature over this message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class DidKey:
    """A private Ed25519 key with the did:key that follows from it."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._multibase = "z" + base58.encode(_PREFIX + self._private.public_key().public_bytes_raw())

    @property
    def did(self) -> str:
        """The DID (did:key:z6Mk…)."""
        return f"did:key:{self._multibase}"

    @property
    def method(self) -> str:
        """The id of its one verification method."""
        return f"{self.did}#{self._multibase}"

    def sign(self, message: bytes) -> bytes:
        """Sign a message: 64 bytes."""
        return self._private.sign(message)


def resolve(method: str) -> VerificationMethod | None:
    """Answer the key that a did:key URL names, or None when it names none."""
    did, _, fragment = method.partition("#")
    multibase = did.removeprefix("did:key:")
    if not did.startswith("did:key:z") or fragment != multibase:
        return None
    try:
        data = base58.decode(multibase[1:], 34)
    except ValueError:
        return None
    return VerificationMethod(method, did, data[2:]) if data[:2] == _PREFIX else None


def document(did: str) -> dict[str, Any]:
    """Write the DID document that follows from a did:key."""
    method = f"{did}#{did.removeprefix('did:key:')}"
    listed = {name: [method] for name in sorted(RELATIONSHIPS)}
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": did.removeprefix("did:key:")}
        ],
        **listed,
    }
