"""What somebody is told of an opening's requirements before applying, and what the application keeps of it.

This is the one place where applying asks for it; whatever judges a record is called from here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.accounts.models import Person
from app.jobs.opening_models import Opening
from app.jobs.wording import requirement as requirement_text


@dataclass(frozen=True)
class Finding:
    """One requirement and what the record says of it; `met` None: it is left to whoever reads the application."""

    requirement_id: int
    level: str
    met: bool | None
    text: str
    proven_by: tuple[str, ...] = ()
    short_minutes: int = 0
    next_course_public_id: str = ""

    def as_json(self) -> dict[str, Any]:
        """Answer what an application keeps of it."""
        return asdict(self) | {"proven_by": list(self.proven_by)}


def findings_for(person: Person, opening: Opening, at: datetime) -> tuple[Finding, ...]:
    """Answer each requirement of the opening; what a record proves is left to the reader."""
    return tuple(Finding(r.id, r.level, None, requirement_text(r)) for r in opening.requirements)
