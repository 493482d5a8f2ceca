"""Strong signs by which two employers of one name are told apart, or known to be one. Pure.

Measured on lists of three sources: of 97 names in the list of 고용24 three were two employers each, by the business
numbers that each of its rows carries, and no number had two names. Centres' lists carry a telephone number in each
row, 고용24 an address. The institution's code in the list of public institutions differs from row to row of one
institution, and the host of a link is mostly the portal's own: neither tells anything, so neither is asked.

Signs are kept as digests: they are only ever compared, and a telephone number may be somebody's own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from app.jobs.openings.listing_words import LOT, ROAD
from app.jobs.openings.opening_fields import OpeningFields

# By name (`number`, `road`, `lot`, `phone`, `email`) the digests of what is said; what is not said is left out.
Signs = Mapping[str, Sequence[str]]

_PHONE = re.compile(r"(?<!\d)(?:\+?82[-\s.)]*|0)(\d{1,2})[-\s.)]*(\d{3,4})[-\s.]*(\d{4})(?!\d)")
_SHORT_PHONE = re.compile(r"(?<!\d)(1[5-8]\d{2})[-\s.]?(\d{4})(?!\d)")


def signs_of(fields: OpeningFields, business_number: str = "") -> dict[str, list[str]]:
    """Answer what an opening says of its employer beyond the name."""
    said = {
        "number": {business_number} - {""},
        # A road's number and a lot's number can be of one house: only like is compared with like.
        "road": {f"{road}{under or ''} {number}" for road, under, number in ROAD.findall(fields.place)},
        "lot": {f"{name}{hill or ''} {number}" for name, hill, number in LOT.findall(fields.place)},
        "phone": _phones(fields.contact_phone),
        "email": {fields.contact_email.strip().lower()} - {""},
    }
    return {name: sorted(_digest(name, value) for value in values) for name, values in said.items() if values}


def business_number(text: str) -> str:
    """Answer the ten digits of a business number (사업자등록번호), empty when there are not ten."""
    digits = re.sub(r"[\s-]", "", text)
    return digits if re.fullmatch(r"(?!0{10})[0-9]{10}", digits) else ""


def differing(one: Signs, other: Signs) -> list[str]:
    """Answer the signs that both have and that have nothing in common."""
    return [name for name in one if other.get(name) and not set(one[name]) & set(other[name])]


def agree(one: Signs, other: Signs) -> bool:
    """Tell whether a sign that both have has something in common."""
    return any(set(one[name]) & set(other.get(name, ())) for name in one)


def _phones(text: str) -> set[str]:
    return {"0" + "".join(parts) for parts in _PHONE.findall(text)} | {"".join(p) for p in _SHORT_PHONE.findall(text)}


def _digest(name: str, value: str) -> str:
    return hashlib.sha256(f"{name}\n{value}".encode()).hexdigest()[:16]
