"""Finds the openings that rows of a list may be the same as, for a whole batch at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from app.core.db import db
from app.jobs.listings.import_models import OpeningOrigin
from app.jobs.listings.listing import Listing
from app.jobs.opening_models import Opening
from app.jobs.openings.opening_queries import PUBLIC_STATES
from app.jobs.openings.opening_sameness import normal_employer, titles_are_alike


class Candidate:
    """An opening that a row may be, with the employers and titles by which it and its origins call it."""

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.said: list[tuple[str, str]] = []

    def is_the_same(self, listing: Listing) -> bool:
        """Tell whether the row is this opening by all that is said of it; see `opening_sameness`."""
        employer = normal_employer(listing.fields.employer_name)
        return all(
            employer.may_be(normal_employer(name)) and titles_are_alike(listing.fields.title, title)
            for name, title in self.said
        )


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
        candidate.said.append((candidate.opening.employer_name, candidate.opening.title))
    if by_id:
        origins = select(OpeningOrigin.opening_id, OpeningOrigin.employer_name, OpeningOrigin.title)
        origins = origins.where(OpeningOrigin.opening_id.in_(list(by_id)), OpeningOrigin.vanished_at.is_(None))
        for opening_id, employer, title in db.session.execute(origins):
            by_id[opening_id].said.append((employer, title))
    for candidate in sorted(by_id.values(), key=lambda one: (not one.opening.is_own, one.opening.id)):
        found[candidate.opening.same_key].append(candidate)
    return found
