"""Credentials and presentations to start from, and changes to them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from credentials.conformance import DidKey

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
ISSUER = DidKey(bytes([21]) * 32)
HOLDER = DidKey(bytes([22]) * 32)
STRANGER = DidKey(bytes([23]) * 32)

Document = dict[str, Any]
Change = Callable[[Document], object]


def credential(change: Change = lambda _: None, /, **members: Any) -> Document:
    """Answer a credential of version 2.0 with some members set, and then changed."""
    made: Document = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": ISSUER.did,
        "credentialSubject": {"id": "did:example:learner"},
    }
    made = copy.deepcopy({**made, **members})
    change(made)
    return made


def first_version(change: Change = lambda _: None, /, **members: Any) -> Document:
    """Answer a credential of version 1.1 with some members set, and then changed."""
    return credential(change, **{"@context": [V1], "issuanceDate": "2026-03-09T09:00:00Z", **members})


def presentation(*credentials: Any, **members: Any) -> Document:
    """Answer a presentation of these credentials with some members set."""
    made: Document = {"@context": [V2], "type": ["VerifiablePresentation"]}
    if credentials:
        made["verifiableCredential"] = list(credentials)
    return copy.deepcopy({**made, **members})


def without(name: str) -> Change:
    """Make the change that takes a member away."""
    return lambda document: document.pop(name)


def leaving_out(document: Document, name: str) -> Document:
    """Answer a document without a member."""
    return {key: value for key, value in document.items() if key != name}


def envelope(**members: Any) -> Document:
    """Answer an object that stands for a credential in an envelope."""
    token = "data:application/vc+jwt,eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl"
    return {"@context": V2, "id": token, "type": "EnvelopedVerifiableCredential", **members}
