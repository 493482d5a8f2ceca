"""Imports of lists from elsewhere: begun, taken in, failed, undone. Doing one twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import insert, select, update

from app.core import audit
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from app.core.holding import hold
from app.core.i18n import _l
from app.jobs.listings.import_closing import close_brought_in, close_vanished
from app.jobs.listings.import_models import ImportNote, ImportRun, ListSource, OpeningOrigin
from app.jobs.listings.import_taking import BATCH, Taking
from app.jobs.listings.import_words import NoteKind, RunState
from app.jobs.listings.listing import Listing, Note, Reading, UnreadableList

MAX_NOTES = 5_000


def begin_run(source: ListSource, actor: Actor, at: datetime, filename: str = "") -> ImportRun:
    """Store that an import has begun."""
    run = ImportRun(source_id=source.id, actor_label=actor.label[:120], filename=filename[:200], started_at=at)
    run.state = RunState.RUNNING.value
    db.session.add(run)
    db.session.flush()
    return run


def fail_run(run: ImportRun, error: UnreadableList, actor: Actor, at: datetime) -> None:
    """Store why an import came to nothing. No opening is changed or closed."""
    run.state, run.finished_at = RunState.FAILED.value, at
    run.error_code, run.error_found = error.code[:40], error.found[:300]
    db.session.flush()
    audit.record(actor, "import.fail", run, at=at, after={"error": run.error_code})


def take_reading(
    source: ListSource, run: ImportRun, reading: Reading, actor: Actor, at: datetime, *, needs_review: bool
) -> ImportRun:
    """Take what was read into the database, all at once: `take_batch` for each batch, and `finish_run`."""
    for batch in batches(reading):
        take_batch(source, run, batch, actor, at, needs_review=needs_review)
    finish_run(source, run, reading, actor, at)
    return run


def take_in_turns(
    source_id: int, run_id: int, reading: Reading, actor: Actor, at: datetime, *, needs_review: bool
) -> None:
    """Do the same batch by batch, each in a transaction of its own: nobody waits for a long list.

    When it stops in the middle, what was taken stays, and the next import goes on from there.
    """
    for batch in batches(reading):
        with unit_of_work():
            source, run = db.session.get_one(ListSource, source_id), db.session.get_one(ImportRun, run_id)
            take_batch(source, run, batch, actor, at, needs_review=needs_review)
    with unit_of_work():
        source, run = db.session.get_one(ListSource, source_id), db.session.get_one(ImportRun, run_id)
        finish_run(source, run, reading, actor, at)


def batches(reading: Reading) -> Iterator[list[Listing]]:
    """Part what was read into batches, each name once: pages that shift bring a row twice."""
    left = iter({listing.external_id: listing for listing in reading.listings}.values())
    while batch := list(islice(left, BATCH)):
        yield batch


def take_batch(
    source: ListSource, run: ImportRun, batch: list[Listing], actor: Actor, at: datetime, *, needs_review: bool
) -> None:
    """Take one batch: new openings, changes, what is back."""
    _wait_for_the_others()
    Taking(source, run, actor, at, needs_review).take(batch)
    db.session.flush()


def finish_run(source: ListSource, run: ImportRun, reading: Reading, actor: Actor, at: datetime) -> None:
    """Keep what was refused, and close what a whole list has not any more.

    An empty list closes nothing: a portal in trouble answers with one. Nor does one with a row that was refused and
    cannot be told by name.
    """
    _wait_for_the_others()
    run.refused = len(reading.refused)
    _keep_notes(run, reading)
    if reading.is_whole and reading.rows and all(note.external_id for note in reading.refused):
        _mark_refused_as_seen(source, run, reading.refused, at)
        run.is_whole = True
        run.closed = close_vanished(run, actor, at)
    elif not reading.rows:
        run.error_code = "empty"
    elif not reading.is_whole and source.url:
        run.error_code = "pages_changed"
    run.state, run.finished_at = RunState.DONE.value, at
    db.session.flush()
    counts = {name: getattr(run, name) for name in ("new", "joined", "changed", "same", "refused", "closed")}
    audit.record(actor, "import.run", run, at=at, after=counts)


def undo_run(run: ImportRun, actor: Actor, at: datetime) -> int:
    """Close what an import brought in; answer how many. Raises `Conflict` when it is undone or did not end well."""
    _wait_for_the_others()
    hold(run)
    if run.state != RunState.DONE:
        raise Conflict(_l("끝까지 가져온 기록만 되돌릴 수 있어요."))
    closed = close_brought_in(run, actor, at)
    run.state = RunState.UNDONE.value
    db.session.flush()
    audit.record(actor, "import.undo", run, at=at, after={"closed": closed})
    return closed


def _wait_for_the_others() -> None:
    """Imports take turns, so that two that bring the same opening at once find it in one another's."""
    db.session.execute(select(ListSource.id).order_by(ListSource.id).with_for_update()).all()


def _keep_notes(run: ImportRun, reading: Reading) -> None:
    notes = [_note_values(run, NoteKind.REFUSED, note) for note in reading.refused]
    notes += [_note_values(run, NoteKind.REMARK, note) for note in reading.remarks]
    if notes:
        db.session.execute(insert(ImportNote), notes[:MAX_NOTES])


def _note_values(run: ImportRun, kind: NoteKind, note: Note) -> dict[str, object]:
    return {
        "run_id": run.id,
        "kind": kind.value,
        "place": note.place[:120],
        "title": note.title[:120],
        "code": note.code[:40],
        "found": note.found[:300],
    }


def _mark_refused_as_seen(source: ListSource, run: ImportRun, refused: tuple[Note, ...], at: datetime) -> None:
    """A row that cannot be read this time is still there."""
    left = iter(note.external_id for note in refused)
    while batch := list(islice(left, BATCH)):
        db.session.execute(
            update(OpeningOrigin)
            .where(OpeningOrigin.source_id == source.id, OpeningOrigin.external_id.in_(batch))
            .values(last_run_id=run.id, last_seen_at=at)
            .execution_options(synchronize_session=False)
        )
