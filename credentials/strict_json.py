"""JSON without the places where two readers may see different things (RFC 8259 §4, §8.2; RFC 7493)."""

import json
from typing import Any

MAX_BYTES = 64 * 1024
MAX_DEPTH = 32


class Refused(Exception):
    """The bytes are not strict JSON; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Number(str):
    """A number exactly as it was spelled: `40`, `40.0` and `4e1` stay three different things."""

    __slots__ = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Refused("duplicate_key")
    return members


def _constant(_spelled: str) -> None:
    raise Refused("not_a_number")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=Number, parse_float=Number, parse_constant=_constant)


def parse(data: bytes) -> Any:
    """Read bytes as JSON; numbers keep their spelling. The caller bounds the size by MAX_BYTES. Raises Refused.

    Depth, lone surrogates and suspicious keys are left to `suspicion`: a document that has the one permitted
    shape can have none of them, so they are looked for only to say why another one was refused.
    """
    try:
        return _DECODER.decode(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise Refused("not_utf8") from None
    except RecursionError:
        raise Refused("too_deep") from None
    except ValueError:
        raise Refused("not_json") from None


def suspicion(document: Any) -> str | None:
    """Name what makes parsed JSON suspicious as a whole, or None: depth, lone surrogates."""
    waiting: list[tuple[Any, int]] = [(document, 1)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, (dict, list)) and depth > MAX_DEPTH:
            return "too_deep"
        if isinstance(node, dict):
            waiting.extend((part, depth + 1) for member in node.items() for part in member)
        elif isinstance(node, list):
            waiting.extend((item, depth + 1) for item in node)
        elif isinstance(node, str) and any("\ud800" <= character <= "\udfff" for character in node):
            return "lone_surrogate"
    return None


def aliased_key(document: Any) -> str | None:
    """Name the first key that JSON-LD would read as an IRI or a keyword (`:` in it or `@` before it), or None."""
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            for key, value in node.items():
                if ":" in key or (key.startswith("@") and not (key == "@context" and node is document)):
                    return str(key)
                waiting.append(value)
        elif isinstance(node, list):
            waiting.extend(node)
    return None
