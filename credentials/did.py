"""did:web identifiers and the DID document (DID Core 1.0, did:web method, Multikey)."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from credentials import values
from credentials.errors import ClaimRefused
from credentials.keys import PublicKey

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_ADDRESS = re.compile(r"[0-9.]+")


def did_web(base_url: str) -> str:
    """Turn a base URL into its did:web: `http://localhost:8000` → `did:web:localhost%3A8000`.

    ClaimRefused for anything but http(s), a host name and perhaps a port: the method names no IP address, and a
    path would move the DID document away from `/.well-known/did.json`.
    """
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ClaimRefused("base URL", repr(base_url), "a URL") from None
    bare = not (parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"))
    if parts.scheme not in ("http", "https") or not bare:
        raise ClaimRefused("base URL", repr(base_url), "http(s)://host or http(s)://host:port and nothing more")
    if _HOST.fullmatch(host) is None or _ADDRESS.fullmatch(host) is not None:
        raise ClaimRefused("base URL", repr(host), "a host name in ASCII")
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"did:web:{host}" if port in (None, default) else f"did:web:{host}%3A{port}"


def did_document(did: str, keys: Iterable[PublicKey]) -> dict[str, object]:
    """Build the DID document that lists these keys, retired ones included so that old proofs keep verifying.

    A revoked key stays visible with its time but leaves `assertionMethod`. ClaimRefused for a key of another DID
    or an id that occurs twice.
    """
    listed = list(keys)
    ids = [key.id for key in listed]
    if len(set(ids)) != len(ids):
        raise ClaimRefused("keys", "an id that occurs twice", "each key id once, never used again")
    for key in listed:
        if key.controller != did:
            raise ClaimRefused("keys", key.id, f"keys of {did}")
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": values.did("did", did),
        "verificationMethod": [_method(key) for key in listed],
        "assertionMethod": [key.id for key in listed if key.revoked is None and "assertionMethod" in key.purposes],
    }


def _method(key: PublicKey) -> dict[str, str]:
    method = {
        "id": key.id,
        "type": "Multikey",
        "controller": key.controller,
        "publicKeyMultibase": key.multibase,
    }
    if key.revoked is not None:
        method["revoked"] = values.spell_instant(values.instant("revoked", key.revoked))
    return method
