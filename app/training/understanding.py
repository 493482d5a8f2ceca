"""What was understood of an attendance file, small enough to travel with the preview's page and come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from app.training.attendance_reading import Entry
from app.training.policy import Mark


@dataclass(frozen=True)
class Understanding:
    """The entries of a file, the digest of its bytes, and the state of the record they were compared with."""

    filename: str
    sha256: str
    layout: str
    basis: str
    entries: tuple[Entry, ...]


def pack(understanding: Understanding) -> dict[str, Any]:
    """Answer the understanding as JSON values; people and sheets are named once."""
    people = list(dict.fromkeys(entry.person_key for entry in understanding.entries))
    sheets = list(dict.fromkeys(entry.sheet for entry in understanding.entries))
    person_numbers = {key: number for number, key in enumerate(people)}
    sheet_numbers = {name: number for number, name in enumerate(sheets)}
    return {
        "file": understanding.filename,
        "sha256": understanding.sha256,
        "layout": understanding.layout,
        "basis": understanding.basis,
        "people": people,
        "sheets": sheets,
        "entries": [
            [
                person_numbers[entry.person_key],
                entry.session_number,
                entry.mark.value,
                entry.minutes,
                entry.check_in.isoformat() if entry.check_in else "",
                entry.check_out.isoformat() if entry.check_out else "",
                entry.raw,
                sheet_numbers[entry.sheet],
                entry.row,
                entry.column,
            ]
            for entry in understanding.entries
        ],
    }


def unpack(content: dict[str, Any]) -> Understanding:
    """Answer what `pack` has packed. Only signed content comes here, so its form is not doubted."""
    people, sheets = content["people"], content["sheets"]
    return Understanding(
        filename=content["file"],
        sha256=content["sha256"],
        layout=content["layout"],
        basis=content["basis"],
        entries=tuple(
            Entry(
                person_key=people[person],
                session_number=number,
                mark=Mark(mark),
                minutes=minutes,
                check_in=time.fromisoformat(came) if came else None,
                check_out=time.fromisoformat(went) if went else None,
                raw=raw,
                sheet=sheets[sheet],
                row=row,
                column=column,
            )
            for person, number, mark, minutes, came, went, raw, sheet, row, column in content["entries"]
        ),
    )
