"""Makes text from elsewhere plain: no markup, no entities, no characters that show nothing; links only to the web."""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import quote, urlsplit

from app.core.forms import has_unsafe_characters

MAX_URL = 500
# What makes a text more than plain; below, tags that part what they stand between, and those that hold no text.
_NOT_PLAIN = re.compile(r"[<>&\u115f\u1160\u3164\uffa0]")
_BREAK = re.compile(r"<\s*+/?\s*+(?:br|p|div|li|tr|h[1-6])\b[^<>]*>", re.IGNORECASE)
_NO_TEXT = re.compile(r"<\s*+(script|style|template|iframe)\b.*?(?:<\s*/\s*\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)|<!\[CDATA\[|\]\]>|<[!?][^<>]*>", re.DOTALL)
_TAG = re.compile(r"<\s*+/?\s*+[a-zA-Z][^<>]*(?:>|$)", re.DOTALL)


def plain(text: str, limit: int) -> str:
    """Answer one line of plain text of at most `limit` characters."""
    return _cut(" ".join(_without_markup(text, " ").split()), limit)


def plain_lines(text: str, limit: int) -> str:
    """Answer plain text that keeps its lines, at most `limit` characters."""
    lines = [" ".join(line.split()) for line in _without_markup(text, "\n").splitlines()]
    return _cut(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), limit)


def web_address(text: str) -> str:
    """Answer an address that may be linked to: http or https and a host; empty for anything else."""
    address = html.unescape(text).strip()
    if not address or len(address) > MAX_URL or re.search(r"[\s<>\"\\^`{|}\x00-\x1f\x7f]", address):
        return ""
    if has_unsafe_characters(address):
        return ""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return ""
    address = quote(address, safe=":/?#[]@!$&'()*+,;=%-._~")
    return address if len(address) <= MAX_URL else ""


def _without_markup(text: str, line: str) -> str:
    if _is_plain(text):
        return text
    # Entities may hide tags, and tags entities: twice is what portals do, what is left then is shown as it is.
    for _again in range(2):
        text = _NO_TEXT.sub(" ", text)
        text = _COMMENT.sub(" ", text)
        text = _BREAK.sub(line, text)
        text = html.unescape(_TAG.sub("", text))
    text = unicodedata.normalize("NFC", _TAG.sub("", _NO_TEXT.sub(" ", text)))
    if _is_plain(text):
        return text
    return "".join(c if c in "\n\t " or not has_unsafe_characters(c) else "" for c in text.replace("\r", "\n"))


def _is_plain(text: str) -> bool:
    """Tell quickly that there is nothing to do, as with most texts; letters that show nothing count as printable."""
    return text.isprintable() and not _NOT_PLAIN.search(text) and unicodedata.is_normalized("NFC", text)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
