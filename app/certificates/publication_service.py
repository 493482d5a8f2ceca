"""The DID document of this authority."""

from __future__ import annotations

from app.certificates import keys
from app.certificates.authority import this_authority
from credentials import did_document as build_did_document


def did_document() -> dict[str, object]:
    """Answer the DID document with every public key that this authority has had under its present address."""
    did = this_authority().did
    return build_did_document(did, keys.published_keys(did))
