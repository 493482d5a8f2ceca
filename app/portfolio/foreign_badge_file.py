"""A badge as it arrives: what kind of file it is, by its content, and what can be read of it without opening it.

Nothing here decides whether a badge holds. The texts are looked through for what must not be stored (a resident
number) and for what is ours; all else is the limited process's business.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.core import resident_number
from app.core.errors import Invalid
from app.core.i18n import _l

MAX_BYTES = 1024 * 1024
# All texts of a picture together, inflated: more is no badge, and would take long to look through.
_MAX_TEXT = 512 * 1024
_SHORTEST_NUMBER = 10
_MAX_CHUNKS = 4096
_PNG = b"\x89PNG\r\n\x1a\n"
_PART = "[A-Za-z0-9_-]{10,}+"
# Begins at no letter but the first of a run, and tries nothing in a second way: no text makes it slow.
_TOKEN = re.compile(rf"(?<![A-Za-z0-9_.-]){_PART}\.{_PART}\.{_PART}")
_SVG = re.compile(r"<(?:[A-Za-z0-9]+:)?svg[\s>/]")
_URN = re.compile(r"urn:uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_MOST_IDS = 50
_NO_BADGE = _l(
    "배지 파일이 아니에요. 발급기관에서 받은 JSON, JWT, PNG, SVG 파일을 그대로 올려 주세요. 화면 사진은 안 돼요."
)


@dataclass(frozen=True)
class BadgeFile:
    """An uploaded badge. `kind` is `json`, `jwt`, `png` or `svg`; `texts` are what it says, as far as it is plain."""

    kind: str
    data: bytes = field(repr=False)
    texts: tuple[str, ...] = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def ids_beside(self, did: str) -> list[str]:
        """Answer the ids (`urn:uuid:`) in a badge that names this issuer, as 32 digits; none when it does not."""
        if not any(did in text for text in self.texts):
            return []
        found = (match[1].replace("-", "") for text in self.texts for match in _URN.finditer(text))
        return list(dict.fromkeys(found))[:_MOST_IDS]


def read(data: bytes) -> BadgeFile:
    """Read an uploaded or pasted badge. Raises `Invalid` for what is none, too large, or holds a resident number."""
    if len(data) > MAX_BYTES:
        raise Invalid(_l("배지 파일은 1MB까지 올릴 수 있어요."))
    kind = _kind(data)
    if kind is None:
        raise Invalid(_NO_BADGE)
    texts = tuple(_texts(kind, data))
    said = (said for text in texts for said in _said(text) if len(said) >= _SHORTEST_NUMBER)
    if any(map(resident_number.find, said)):
        raise Invalid(_l("주민등록번호가 들어 있는 배지는 받지 않아요. 아무것도 저장하지 않았어요."))
    return BadgeFile(kind, data.strip() if kind in ("json", "jwt") else data, texts)


def _kind(data: bytes) -> str | None:
    if data.startswith(_PNG):
        return "png"
    text = _decoded(data).strip()
    if text.startswith("{"):
        return "json"
    if text.startswith("<") and _SVG.search(text[:8192]):
        return "svg"
    return "jwt" if _TOKEN.fullmatch(text) else None


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig", errors="replace")


def _texts(kind: str, data: bytes) -> Iterator[str]:
    """Yield what a file says: its text, what its pictures carry, and what its tokens hold."""
    plain = list(_png_texts(data)) if kind == "png" else [_decoded(data)]
    for text in plain:
        yield html.unescape(text) if kind == "svg" else text
        for token in _TOKEN.finditer(text):
            try:
                payload = token[0].split(".")[1]
                yield base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode(errors="replace")
            except binascii.Error:
                continue


def _png_texts(data: bytes) -> Iterator[str]:
    """Yield the texts in a PNG (PNG 3 §11.3.3). Raises `Invalid` when together they inflate beyond the limit."""
    at, left = len(_PNG), _MAX_TEXT
    for _chunk in range(_MAX_CHUNKS):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind in (b"iTXt", b"tEXt", b"zTXt"):
            keyword, _end, rest = data[at + 8 : at + 8 + length].partition(b"\0")
            text = _inflated(kind, rest, left + 1)
            left -= len(text)
            if left < 0:
                raise Invalid(_NO_BADGE)
            yield _decoded(keyword + b" " + text)
        at += 12 + length
        if not kind or kind == b"IEND":
            return


def _inflated(kind: bytes, rest: bytes, limit: int) -> bytes:
    compressed = kind == b"zTXt"
    if kind == b"iTXt":
        compressed = rest[:1] == b"\1"
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    elif compressed:
        rest = rest[1:]
    if not compressed:
        return rest[:limit]
    try:
        return zlib.decompressobj().decompress(rest, limit)
    except zlib.error:
        return b""


def _said(text: str) -> Iterator[str]:
    """Yield the values of a JSON text one by one, so that two numbers beside each other are not read as one."""
    try:
        waiting: list[Any] = [json.loads(text[text.index("{") :])]
    except (ValueError, RecursionError):
        # In a picture a JSON text has others around it; its letters may be written as numbers all the same.
        yield _ESCAPED.sub(lambda letter: chr(int(letter[1], 16)), text)
        return
    while waiting:  # Without recursion: the nesting is a stranger's.
        value = waiting.pop()
        if isinstance(value, dict):
            yield from value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, str | int) and not isinstance(value, bool):
            yield str(value)
