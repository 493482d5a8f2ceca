"""Reads a JSON body as strictly as I-JSON (RFC 7493) asks, so that no two programs read it differently.

Refused: anything but UTF-8, a name twice in an object, NaN and infinities, half of a surrogate pair, deep nesting.
"""

from __future__ import annotations

import json
import math
from typing import Any

MAX_DEPTH = 16


class NotStrict(ValueError):
    """The body is no JSON, or such as two programs could read differently. The argument says why, quoting nothing."""


def check(body: bytes) -> None:
    """Raise `NotStrict` unless the body is one strict JSON value."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotStrict("not UTF-8") from error
    if _depth(text) > MAX_DEPTH:
        raise NotStrict("nested too deeply")
    try:
        json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite, parse_int=_in_bounds
        )
    except NotStrict:
        raise
    except (ValueError, RecursionError) as error:
        raise NotStrict("not JSON") from error
    if _has_half_pair(text):
        raise NotStrict("half of a surrogate pair")


def _depth(text: str) -> int:
    """Answer how deep it nests, before a parser goes there: brackets inside strings do not count."""
    depth = deepest = 0
    inside = escaped = False
    for character in text:
        if inside:
            inside = escaped or character != '"'
            escaped = not escaped and character == "\\"
        elif character == '"':
            inside, escaped = True, False
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrict("a name twice")
    return found


def _no_constant(_name: str) -> Any:
    raise NotStrict("not a number")


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise NotStrict("a number without bounds")
    return number


def _in_bounds(written: str) -> int:
    if len(written) > 40:
        raise NotStrict("a number without bounds")
    return int(written)


def _has_half_pair(text: str) -> bool:
    if "\\u" not in text and "\\U" not in text:
        return False
    try:
        json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
