"""Takes the rows of a list into the database, some hundred at a time: what is new, joined, changed or the same.

Nothing is asked of the database for a single row: a batch reads its origins, the openings that differ and those
it may be the same as, and writes what it has decided, in a fixed number of statements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from app.core import audit
from app.core.access import Actor
from app.core.db import db, new_public_id
from app.jobs.listings.import_candidates import (
    Candidate,
    choose,
    differs,
    find_candidates,
    is_still,
    joins_another,
)
from app.jobs.listings.import_models import ImportNote, ImportRun, ListSource, OpeningOrigin
from app.jobs.listings.import_values import edit_values, opening_values
from app.jobs.listings.import_words import NoteKind
from app.jobs.listings.listing import Listing
from app.jobs.listings.listing_signs import Signs
from app.jobs.opening_models import Opening, OpeningEdit
from app.jobs.opening_words import OpeningSource, OpeningState
from app.jobs.openings.forbidden_words import FIELDS, Level, find_in_fields, worst
from app.jobs.openings.opening_fields import OpeningFields
from app.jobs.signals import opening_moved

BATCH = 500
# What no list says: it stays as it is when the rest follows the list.
_KEPT = (
    "documents",
    "blind",
    "reveal_stage",
    "residents_first",
    "has_thirty_staff",
    "retention_days",
    "weekly_hours",
)


class Taking:
    """One import under way: the source, its run, and who does it when. Counts go into the run."""

    def __init__(self, source: ListSource, run: ImportRun, actor: Actor, at: datetime, needs_review: bool) -> None:
        self.source, self.run, self.actor, self.at = source, run, actor, at
        self._needs_review = needs_review and source.organisation_id is not None
        self._edits: list[dict[str, Any]] = []
        self._lines: list[dict[str, Any]] = []
        self._notes: list[dict[str, Any]] = []
        self._moved: list[tuple[Opening, str]] = []

    def take(self, listings: Sequence[Listing]) -> None:
        """Take one batch."""
        known = self._known(listings)
        fresh = [listing for listing in listings if listing.external_id not in known]
        moved = self._follow([(*known[one.external_id], one) for one in listings if one.external_id in known])
        self._place(fresh, moved)
        self._write_history()

    def _known(self, listings: Sequence[Listing]) -> dict[str, tuple[OpeningOrigin, str]]:
        """Answer the origins that these rows have, each with its opening's key."""
        ids = [listing.external_id for listing in listings]
        rows = select(OpeningOrigin, Opening.same_key).join(Opening, Opening.id == OpeningOrigin.opening_id)
        rows = rows.where(OpeningOrigin.source_id == self.source.id, OpeningOrigin.external_id.in_(ids))
        return {origin.external_id: (origin, key) for origin, key in db.session.execute(rows)}

    # What is known: the same, changed, or back again.

    def _follow(self, known: Sequence[tuple[OpeningOrigin, str, Listing]]) -> list[tuple[OpeningOrigin, Listing]]:
        """Follow the rows that are known; answer those that are no longer the opening they were joined to."""
        differing = [(origin, listing) for origin, key, listing in known if differs(origin, key, listing)]
        # Who leads changes the opening first: the others are compared with what it says now.
        differing.sort(key=lambda pair: not pair[0].leads)
        openings = self._openings({origin.opening_id for origin, _listing in differing})
        leaders, living = self._living(openings)
        rekeyed = [one for origin, one in differing if one.fields.same_key != openings[origin.opening_id].same_key]
        candidates = find_candidates(rekeyed)
        changed: dict[int, dict[str, Any]] = {}
        origins: list[dict[str, Any]] = []
        moved: list[tuple[OpeningOrigin, Listing]] = []
        self.run.same += len(known) - len(differing)
        for origin, listing in differing:
            opening = openings[origin.opening_id]
            is_own = opening.source == OpeningSource.OWN
            leads = not is_own and (origin.leads or opening.id not in leaders)
            if not leads and not is_still(listing, opening, leaders.get(opening.id, {})):
                moved.append((origin, listing))
                continue
            if leads and opening.state != OpeningState.DRAFT and self._finds(listing) is Level.CLEAR:
                self._remark(listing, "forbidden_kept")
                self.run.same += 1
                continue
            is_another = leads and living.get(opening.id, 0) <= 1 and opening.organisation_id is None
            if is_another and joins_another(listing, opening, candidates, self.source.id):
                moved.append((origin, listing))
                changed[opening.id] = self._merge(opening)
                continue
            values = self._change(opening, origin, listing) if leads else None
            if values is not None:
                changed[opening.id] = values
            elif origin.vanished_at is not None:
                self.run.reopened += 1
            elif origin.digest == listing.digest:
                self.run.same += 1
            else:
                self.run.changed += 1
            origins.append(self._origin_values(origin.id, listing, leads=leads))
        self._write([origin.id for origin, _key, _listing in known], list(changed.values()), origins)
        return moved

    def _write(self, seen: list[int], changed: list[dict[str, Any]], origins: list[dict[str, Any]]) -> None:
        if changed:
            db.session.execute(update(Opening), changed)
        if origins:
            db.session.execute(update(OpeningOrigin), origins)
        if seen:
            db.session.execute(
                update(OpeningOrigin)
                .where(OpeningOrigin.id.in_(seen))
                .values(last_run_id=self.run.id, last_seen_at=self.at)
                .execution_options(synchronize_session=False)
            )
        db.session.expire_all()

    def _openings(self, ids: Iterable[int]) -> dict[int, Opening]:
        """Read openings and let go of them: they are compared and written as plain values."""
        # Held until the batch is stored: whoever changes one of them by hand comes before or after.
        held = select(Opening).where(Opening.id.in_(ids)).order_by(Opening.id).with_for_update(key_share=True)
        rows = db.session.scalars(held).all() if ids else []
        for opening in rows:
            db.session.expunge(opening)
        return {opening.id: opening for opening in rows}

    def _living(self, opening_ids: Iterable[int]) -> tuple[dict[int, Signs], dict[int, int]]:
        """Answer what the lists say that lead and have these openings now, and how many lists have each."""
        rows = select(OpeningOrigin.opening_id, OpeningOrigin.leads, OpeningOrigin.signs).where(
            OpeningOrigin.opening_id.in_(list(opening_ids)), OpeningOrigin.vanished_at.is_(None)
        )
        found = db.session.execute(rows).all() if opening_ids else []
        return {row.opening_id: row.signs for row in found if row.leads}, Counter(row.opening_id for row in found)

    def _merge(self, opening: Opening) -> dict[str, Any]:
        """Close an opening whose list now says the same as another one."""
        before, opening.state = opening.state, OpeningState.CLOSED.value
        opening.closed_at = opening.closed_at or self.at
        self._note(opening, "merge", {"state": before}, {"state": opening.state})
        return opening_values(opening)

    def _change(self, opening: Opening, origin: OpeningOrigin, listing: Listing) -> dict[str, Any] | None:
        """Answer the opening's new values, and note the change; None when only the list's own words differ."""
        before = OpeningFields.of(opening)
        fields = replace(listing.fields, **{name: getattr(before, name) for name in _KEPT})
        old, new = before.changes_to(fields)
        state = self._state_after(opening, origin, before, fields)
        if opening.source_url != listing.url:
            old, new = old | {"source_url": opening.source_url}, new | {"source_url": listing.url}
        if not old and state == opening.state:
            return None
        if origin.vanished_at is not None:
            self.run.reopened += 1
        else:
            self.run.changed += 1
        fields.write_to(opening)
        if old:
            self._note(opening, "change", old, new)
        if state != opening.state:
            action = "reopen" if state == OpeningState.PUBLISHED else "close"
            self._note(opening, action, {"state": opening.state}, {"state": str(state)})
        closed_at = opening.closed_at if state == opening.state else self._closed_at(state, fields.deadline_at)
        opening.state, opening.closed_at, opening.source_url = str(state), closed_at, listing.url
        return opening_values(opening)

    def _state_after(
        self, opening: Opening, origin: OpeningOrigin, before: OpeningFields, fields: OpeningFields
    ) -> OpeningState:
        state = OpeningState(opening.state)
        is_over = fields.deadline_at is not None and fields.deadline_at <= self.at
        if state == OpeningState.PUBLISHED and is_over:
            return OpeningState.CLOSED
        if state != OpeningState.CLOSED or is_over:
            return state
        # What somebody has closed by hand stays closed; what its absence or its deadline has closed opens again.
        ran_out = before.deadline_at is not None and before.deadline_at <= self.at
        return OpeningState.PUBLISHED if origin.closed_opening or ran_out else state

    # What is new: an opening of its own, or one that is there already.

    def _place(self, fresh: Sequence[Listing], moved: Sequence[tuple[OpeningOrigin, Listing]]) -> None:
        if not fresh and not moved:
            return
        listings = [*fresh, *(listing for _origin, listing in moved)]
        candidates = find_candidates(listings)
        openings: list[Opening] = []
        placed: list[tuple[Listing, Opening, bool]] = []
        for listing in listings:
            among = candidates[listing.fields.same_key]
            same = choose(among, listing, self.source.id)
            if same is None:
                same = Candidate(self._make(listing))
                openings.append(same.opening)
                among.append(same)
                self.run.new += 1
            else:
                self.run.joined += 1
            placed.append((listing, same.opening, same.opening in openings and not same.said))
            same.note(listing, self.source.id)
        self._store(openings)
        for opening in openings:
            self._note(opening, "import", {}, {"state": opening.state}, title=opening.title)
        origins = [
            self._origin_values(None, listing, leads=leads) | {"opening_id": opening.id}
            for listing, opening, leads in placed
        ]
        if fresh:
            db.session.execute(insert(OpeningOrigin), origins[: len(fresh)])
        if moved:
            kept = ("first_seen_at", "first_run_id")
            values = [
                {name: value for name, value in origin.items() if name not in kept} | {"id": old.id}
                for origin, (old, _listing) in zip(origins[len(fresh) :], moved, strict=True)
            ]
            db.session.execute(update(OpeningOrigin), values)
        db.session.expire_all()

    def _store(self, openings: Sequence[Opening]) -> None:
        """Write new openings in one statement, and read their numbers in another."""
        if not openings:
            return
        values = [{name: value for name, value in opening_values(one).items() if name != "id"} for one in openings]
        db.session.execute(insert(Opening), values)
        rows = select(Opening.public_id, Opening.id).where(Opening.public_id.in_([one.public_id for one in openings]))
        ids = {row.public_id: row.id for row in db.session.execute(rows)}
        for opening in openings:
            opening.id = ids[opening.public_id]

    def _make(self, listing: Listing) -> Opening:
        opening = Opening(organisation_id=self.source.organisation_id, source=self.source.kind, version=1)
        opening.public_id = new_public_id()
        listing.fields.write_to(opening)
        deadline = listing.fields.deadline_at
        state = OpeningState.IN_REVIEW if self._needs_review else OpeningState.PUBLISHED
        if deadline is not None and deadline <= self.at:
            state = OpeningState.DRAFT if self._needs_review else OpeningState.CLOSED
        if self._finds(listing) is not None:
            # As on the pages, a person decides on doubtful words, and clear ones are not published.
            self._remark(listing, "forbidden_draft")
            state = OpeningState.DRAFT
        opening.state, opening.source_url, opening.returned_why = str(state), listing.url, ""
        opening.created_at = opening.updated_at = self.at
        opening.published_at = self.at if state in (OpeningState.PUBLISHED, OpeningState.CLOSED) else None
        opening.closed_at = self._closed_at(state, deadline)
        return opening

    def _finds(self, listing: Listing) -> Level | None:
        """Answer how bad the words are that an employer's own list says; portals answer for theirs."""
        if self.source.organisation_id is None:
            return None
        return worst(find_in_fields({name: getattr(listing.fields, name) for name in FIELDS}))

    def _remark(self, listing: Listing, code: str) -> None:
        note = {"run_id": self.run.id, "kind": NoteKind.REMARK.value, "code": code, "found": ""}
        self._notes.append(note | {"place": listing.place[:120], "title": listing.fields.title[:120]})

    def _closed_at(self, state: OpeningState, deadline: datetime | None) -> datetime | None:
        if state != OpeningState.CLOSED:
            return None
        return deadline if deadline is not None and deadline <= self.at else self.at

    def _origin_values(self, origin_id: int | None, listing: Listing, *, leads: bool) -> dict[str, Any]:
        values: dict[str, Any] = {
            "url": listing.url,
            "employer_name": listing.fields.employer_name,
            "title": listing.fields.title,
            "same_key": listing.fields.same_key,
            "digest": listing.digest,
            "signs": listing.signs,
            "leads": leads,
            "closed_opening": False,
            "last_run_id": self.run.id,
            "last_seen_at": self.at,
            "vanished_at": None,
        }
        if origin_id is not None:
            return values | {"id": origin_id}
        return values | {
            "source_id": self.source.id,
            "external_id": listing.external_id,
            "first_run_id": self.run.id,
            "first_seen_at": self.at,
        }

    def _note(
        self, opening: Opening, action: str, before: dict[str, Any], after: dict[str, Any], title: str = ""
    ) -> None:
        if action != "import":
            opening.version += 1
            opening.updated_at = self.at
        self._edits.append(edit_values(opening, action, before, after, self.actor, self.at))
        if opening.organisation_id is not None:
            self._moved.append((opening, action))
        said = after | ({"title": title} if title else {})
        self._lines.append(
            audit.line(
                self.actor, f"opening.{action}", "Opening", opening.public_id, at=self.at, before=before, after=said
            )
        )

    def _write_history(self) -> None:
        if self._edits:
            db.session.execute(insert(OpeningEdit), self._edits)
            audit.record_all(self._lines)
        if self._notes:
            db.session.execute(insert(ImportNote), self._notes)
        for opening, action in self._moved:
            if action != "import" or opening.state == OpeningState.PUBLISHED:
                opening_moved.send(opening, action="publish" if action == "import" else action, at=self.at)
        self._edits, self._lines, self._notes, self._moved = [], [], [], []
