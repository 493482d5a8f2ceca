"""The spelling of single values: one value has one spelling, and every other spelling is refused.

Text is NFC without invisible or direction-changing characters, so that what is signed is what is seen and what is
seen can be typed. Times have whole seconds and a zone. Numbers are plain decimals with at most two places.
"""

import re
import unicodedata
from datetime import datetime, timezone
from decimal import Decimal
from functools import lru_cache

from credentials.errors import ClaimRefused

MAX_TEXT = 2_000
"""Longest text that may be signed, in characters."""

# Fixed ranges, not Unicode categories: a category may change with the Unicode tables of a later Python, and what
# was signed today must verify then. Controls, soft hyphen, zero-width and bidi characters, line and paragraph
# separators, invisible operators, surrogates, private use, byte-order mark, annotation marks, non-characters, tags.
FORBIDDEN = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe-\U0003ffff\U000e0000-\U0010ffff"
)
_FORBIDDEN_TEXT = re.compile(f"[{FORBIDDEN}]")
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# A deliberately small part of RFC 3986: what our own identifiers need, nothing that JSON or N-Quads would escape.
_WEB = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?::[1-9][0-9]{0,4})?(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?")
_FRAGMENT = re.compile(r"#[A-Za-z0-9._~-]+")
_DID = re.compile(r"did:web:[a-z0-9][a-z0-9.-]*(?:%3A[1-9][0-9]{0,4})?")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})")
NUMBER = r"(?:0|[1-9][0-9]{0,7})(?:\.[0-9]?[1-9])?"
_NUMBER = re.compile(NUMBER)
LONGEST_IRI = 500
_HUNDREDTH = Decimal("0.01")


def text(field: str, value: str) -> str:
    """Normalise text to NFC; ClaimRefused when it is empty, padded, too long or holds a forbidden character."""
    if not isinstance(value, str):
        raise ClaimRefused(field, type(value).__name__, "text")
    normal = value if value.isascii() else unicodedata.normalize("NFC", value)
    if not normal or normal != normal.strip():
        raise ClaimRefused(field, repr(normal[:40]), "text that is not empty and has no space around it")
    if len(normal) > MAX_TEXT:
        raise ClaimRefused(field, f"{len(normal)} characters", f"at most {MAX_TEXT}")
    if (forbidden := _FORBIDDEN_TEXT.search(normal)) is not None:
        raise ClaimRefused(
            field, f"U+{ord(forbidden[0]):04X} at character {forbidden.start() + 1}", "visible characters only"
        )
    return normal


def uuid_urn(field: str, value: str) -> str:
    """Require `urn:uuid:` and a UUID in lower case."""
    if not isinstance(value, str) or _UUID.fullmatch(value) is None:
        raise ClaimRefused(field, repr(value)[:80], "urn:uuid: with a lower-case UUID")
    return value


@lru_cache(maxsize=256)
def _is_web_address(value: str) -> bool:
    return _WEB.fullmatch(value) is not None


def web_address(field: str, value: str) -> str:
    """Require an absolute http(s) address in ASCII, without user, query or fragment."""
    if not isinstance(value, str) or len(value) > LONGEST_IRI or not _is_web_address(value):
        raise ClaimRefused(field, repr(value)[:80], "an absolute https address without query or fragment")
    return value


def absolute_id(field: str, value: str) -> str:
    """Require an absolute identifier: `urn:uuid:` or a web address, with or without a fragment."""
    if isinstance(value, str) and len(value) <= LONGEST_IRI:
        base, mark, fragment = value.partition("#")
        whole = _UUID.fullmatch(base) or _WEB.fullmatch(base)
        if whole is not None and (not mark or _FRAGMENT.fullmatch(mark + fragment) is not None):
            return value
    raise ClaimRefused(field, repr(value)[:80], "an absolute urn:uuid: or https identifier")


def did(field: str, value: str) -> str:
    """Require a did:web without a path."""
    if not isinstance(value, str) or len(value) > LONGEST_IRI or _DID.fullmatch(value) is None:
        raise ClaimRefused(field, repr(value)[:80], "a did:web of a host")
    return value


def key_id(field: str, value: str) -> str:
    """Require a did:web with a fragment."""
    owner, mark, fragment = value.partition("#") if isinstance(value, str) else ("", "", "")
    did(field, owner)
    if _FRAGMENT.fullmatch(mark + fragment) is None:
        raise ClaimRefused(field, repr(value)[:80], "a DID with a fragment")
    return value


def instant(field: str, value: datetime) -> datetime:
    """Cut an aware time to whole seconds and a fixed offset."""
    offset = value.utcoffset() if isinstance(value, datetime) else None
    if offset is None:
        raise ClaimRefused(field, repr(value)[:80], "a time with a zone")
    if offset.seconds % 60 or offset.microseconds or value.year < 1000:
        raise ClaimRefused(field, value.isoformat(), "a zone of whole minutes and a year of four digits")
    if not value.microsecond and not value.fold and type(value.tzinfo) is timezone:
        return value
    return value.replace(microsecond=0, fold=0, tzinfo=timezone(offset))


def spell_instant(value: datetime) -> str:
    """Spell a time that `instant` has passed: `Z` for UTC, else the offset."""
    spelled = value.isoformat()
    return spelled[:-6] + "Z" if spelled.endswith("+00:00") else spelled


def read_instant(field: str, spelled: str) -> datetime:
    """Read the spelling of `spell_instant`; the caller compares the spelling of the result."""
    if _INSTANT.fullmatch(spelled) is None:
        raise ClaimRefused(field, repr(spelled)[:80], "a date-time with seconds and a zone")
    try:
        return instant(field, datetime.fromisoformat(spelled))
    except ValueError:
        raise ClaimRefused(field, repr(spelled)[:80], "a date-time that exists") from None


def number(field: str, value: Decimal, most: int) -> Decimal:
    """Require a decimal from 0 to `most` with at most two places; drop what does not count (`40.0`, `4E+1`, `-0`)."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise ClaimRefused(field, repr(value)[:80], "a finite Decimal")
    if not 0 <= value <= most or value != value.quantize(_HUNDREDTH):
        raise ClaimRefused(field, str(value), f"0 to {most} with at most two decimal places")
    spelled = spell_number(value)
    return value if str(value) == spelled else Decimal(spelled)


@lru_cache(maxsize=1024)
def spell_number(value: Decimal) -> str:
    """Spell a number as JSON writes it: `40`, `62.5`."""
    return format(abs(value.normalize()), "f")


def read_number(field: str, spelled: str) -> Decimal:
    """Read the spelling of `spell_number`."""
    if _NUMBER.fullmatch(spelled) is None:
        raise ClaimRefused(field, repr(spelled)[:80], "a plain decimal with at most two places")
    return Decimal(spelled)


def canonical_float(spelled: str) -> str:
    """Turn a JSON number into the lexical form that JSON-LD gives it (JSON-LD 1.1 API §8.6): `40`, `6.25E1`.

    Sixteen digits of the binary number are written, so 0.07 becomes `7.000000000000001E-2`; that is what is signed.
    """
    if "." not in spelled:
        return spelled
    mantissa, exponent = f"{float(spelled):.15E}".split("E")
    digits = mantissa.rstrip("0")
    return f"{digits}0E{int(exponent)}" if digits.endswith(".") else f"{digits}E{int(exponent)}"
