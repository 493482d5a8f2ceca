"""Takes the rows of a list into the database, some hundred at a time: what is new, joined, changed or the same.

Nothing is asked of the database for a single row: a batch reads its origins, the openings that differ and those
it may be the same as, and writes what it has decided, in a fixed number of statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from app.core import audit
from app.core.access import Actor
from app.core.db import db, new_public_id
from app.jobs.import_models import ImportRun, ListSource, OpeningOrigin
from app.jobs.listing import Listing
from app.jobs.opening_fields import OpeningFields
from app.jobs.opening_models import Opening, OpeningEdit
from app.jobs.opening_sameness import normal_employer, titles_are_alike
from app.jobs.opening_words import OpeningSource, OpeningState

BATCH = 500
_PUBLIC = (OpeningState.PUBLISHED.value, OpeningState.CLOSED.value, OpeningState.FILLED.value)
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

    def take(self, listings: Sequence[Listing]) -> None:
        """Take one batch."""
        known = self._known(listings)
        fresh = [listing for listing in listings if listing.external_id not in known]
        moved = self._follow([(known[one.external_id], one) for one in listings if one.external_id in known])
        self._place(fresh, moved)
        self._write_history()

    def _known(self, listings: Sequence[Listing]) -> dict[str, OpeningOrigin]:
        ids = [listing.external_id for listing in listings]
        rows = select(OpeningOrigin).where(
            OpeningOrigin.source_id == self.source.id, OpeningOrigin.external_id.in_(ids)
        )
        return {origin.external_id: origin for origin in db.session.scalars(rows)}

    # What is known: the same, changed, or back again.

    def _follow(self, pairs: Sequence[tuple[OpeningOrigin, Listing]]) -> list[tuple[OpeningOrigin, Listing]]:
        """Follow the rows that are known; answer those that are no longer the opening they were joined to."""
        differing = [pair for pair in pairs if pair[0].digest != pair[1].digest or pair[0].vanished_at is not None]
        openings = self._openings({origin.opening_id for origin, _listing in differing})
        leaders = self._living_leaders(openings)
        changed: list[dict[str, Any]] = []
        origins: list[dict[str, Any]] = []
        moved: list[tuple[OpeningOrigin, Listing]] = []
        seen = [origin.id for origin, _listing in pairs]
        self.run.same += len(pairs) - len(differing)
        for origin, listing in differing:
            opening = openings[origin.opening_id]
            is_own = opening.source == OpeningSource.OWN
            leads = not is_own and (origin.leads or opening.id not in leaders)
            if not leads and listing.fields.same_key != opening.same_key:
                moved.append((origin, listing))
                continue
            values = self._change(opening, origin, listing) if leads else None
            if values is not None:
                changed.append(values)
            elif origin.vanished_at is None and origin.digest == listing.digest:
                self.run.same += 1
            else:
                self.run.changed += 0 if origin.vanished_at is not None else 1
                self.run.reopened += 1 if origin.vanished_at is not None else 0
            origins.append(self._origin_values(origin.id, listing, leads=leads))
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
        return moved

    def _openings(self, ids: Iterable[int]) -> dict[int, Opening]:
        """Read openings and let go of them: they are compared and written as plain values."""
        rows = db.session.scalars(select(Opening).where(Opening.id.in_(ids))).all() if ids else []
        for opening in rows:
            db.session.expunge(opening)
        return {opening.id: opening for opening in rows}

    def _living_leaders(self, opening_ids: Iterable[int]) -> set[int]:
        rows = select(OpeningOrigin.opening_id).where(
            OpeningOrigin.opening_id.in_(list(opening_ids)),
            OpeningOrigin.leads,
            OpeningOrigin.vanished_at.is_(None),
        )
        return set(db.session.scalars(rows))

    def _change(self, opening: Opening, origin: OpeningOrigin, listing: Listing) -> dict[str, Any] | None:
        """Answer the opening's new values, and note the change; None when only the list's own words differ."""
        before = OpeningFields.of(opening)
        fields = replace(listing.fields, **{name: getattr(before, name) for name in _KEPT})
        old, new = before.changes_to(fields)
        state = self._state_after(opening, origin, before, fields)
        if not old and state == opening.state and opening.source_url == listing.url:
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
        candidates = self._candidates(listings)
        openings: list[Opening] = []
        placed: list[tuple[Listing, Opening, bool]] = []
        for listing in listings:
            among = candidates[listing.fields.same_key]
            same = next((one for one in among if one.is_the_same(listing)), None)
            if same is None:
                same = _Candidate(self._make(listing))
                openings.append(same.opening)
                among.append(same)
                self.run.new += 1
            else:
                self.run.joined += 1
            placed.append((listing, same.opening, same.opening in openings and not same.said))
            same.said.append((listing.fields.employer_name, listing.fields.title))
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

    def _candidates(self, listings: Sequence[Listing]) -> dict[str, list[_Candidate]]:
        keys = {listing.fields.same_key for listing in listings}
        rows = select(Opening).where(Opening.same_key.in_(keys), Opening.state.in_(_PUBLIC)).order_by(Opening.id)
        by_id = {opening.id: _Candidate(opening) for opening in db.session.scalars(rows)}
        said = select(OpeningOrigin.opening_id, OpeningOrigin.employer_name, OpeningOrigin.title)
        if by_id:
            for opening_id, employer, title in db.session.execute(
                said.where(OpeningOrigin.opening_id.in_(list(by_id)), OpeningOrigin.vanished_at.is_(None))
            ):
                by_id[opening_id].said.append((employer, title))
        found: dict[str, list[_Candidate]] = defaultdict(list)
        # What an employer posted here itself comes first: people can apply for it.
        for candidate in sorted(by_id.values(), key=lambda one: (not one.opening.is_own, one.opening.id)):
            candidate.said.append((candidate.opening.employer_name, candidate.opening.title))
            found[candidate.opening.same_key].append(candidate)
        return found

    def _make(self, listing: Listing) -> Opening:
        opening = Opening(organisation_id=self.source.organisation_id, source=self.source.kind, version=1)
        opening.public_id = new_public_id()
        listing.fields.write_to(opening)
        deadline = listing.fields.deadline_at
        state = OpeningState.IN_REVIEW if self._needs_review else OpeningState.PUBLISHED
        if deadline is not None and deadline <= self.at:
            state = OpeningState.DRAFT if self._needs_review else OpeningState.CLOSED
        opening.state, opening.source_url, opening.returned_why = str(state), listing.url, ""
        opening.created_at = opening.updated_at = self.at
        opening.published_at = self.at if state in (OpeningState.PUBLISHED, OpeningState.CLOSED) else None
        opening.closed_at = self._closed_at(state, deadline)
        return opening

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
        self._edits, self._lines = [], []


class _Candidate:
    """An opening that a row may be, with the names and titles by which its origins call it."""

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.said: list[tuple[str, str]] = []

    def is_the_same(self, listing: Listing) -> bool:
        employer = normal_employer(listing.fields.employer_name)
        return all(
            employer.may_be(normal_employer(name)) and titles_are_alike(listing.fields.title, title)
            for name, title in self.said
        )


def opening_values(opening: Opening) -> dict[str, Any]:
    """Answer a row as values that a statement for many rows can write."""
    return {column.key: getattr(opening, column.key) for column in Opening.__mapper__.column_attrs}


def edit_values(
    opening: Opening, action: str, before: dict[str, Any], after: dict[str, Any], actor: Actor, at: datetime
) -> dict[str, Any]:
    """Answer a line of an opening's history."""
    return {
        "opening_id": opening.id,
        "version": opening.version,
        "at": at,
        "actor_label": actor.label[:120],
        "action": action,
        "before": before,
        "after": after,
        "why": "",
    }
