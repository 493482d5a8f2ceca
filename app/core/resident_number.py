"""Finds resident registration numbers (주민등록번호), which may not be collected without a legal basis.

Rules: thirteen digits, six of a birth date and seven that begin with 1-8, joined or parted by a hyphen, a dot or
spaces; nothing here ever returns or prints the digits that it found. The check digit is not asked for in text,
because numbers given since October 2020 have none; it is asked for only where digits alone would be too weak a
sign (two neighbouring cells).
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange

_PARTED = re.compile(r"(?<!\d)(\d{6})[\s\-‐‑‒–—―−~_./·ㆍ:]{0,3}([1-8]\d{6})(?!\d)")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
MASK = "●●●●●●-●●●●●●●"


def find(text: str) -> bool:
    """Tell whether the text holds something that reads as a resident number."""
    plain = _plain(text)
    return any(_is_birth(match[1], match[2][0]) for match in _PARTED.finditer(plain)) or _lost_zeros(plain)


def mask(text: str) -> str:
    """Answer the text without its resident numbers; a text that holds none is answered unchanged."""
    if not find(text):
        return text
    masked = _PARTED.sub(lambda match: MASK if _is_birth(match[1], match[2][0]) else match[0], _plain(text))
    return MASK if find(masked) else masked


def joins(front: str, back: str) -> bool:
    """Tell whether two neighbouring cells are the halves of a number whose check digit is right."""
    front, back = _plain(front).strip(), _plain(back).strip()
    if not re.fullmatch(r"\d{6}", front) or not re.fullmatch(r"[1-8]\d{6}", back):
        return False
    return _is_birth(front, back[0]) and _check_digit(front + back[:6]) == int(back[6])


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))


def _is_birth(digits: str, century: str) -> bool:
    year = (1900 if century in "1256" else 2000) + int(digits[:2])
    month, day = int(digits[2:4]), int(digits[4:])
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _lost_zeros(text: str) -> bool:
    """A number cell drops the zeros in front: people born in 2000-2009 leave 10 to 12 digits behind."""
    digits = text.strip()
    if not re.fullmatch(r"\d{10,12}", digits):
        return False
    if digits.startswith("0") or (len(digits) == 10 and digits.startswith("10")):
        return False  # Telephone numbers, with their zero in front or without it.
    padded = digits.zfill(13)
    return padded[6] in "3478" and _is_birth(padded[:6], padded[6])


def _check_digit(twelve: str) -> int:
    total = sum(int(digit) * weight for digit, weight in zip(twelve, _WEIGHTS, strict=True))
    return (11 - total % 11) % 10
