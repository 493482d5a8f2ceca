"""Packs what was read into plain values, so that a preview can carry it to its confirmation, and back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.jobs.listings.listing import Listing, Note, Reading
from app.jobs.opening_words import DocumentKind, EmploymentType, PayUnit, WorkKind
from app.jobs.openings.opening_fields import OpeningFields

_DAYS = ("period_from", "period_until", "posted_on")


def pack(reading: Reading) -> dict[str, Any]:
    """Answer a reading as values that JSON holds."""
    return {
        "listings": [
            [one.fields.as_facts(), one.external_id, one.url, one.place, one.business_number]
            for one in reading.listings
        ],
        "refused": [_packed(note) for note in reading.refused],
        "remarks": [_packed(note) for note in reading.remarks],
        "total": reading.total,
        "page": reading.page,
        "is_whole": reading.is_whole,
    }


def unpack(packed: dict[str, Any]) -> Reading:
    """Answer what `pack` was given."""
    return Reading(
        tuple(Listing(_fields(facts), *rest) for facts, *rest in packed["listings"]),
        tuple(Note(*values) for values in packed["refused"]),
        tuple(Note(*values) for values in packed["remarks"]),
        packed["total"],
        packed["page"],
        packed["is_whole"],
    )


def _packed(note: Note) -> list[str]:
    return [note.place, note.title, note.code, note.found, note.external_id]


def _fields(facts: dict[str, Any]) -> OpeningFields:
    values = dict(facts)
    values |= {name: date.fromisoformat(facts[name]) for name in _DAYS if facts[name]}
    if facts["deadline_at"]:
        values["deadline_at"] = datetime.fromisoformat(facts["deadline_at"])
    if facts["weekly_hours"] is not None:
        values["weekly_hours"] = Decimal(facts["weekly_hours"])
    values["work_kind"] = WorkKind(facts["work_kind"])
    values["employment_type"] = EmploymentType(facts["employment_type"])
    values["pay_unit"] = PayUnit(facts["pay_unit"])
    values["documents"] = tuple(DocumentKind(kind) for kind in facts["documents"])
    return OpeningFields(**values)
