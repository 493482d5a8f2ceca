"""Dates of birth as people write them."""

from __future__ import annotations

import re
from datetime import date

_WRITTEN = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?|(\d{4})(\d{2})(\d{2})")


def parse_birth_date(text: str) -> date | None:
    """Read `1990-03-09`, `1990. 3. 9.`, `1990년 3월 9일` or `19900309`; None for anything else, six digits included:
    they do not tell the century."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None
