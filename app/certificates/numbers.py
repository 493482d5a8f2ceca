"""The two numbers printed on a certificate: the serial that people cite, the document number that people type.

The document number ends in a Damm check digit (H. M. Damm, 2004). Like Verhoeff's it catches every single wrong
digit and every swap of two neighbours, which Luhn does not (09 and 90 look alike to it); unlike Verhoeff's it needs
one table instead of three and no counting of positions, and a whole number is right exactly when it folds to zero.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from types import MappingProxyType

_KIND_IN_SERIAL: Mapping[str, str] = MappingProxyType({"foundation": "양성", "in_service": "직무", "general": "일반"})

_DIGITS = 16
_GROUP = 4

# A totally anti-symmetric quasigroup of order ten, from Damm's thesis.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)

# What people put between the groups when they copy the number from paper, a message or a spreadsheet.
_SEPARATORS = (
    " \t\r\n\u00a0\u2007\u2009\u202f\u3000-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff0d\uffe3_."
)
_READABLE = str.maketrans("０１２３４５６７８９", "0123456789", _SEPARATORS)


def serial(year: int, kind: str, number: int) -> str:
    """Write the serial of a certificate, such as `제 2026-양성-0042호`.

    `kind` is the value of the course's kind. Numbers beyond 9999 take as many digits as they need.
    Raises ValueError for a kind without a word in serials and for numbers below one.
    """
    word = _KIND_IN_SERIAL.get(kind)
    if word is None:
        raise ValueError(f"no word in serials for the course kind {kind!r}; known: {', '.join(_KIND_IN_SERIAL)}")
    if number < 1:
        raise ValueError(f"serial numbers start at 1, found {number}")
    return f"제 {year}-{word}-{number:04d}호"


def new_document_number(randbelow: Callable[[int], int] = secrets.randbelow) -> str:
    """Draw a document number, such as `1234-5678-9012-3450`: fifteen random digits and a check digit.

    `randbelow(n)` must answer an unpredictable integer from 0 to n - 1.
    """
    digits = f"{randbelow(10 ** (_DIGITS - 1)):0{_DIGITS - 1}d}"
    return _grouped(f"{digits}{_fold(digits)}")


def parse_document_number(text: str) -> str | None:
    """Read a document number as people type it and answer it in groups.

    Spaces, hyphens of all kinds and full-width digits are accepted. None means that this cannot be a document
    number: other characters, too few or too many digits, or a wrong check digit.
    """
    digits = text.translate(_READABLE)
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    return _grouped(digits) if _fold(digits) == 0 else None


def _fold(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def _grouped(digits: str) -> str:
    return "-".join(digits[start : start + _GROUP] for start in range(0, _DIGITS, _GROUP))
