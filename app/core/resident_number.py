"""Finds resident registration numbers (주민등록번호), which may not be collected without a legal basis.

Rules: thirteen digits of any script, six (or eight) of a birth date and seven that begin with 1-8, joined or parted
by up to six signs or spaces; nothing here ever returns or prints the digits that it found. The check digit is not
asked for in text, because numbers given since October 2020 have none; it is asked for only where digits alone would
be too weak a sign: two neighbouring cells, and digits without a hyphen that a door terminal may have written.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator

# After NFKC: letters that are typed for a hyphen or a dot (ー, ㆍ, ㅡ) part the halves like any sign does.
_GAP = r"[\W_\u30fc\u119e\u1173]"
_BACK = r"(?P<back>[1-8]\d{2}\s?\d{4})(?!\d)"
_PARTED = re.compile(rf"(?<!\d)(?P<full>19|20)?(?P<front>\d{{6}})(?P<gap>{_GAP}{{0,6}}){_BACK}")
_DATED = re.compile(
    rf"(?<!\d)(?P<full>19|20)?(?P<front>\d\d(?P<dash>[-./])\d\d(?P=dash)\d\d)(?P<gap>{_GAP}{{1,6}}){_BACK}"
)
_SINGLY = re.compile(r"(?<!\d)\d(?:[\s\-‐-―−]{1,3}\d){12}(?!\d)")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
MASK = "●●●●●●-●●●●●●●"


def find(text: str) -> bool:
    """Tell whether the text holds something that reads as a resident number."""
    plain = _plain(text)
    return next(_spans(plain), None) is not None or _lost_zeros(plain)


def mask(text: str) -> str:
    """Answer the text without its resident numbers; a text that holds none is answered unchanged."""
    if not find(text):
        return text
    masked = plain = _plain(text)
    for start, end in sorted(_spans(plain), reverse=True):
        masked = masked[:start] + MASK + masked[end:]
    return MASK if find(masked) else masked


def joins(front: str, back: str) -> bool:
    """Tell whether two neighbouring cells are the halves of a number whose check digit is right."""
    front, back = _plain(front).strip(), _plain(back).strip()
    if not re.fullmatch(r"\d{6}", front) or not re.fullmatch(r"[1-8]\d{6}", back):
        return False
    return _is_birth(front, back[0]) and _check_digit(front + back[:6]) == int(back[6])


def fits(front: str, back: str) -> bool:
    """Tell whether two neighbouring cells could be the halves of a number of somebody alive, check digit or none."""
    front, back = _plain(front).strip(), _plain(back).strip()
    if not re.fullmatch(r"\d{6}", front) or not re.fullmatch(r"[1-8]\d{6}", back) or back.endswith("0000"):
        return False
    born_before_2000 = back[0] in "1256"
    return _is_birth(front, back[0]) and (front[:2] > "20" if born_before_2000 else front[:2] < "30")


def is_back(text: str) -> bool:
    """Tell whether the text could be the second half of a number, or all of its digits; masked ones are not."""
    plain = _plain(text).strip()
    digits = re.sub(r"\D", "", plain)
    return bool(re.fullmatch(r"[1-8]\d{6}", plain) or re.fullmatch(r"\d{6}[1-8]\d{6}", digits))


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    if plain.isascii():
        return plain
    return "".join(c if (digit := unicodedata.decimal(c, None)) is None else str(digit) for c in plain)


def _spans(plain: str) -> Iterator[tuple[int, int]]:
    for pattern in (_PARTED, _DATED):
        for match in pattern.finditer(plain):
            if _is_number(match):
                yield match.span()
    for match in _SINGLY.finditer(plain):
        digits = re.sub(r"\D", "", match[0])
        # A row of ones and noughts is attendance, even where it reads as a day of November.
        if digits[6] in "12345678" and len(set(digits)) > 2 and _is_birth(digits[:6], digits[6]):
            yield match.span()


def _is_number(match: re.Match[str]) -> bool:
    front, back = (re.sub(r"\D", "", match[part]) for part in ("front", "back"))
    full, century = match["full"], "19" if back[0] in "1256" else "20"
    if not _is_birth(front, back[0]) or full not in (None, century):
        return False
    # Digits that nothing but spaces parts may be a stamp of a door terminal (260309 1400000): nobody over eighty
    # has a number without a check digit.
    stamp = century == "19" and "20" <= front[:2] < "40"
    weak = not match["gap"].strip() and (full is not None or stamp or match.re is _DATED)
    weak = weak or (not match["gap"].strip() and len(back) < len(match["back"]))
    return not weak or _check_digit(front + back[:6]) == int(back[6])


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
