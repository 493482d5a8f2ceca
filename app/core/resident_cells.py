"""Finds the cells of a sheet that hold resident numbers, whole or in two halves side by side.

A half is weak evidence: six digits and seven beside them may be a birth date and the number of a member. They count
when a head says so, when most check digits of the column are right, or when nothing above the column says that it is
about something else.

A business number (사업자등록번호) without hyphens reads as the number of somebody born in 2000 whose zeros were lost.
It is none where the head of its column says what it is and its own check digit is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import takewhile

from app.core import resident_number

Rows = Sequence[Sequence[object]]

_RESIDENT_HEAD = re.compile(r"주민(등록)?번호|뒷자리|뒤자리")
_BUSINESS_HEAD = re.compile(r"사업자(등록)?번호")
_BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_OTHER_NUMBER = re.compile(
    r"번호|전화|연락|휴대|핸드폰|학번|사번|교번|코드|금액|급여|월급|소득|회비|수당|매출|모바일|\bhp\b|\bid\b|no\b|phone|mobile|tel|code|amount",
    re.IGNORECASE,
)


def find(rows: Rows) -> set[tuple[int, int]]:
    """Answer the cells that hold a number, and the columns whose cells are the second halves of numbers."""
    hidden: set[tuple[int, int]] = set()
    halves: dict[int, list[tuple[int, bool, bool]]] = {}
    headed: set[int] = set()
    heads: dict[int, str] = {}
    of_businesses: set[int] = set()
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if not isinstance(cell, str | int | float) or isinstance(cell, bool):
                continue
            text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
            if c in of_businesses and _is_business_number(text):
                continue
            if (len(text) >= 10 and resident_number.find(text)) or (c in headed and resident_number.is_back(text)):
                hidden.add((r, c))
            elif len(text) == 7 and text.isdecimal() and c:
                halves.setdefault(c, []).append(
                    (r, resident_number.joins(_front(row, c), text), _fits(row, c, text, heads.get(c, "")))
                )
            elif len(text) <= 20:
                headed.update(_headed(row, c, text))
                if _BUSINESS_HEAD.search(re.sub(r"\s", "", text)) and c not in headed:
                    of_businesses.add(c)
                if not text.isdecimal():
                    heads[c] = text
    for column, pairs in halves.items():
        # One in eleven numbers has a right check digit by chance, so most of the column must have it.
        joined = [row for row, joins, _ in pairs if joins]
        if len(joined) * 2 >= len(pairs):
            hidden.update((row, column) for row in joined)
        # Numbers given since October 2020 have no check digit.
        if all(fits for _, _, fits in pairs):
            hidden.update((row, column) for row, _, _ in pairs)
    return hidden


def _is_business_number(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{10}", text):
        return False
    digits = [int(digit) for digit in text]
    total = sum(digit * weight for digit, weight in zip(digits, _BUSINESS_WEIGHTS, strict=False))
    return (total + digits[8] * 5 // 10 + digits[9]) % 10 == 0


def _fits(row: Sequence[object], column: int, back: str, head: str) -> bool:
    """Whether six digits and seven could be one number, and no head says that the seven are something else."""
    left = row[column - 1]
    written = isinstance(left, int) or (isinstance(left, str) and left.strip().isdecimal())
    return written and not _OTHER_NUMBER.search(head) and resident_number.fits(_front(row, column), back)


def _headed(row: Sequence[object], column: int, text: str) -> Iterable[int]:
    """Answer the columns whose cells a head calls resident numbers: also the empty ones that it was merged with."""
    head = re.sub(r"\s", "", text)
    if not _RESIDENT_HEAD.search(head) or "앞자리" in head:
        return ()
    beside = takewhile(lambda c: c >= len(row) or row[c] is None, (column + 1, column + 2))
    return (column, *beside)


def _front(row: Sequence[object], column: int) -> str:
    """Answer the six digits left of a second half; a cell with only a hyphen may stand between."""
    left = column - 1
    if left and isinstance(cell := row[left], str) and not any(letter.isalnum() for letter in cell):
        left -= 1
    front = row[left]
    if isinstance(front, date):
        return f"{front:%y%m%d}"
    text = str(int(front)) if isinstance(front, float) and front.is_integer() else str(front).strip()
    dated = re.fullmatch(r"(?:19|20)(\d\d)[-./](\d\d)[-./](\d\d)", text)
    return "".join(dated.groups()) if dated else text.zfill(6)
