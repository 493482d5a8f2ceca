"""What the issuer of a badge says on its own hosts, read strictly, for the process that checks the badge.

Two rules that openbadgeslib leaves to its caller stand here:

- a DID document speaks for a DID only if its `id` is that DID, and of its keys only those count that it names for
  assertions and that the DID itself controls (DID Core §5.2, §5.3.2);
- an Open Badges 2.0 document fetched from an address is that address's own: its `id` says so. Otherwise anybody
  could serve a key that calls itself somebody else's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

Ask = Callable[[str], bytes]

MAX_DEPTH = 64
# One way to read it, and so one address: no port (nothing but 443 is fetched), no escapes, no dots as a folder.
_DID_WEB = re.compile(r"did:web:(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?P<path>(?::(?!\.)[A-Za-z0-9._-]+)*)")


class CannotCheck(Exception):
    """We could not find out. `code` names the reason for the page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotValid(Exception):
    """It does not hold. `code` names the reason for the page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def did_web_address(did: str) -> str:
    """Answer where a did:web keeps its document (did:web §3.2). Raises `CannotCheck` for a form we do not fetch."""
    match = _DID_WEB.fullmatch(did)
    if match is None:
        raise CannotCheck("issuer_unsupported")
    path = match["path"].replace(":", "/")
    return f"https://{match['host']}{path or '/.well-known'}/did.json"


def parse_object(data: bytes | str) -> dict[str, Any]:
    """Parse one JSON object. Raises ValueError for anything else, a doubled name, or too deep a nesting."""
    try:
        found = json.loads(data, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("not an object")
    _require_depth(found)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _require_depth(value: Any) -> None:
    level = [value]
    for _depth in range(MAX_DEPTH):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return
    raise ValueError("nested too deeply")


class Documents:
    """Asks for documents, and remembers what came and why something did not come.

    openbadgeslib turns every failure into one kind of error; `failure` and `refusal` tell afterwards whether it was
    a document that could not be had, or one that does not speak for this issuer.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._had: dict[str, bytes] = {}
        self.failure: str | None = None
        self.refusal: str | None = None
        self.read: dict[str, dict[str, Any]] = {}

    def any(self, url: str) -> bytes:
        """Answer what stands at this address; asked twice it is fetched once. Raises `CannotCheck`."""
        try:
            if url not in self._had:
                self._had[url] = self._ask(url)
            return self._had[url]
        except CannotCheck as error:
            self.failure = self.failure or error.code
            raise

    def own(self, url: str) -> bytes:
        """Answer an Open Badges 2.0 document that says it is the one at this address."""
        document = self._object(url)
        if document.get("id", url) != url:
            self.refusal = "issuer_mismatch"
            raise NotValid("issuer_mismatch")
        self.read[url] = document
        return self.any(url)

    def of_issuer(self, did: str) -> Ask:
        """Answer a way to ask for documents on which the DID document of `did` holds its assertion keys alone."""
        address = did_web_address(did) if did.startswith("did:web:") else None

        def ask(url: str) -> bytes:
            if url != address:
                return self.any(url)
            try:
                return json.dumps(assertion_keys(self._object(url), did)).encode()
            except NotValid as error:
                self.refusal = error.code
                raise

        return ask

    def _object(self, url: str) -> dict[str, Any]:
        try:
            return parse_object(self.any(url))
        except ValueError as error:
            self.failure = self.failure or "unreadable"
            raise CannotCheck("unreadable") from error


def assertion_keys(document: dict[str, Any], did: str) -> dict[str, Any]:
    """Answer a DID document with nothing but the keys that may assert for `did`, under absolute ids.

    Raises `NotValid` when it is not the document of this DID, or names no such key.
    """
    if document.get("id") != did:
        raise NotValid("issuer_mismatch")
    methods = {
        _absolute(method.get("id"), did): method
        for method in _list(document.get("verificationMethod"))
        if isinstance(method, dict)
    }
    found: dict[str, dict[str, Any]] = {}
    for entry in _list(document.get("assertionMethod")):
        method = entry if isinstance(entry, dict) else methods.get(_absolute(entry, did))
        if method is None or method.get("controller") != did:
            continue
        key_id = _absolute(method.get("id"), did)
        if key_id.startswith(f"{did}#"):
            found.setdefault(key_id, {**method, "id": key_id})
    if not found:
        raise NotValid("issuer_no_key")
    return {"id": did, "verificationMethod": list(found.values()), "assertionMethod": list(found)}


def _absolute(key_id: Any, did: str) -> str:
    if not isinstance(key_id, str):
        return ""
    return did + key_id if key_id.startswith("#") else key_id


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
