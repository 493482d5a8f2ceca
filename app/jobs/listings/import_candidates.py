"""Finds the openings that rows of a list may be the same as, for a whole batch at once, and decides.

Joining the openings of two employers hides one of them: a row is joined only where nothing speaks against it.

1. Everything that is said of the opening is alike by name, place, deadline and title (`opening_sameness`).
2. No strong sign of the employer differs (`listing_signs`).
3. The row's own list does not have it as another opening already, unless a strong sign agrees.
4. Only one opening is like that, unless a strong sign agrees with one of them.

What is kept apart by 2 to 4 is shown as alike to whoever looks after lists (`similar_queries`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import select

from app.core.db import db
from app.jobs.listings.import_models import OpeningOrigin
from app.jobs.listings.listing import Listing
from app.jobs.listings.listing_signs import Signs, agree, differing, signs_of
from app.jobs.opening_models import Opening
from app.jobs.openings.opening_fields import OpeningFields
from app.jobs.openings.opening_queries import PUBLIC_STATES
from app.jobs.openings.opening_sameness import normal_employer, titles_are_alike


class Likeness(Enum):
    """How much a row is like an opening: SURE by a strong sign, LIKELY when nothing speaks against it, UNSURE when
    something does, OTHER when it is another opening by its very words."""

    SURE = auto()
    LIKELY = auto()
    UNSURE = auto()
    OTHER = auto()


@dataclass(frozen=True)
class Said:
    """How an opening is called by its employer here or by one list (`source_id`, and its name there)."""

    employer: str
    title: str
    signs: Signs
    source_id: int | None = None
    external_id: str = ""

    def is_another_of(self, source_id: int, listing: Listing) -> bool:
        """Tell whether one list has this and the row as two."""
        return self.source_id == source_id and self.external_id != listing.external_id


class Candidate:
    """An opening that a row may be, with all that is said of it."""

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.said: list[Said] = []

    def note(self, listing: Listing, source_id: int) -> None:
        """Note that a row was joined to it."""
        fields = listing.fields
        self.said.append(Said(fields.employer_name, fields.title, listing.signs, source_id, listing.external_id))

    def likeness(self, listing: Listing, source_id: int) -> Likeness:
        """Tell how much the row is like this opening."""
        if not all(alike(one.employer, one.title, listing) for one in self.said):
            return Likeness.OTHER
        if any(differing(one.signs, listing.signs) for one in self.said):
            return Likeness.UNSURE
        if any(agree(one.signs, listing.signs) for one in self.said):
            return Likeness.SURE
        return Likeness.UNSURE if any(s.is_another_of(source_id, listing) for s in self.said) else Likeness.LIKELY


def alike(employer: str, title: str, listing: Listing) -> bool:
    """Tell whether employer and title are those of the row."""
    same = normal_employer(listing.fields.employer_name).may_be(normal_employer(employer))
    return same and titles_are_alike(listing.fields.title, title)


def choose(among: Sequence[Candidate], listing: Listing, source_id: int) -> Candidate | None:
    """Answer the opening that a row is, None when there is none or nobody can tell which."""
    found: dict[Likeness, list[Candidate]] = defaultdict(list)
    for candidate in among:
        found[candidate.likeness(listing, source_id)].append(candidate)
    if found[Likeness.SURE]:
        return found[Likeness.SURE][0]
    likely = found[Likeness.LIKELY]
    return likely[0] if len(likely) == 1 else None


def find_candidates(listings: Sequence[Listing]) -> dict[str, list[Candidate]]:
    """Answer the published, closed and filled openings with the rows' keys, by key; what an employer posted here
    comes first, as people can apply for it."""
    found: dict[str, list[Candidate]] = defaultdict(list)
    if not listings:
        return found
    keys = {listing.fields.same_key for listing in listings}
    rows = select(Opening).where(Opening.same_key.in_(keys), Opening.state.in_(PUBLIC_STATES))
    by_id = {opening.id: Candidate(opening) for opening in db.session.scalars(rows)}
    for candidate in by_id.values():
        opening = candidate.opening
        candidate.said.append(Said(opening.employer_name, opening.title, signs_of(OpeningFields.of(opening))))
    if by_id:
        rows_of_lists = select(OpeningOrigin).where(
            OpeningOrigin.opening_id.in_(list(by_id)), OpeningOrigin.vanished_at.is_(None)
        )
        for one in db.session.scalars(rows_of_lists):
            said = Said(one.employer_name, one.title, one.signs, one.source_id, one.external_id)
            by_id[one.opening_id].said.append(said)
    for candidate in sorted(by_id.values(), key=lambda one: (not one.opening.is_own, one.opening.id)):
        found[candidate.opening.same_key].append(candidate)
    return found


def differs(origin: OpeningOrigin, key: str, listing: Listing) -> bool:
    """Tell whether there is anything to do for a row: it says something else, is back, or its opening has become
    another one by what the leading list says."""
    parted = not origin.leads and key != listing.fields.same_key
    changed = origin.digest != listing.digest or dict(origin.signs) != listing.signs
    return changed or origin.vanished_at is not None or parted


def is_still(listing: Listing, opening: Opening, leading: Signs) -> bool:
    """Tell whether a joined row still is its opening. A new telephone number alone parts nobody; another employer's
    business number does."""
    same_key = listing.fields.same_key == opening.same_key
    return (
        same_key
        and titles_are_alike(listing.fields.title, opening.title)
        and "number" not in differing(leading, listing.signs)
    )


def joins_another(
    listing: Listing, opening: Opening, candidates: Mapping[str, list[Candidate]], source_id: int
) -> bool:
    """Tell whether a row whose employer, place or deadline has changed is an opening now that is there already."""
    if listing.fields.same_key == opening.same_key:
        return False
    among = [one for one in candidates.get(listing.fields.same_key, ()) if one.opening.id != opening.id]
    return choose(among, listing, source_id) is not None
