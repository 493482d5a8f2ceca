"""Values that the data model allows: URLs, times, and one or many of something."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from credentials.conformance.problems import malformed

# A scheme and what an IRI may hold (RFC 3987 §2.2, without looking into the parts).
_URL = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`\x00-\x20\x7f]+')
_TIME = re.compile(
    r"(?P<year>\d{4})-(?P<rest>(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T"
    r"(([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?|24:00:00(\.0+)?))"
    r"(?P<zone>Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
)


def is_url(value: Any) -> bool:
    """Tell whether a value is a URL: absolute, and without characters that none has."""
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def url(name: str, value: Any) -> str:
    """Answer a value that must be one URL."""
    if not is_url(value):
        raise malformed(f"{name}: found {_shown(value)}, expected a single URL")
    return str(value)


def instant(name: str, value: Any, *, zone_required: bool = False) -> datetime:
    """Read an XML Schema dateTimeStamp. Without an offset it means UTC (VC Data Model 2.0 §4.9.1), where it may."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None or (zone_required and not found["zone"]):
        raise malformed(f"{name}: found {_shown(value)}, expected a time such as 2026-03-09T00:00:00Z")
    text = f"{found['year']}-{found['rest']}"
    midnight = "T24:" in text
    try:
        moment = datetime.fromisoformat(_to_microseconds(text.replace("T24:", "T00:")) + (found["zone"] or "Z"))
        return (moment + timedelta(days=1) if midnight else moment).astimezone(UTC)
    except (ValueError, OverflowError):
        raise malformed(f"{name}: there is no such time as {value}") from None


def objects(name: str, value: Any) -> list[dict[str, Any]]:
    """Answer the objects of a value that must be one object or several of them."""
    found = value if isinstance(value, list) else [value]
    if not found or not all(isinstance(item, dict) and item for item in found):
        raise malformed(f"{name}: found {_shown(value)}, expected one or more objects that are not empty")
    return found


def strings(name: str, value: Any) -> list[str]:
    """Answer the strings of a value that must be one string or several of them."""
    found = value if isinstance(value, list) else [value]
    if not found or not all(isinstance(item, str) and item for item in found):
        raise malformed(f"{name}: found {_shown(value)}, expected one or more strings")
    return found


def _to_microseconds(text: str) -> str:
    whole, dot, fraction = text.partition(".")
    return whole + dot + fraction[:6].ljust(6, "0") if dot else whole


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"
