"""What a list from elsewhere yields: openings, the rows that could not be taken, and what the list says of itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cached_property

from app.core.errors import Invalid
from app.core.i18n import Text
from app.jobs.listings.listing_messages import explain
from app.jobs.listings.listing_signs import signs_of
from app.jobs.openings.opening_fields import OpeningFields

MAX_LISTINGS = 20_000


class UnreadableList(Invalid):
    """The list as a whole cannot be read, or is no list but the portal's refusal. `code` is for programs; `found`
    is what of the list the message quotes."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(explain(code, found))
        self.code = code
        self.found = found


@dataclass(frozen=True)
class Listing:
    """One opening as a list says it. `external_id` names it in its source; `place` is where it stands in the list;
    `business_number` is its employer's, ten digits or empty."""

    fields: OpeningFields
    external_id: str
    url: str
    place: str
    business_number: str = ""

    @cached_property
    def signs(self) -> dict[str, list[str]]:
        """The strong signs of its employer; see `listing_signs`."""
        return signs_of(self.fields, self.business_number)

    @cached_property
    def digest(self) -> str:
        """Answer what changes whenever the list says anything else of this opening."""
        facts = json.dumps([self.fields.as_facts(), self.url], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(facts.encode()).hexdigest()


@dataclass(frozen=True)
class Note:
    """Something about one row: why it was refused, or what was left out of it; `found` is what the message quotes."""

    place: str
    title: str
    code: str
    found: str = ""
    external_id: str = ""

    @property
    def message(self) -> Text:
        return explain(self.code, self.found)

    def __str__(self) -> str:
        return f"{self.place} {self.title}: {self.message}" if self.title else f"{self.place} {self.message}"


@dataclass(frozen=True)
class Reading:
    """What was read. `total` is how many openings the source says it has, None when it does not say; `page` counts
    from 1. `is_whole` tells whether these are all of them."""

    listings: tuple[Listing, ...] = ()
    refused: tuple[Note, ...] = ()
    remarks: tuple[Note, ...] = ()
    total: int | None = None
    page: int = 1
    is_whole: bool = False

    @property
    def rows(self) -> int:
        """How many rows the list had, taken or refused."""
        return len(self.listings) + len(self.refused)

    def partly(self) -> Reading:
        """Answer the same as a part of a list that goes on elsewhere."""
        return replace(self, is_whole=False)

    def and_then(self, other: Reading) -> Reading:
        """Answer both as one list: the pages of a portal, in their order."""
        total = other.total if other.total is not None else self.total
        read = Reading(
            self.listings + other.listings,
            self.refused + other.refused,
            self.remarks + other.remarks,
            total,
            self.page,
        )
        whole = total is not None and read.rows >= total
        return Reading(read.listings, read.refused, read.remarks, total, self.page, whole)
