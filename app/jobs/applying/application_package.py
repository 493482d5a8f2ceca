"""What an employer will get of a draft: the same for the page where one confirms and for handing in.

`digest` stands for everything in it but the moment of the last check. The page of confirmation carries it, so that
nothing is handed in that was not on that page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.accounts.models import Person
from app.jobs.application_models import ApplicationFile
from app.jobs.application_words import Scan
from app.jobs.applying.application_choices import Frozen, choices_of, chosen, freeze, missing
from app.jobs.applying.application_consent import Notices, notices_of
from app.jobs.applying.application_draft_models import ApplicationDraft
from app.jobs.applying.application_draft_queries import files_of
from app.jobs.matching.eligibility_service import findings_for
from app.jobs.opening_models import Opening

# What an application keeps of a finding: the names that prove it are in `proven_by` and nowhere else.
_KEPT = ("requirement_id", "level", "met", "text", "proven_by", "short_minutes")
_CHANGES_BY_ITSELF = ("checked_at", "verdict")


@dataclass(frozen=True)
class Package:
    """Everything that is handed in, before it is."""

    identity: dict[str, str]
    items: tuple[Frozen, ...]
    words: str
    makes_resume: bool
    files: tuple[ApplicationFile, ...]
    eligibility: list[dict[str, Any]]
    notices: Notices
    has_lost_something: bool

    @property
    def digest(self) -> str:
        """Answer what stands for this very package."""
        items = [[i.kind.value, i.source, _lasting(i.facts), _lasting(i.full)] for i in self.items]
        files = [[file.public_id, file.sha256] for file in self.files]
        text = json.dumps([self.identity, items, self.words, self.makes_resume, files], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def pack(draft: ApplicationDraft, person: Person, opening: Opening, at: datetime) -> Package:
    """Answer what would be handed in now, proofs verified anew. Raises `Conflict` for a certificate that holds no
    more."""
    choices = choices_of(person, at)
    items = tuple(freeze(choice, at) for choice in chosen(choices, draft.items))
    files = tuple(file for file in files_of(draft) if file.scan != Scan.INFECTED)
    return Package(
        identity=identity_of(person, draft),
        items=items,
        words=draft.words,
        makes_resume=draft.makes_resume,
        files=files,
        eligibility=[_kept(finding.as_json()) for finding in findings_for(person, opening, at)],
        notices=notices_for(draft, opening, items, files),
        has_lost_something=missing(choices, draft.items),
    )


def notices_for(
    draft: ApplicationDraft, opening: Opening, items: Sequence[Frozen], files: Sequence[ApplicationFile]
) -> Notices:
    """Answer the notices for what this draft would hand in."""
    kinds = [item.kind for item in items]
    return notices_of(opening, kinds, words=bool(draft.words), resume=draft.makes_resume, files=bool(files))


def identity_of(person: Person, draft: ApplicationDraft) -> dict[str, str]:
    """Answer the identity box: all that names the applicant outside of what is handed in."""
    born = person.birth_date.isoformat()
    return {"name": person.name, "birth_date": born, "phone": draft.phone, "email": draft.email}


def _kept(finding: dict[str, Any]) -> dict[str, Any]:
    return {name: finding[name] for name in _KEPT}


def _lasting(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in sorted(said.items()) if key not in _CHANGES_BY_ITSELF}
