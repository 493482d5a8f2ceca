"""A credential that the other implementation has signed, changes to it, and a verifier to ask."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from credentials import base58
from credentials.conformance import (
    Faulty,
    ProblemType,
    Verifier,
    did_key,
)
from tests.credentials.conformance.documents import (
    ISSUER,
    NOW,
    Document,
    credential,
)
from tests.credentials.conformance.in_process import canonize
from tests.credentials.conformance.independent import sign


def no_status(_credential: Any, _entry: Any) -> None:
    raise Faulty(ProblemType.UNCHECKED, "not looked at")


def verifier(**expected: Any) -> Verifier:
    return Verifier(NOW, did_key.resolve, canonize, no_status, **expected)


@cache
def _signed() -> str:
    return json.dumps(sign(credential(name="Course"), ISSUER))


def signed(change: Callable[[Document], object] = lambda _: None) -> Document:
    """Answer a credential signed by the other implementation, changed afterwards."""
    document: Document = json.loads(_signed())
    change(document)
    return document


def proof(**members: Any) -> Callable[[Document], object]:
    """Make the change that sets members of the proof, or takes away those that are None."""

    def change(document: Document) -> None:
        for name, value in members.items():
            if value is None:
                del document["proof"][name]
            else:
                document["proof"][name] = value

    return change


def spelled(data: bytes) -> str:
    return base58.encode(data) if len(data) <= 64 else base58.encode(data[:64]) + base58.encode(data[64:])


def value_of(change: Callable[[bytes], bytes]) -> Callable[[Document], object]:
    """Make the change that alters the 64 bytes of the proof's value."""

    def change_value(document: Document) -> None:
        data = base58.decode(document["proof"]["proofValue"][1:], 64)
        document["proof"]["proofValue"] = "z" + spelled(change(data))

    return change_value
