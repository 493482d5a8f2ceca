"""Finds the credential in a request body without reading it: the bytes go to the verifier exactly as they came.

A JSON parser keeps one of two equal keys, and what it drops is what a forger hides. So the body is scanned for its
outermost shape only. A body is the credential itself, or an object with the one key `credential` or
`verifiableCredential`.
"""

from __future__ import annotations

import json

_WRAPPERS = ("credential", "verifiableCredential")
_BLANK = " \t\r\n"


class NotACredential(ValueError):
    """The body is not a JSON object at all."""


def read_credential(body: bytes) -> bytes:
    """Answer the bytes of the credential in a body. Raises `NotACredential` when the body is no JSON object."""
    try:
        text = body.decode("utf-8")
        outermost = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotACredential("not JSON in UTF-8") from error
    if not isinstance(outermost, dict):
        raise NotACredential("not a JSON object")
    if len(outermost) == 1 and next(iter(outermost)) in _WRAPPERS:
        return _only_value(text).encode()
    return body


def _only_value(text: str) -> str:
    """Cut the value out of an object that has one key; an object that repeats the key is answered whole."""
    read = json.JSONDecoder().raw_decode
    _key, after = read(text, _skip(text, _skip(text, 0) + 1))
    begin = _skip(text, _skip(text, after) + 1)
    _value, end = read(text, begin)
    return text[begin:end] if text[_skip(text, end)] == "}" else text


def _skip(text: str, position: int) -> int:
    while text[position] in _BLANK:
        position += 1
    return position
