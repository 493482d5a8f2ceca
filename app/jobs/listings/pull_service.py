"""Asks portals for their lists: when they are due, or now. No transaction is open while one answers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select, update

from app.core import clock
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.core.foreign_fetch import Fetch, Fetcher
from app.core.jobs import job, wake
from app.core.sealing import SealLost, unseal
from app.jobs.listings.import_closing import close_run_out
from app.jobs.listings.import_models import ImportRun, ListSource
from app.jobs.listings.import_service import begin_run, fail_run, take_in_turns
from app.jobs.listings.import_words import RunState, Schedule
from app.jobs.listings.listing import Reading, UnreadableList
from app.jobs.listings.portal_pages import pull_list
from app.jobs.opening_words import OpeningSource

NAME = "opening-sources"
WORKER = Actor.command("worker: opening sources")
# A page of a hundred openings is some hundred kilobytes; a portal under load answers in ten seconds.
PAGE_SECONDS, PAGE_BYTES = 20.0, 10 * 1024 * 1024
LIST_SECONDS = 5 * 60
# Other slow work waits for the same thread: after this long it lets that pass before it asks the next portal.
TURN_SECONDS = 20.0
_GIVEN_UP = timedelta(minutes=15)


@job(NAME, slow=True)
def pull_due(at: datetime) -> None:
    """Pull every source that is due, and close what has run out."""
    work_off(at, portal_fetcher())


def work_off(at: datetime, fetch: Fetch) -> None:
    """Do the stored work by this way to fetch."""
    while _close_next(at):
        pass
    with unit_of_work():
        _give_up_the_lost(at)
    begun = time.monotonic()
    for source_id in _due(at):
        if _claim(source_id, at):
            pull(source_id, fetch, WORKER)
        if time.monotonic() - begun > TURN_SECONDS:
            with unit_of_work():
                wake(NAME)
            return


def _close_next(at: datetime) -> int:
    """Close one batch in a transaction of its own, so that nobody waits for all of them."""
    with unit_of_work():
        return close_run_out(WORKER, at)


def portal_fetcher() -> Fetcher:
    """Answer the way to fetch from portals: public hosts over https alone, within limits."""
    return Fetcher(seconds=PAGE_SECONDS, most_bytes=PAGE_BYTES)


def pull(source_id: int, fetch: Fetch, actor: Actor) -> ImportRun:
    """Pull one source now; what went wrong is in the run. Commits by itself: the run, and then what came of it."""
    with unit_of_work():
        source = db.session.get_one(ListSource, source_id)
        run = begin_run(source, actor, clock.now())
        run_id, wanted = run.id, _Wanted.of(source)
    result = _ask(wanted, fetch)
    if isinstance(result, UnreadableList):
        with unit_of_work():
            fail_run(db.session.get_one(ImportRun, run_id), result, actor, clock.now())
    else:
        review = bool(current_app.config["IEUM_OPENING_REVIEW"])
        take_in_turns(source_id, run_id, result, actor, clock.now(), needs_review=review)
    return db.session.get_one(ImportRun, run_id)


@dataclass(frozen=True)
class _Wanted:
    """What has to be known of a source while no transaction is open; the key is shown by nothing."""

    kind: OpeningSource
    url: str
    secret: bytes | None
    purpose: str

    @classmethod
    def of(cls, source: ListSource) -> _Wanted:
        return cls(OpeningSource(source.kind), source.url, source.secret, source.secret_purpose)


def _ask(wanted: _Wanted, fetch: Fetch) -> Reading | UnreadableList:
    started = time.monotonic()
    try:
        key = unseal(wanted.secret, wanted.purpose).decode() if wanted.secret else ""
    except SealLost:
        return UnreadableList("sealed")
    finally:
        db.session.rollback()
    today = clock.seoul_date(clock.now())
    try:
        return pull_list(
            wanted.kind, wanted.url, key, fetch, today, lambda: time.monotonic() - started < LIST_SECONDS
        )
    except UnreadableList as error:
        # The trace would lead to the key's frame.
        return UnreadableList(error.code, error.found)


def _due(at: datetime) -> list[int]:
    rows = select(ListSource.id).where(ListSource.next_due_at <= at, ListSource.enabled, ListSource.url != "")
    ids = list(db.session.scalars(rows.order_by(ListSource.next_due_at).limit(20)))
    db.session.rollback()
    return ids


def _claim(source_id: int, at: datetime) -> bool:
    """Take a source's turn: whoever moves it on to its next time pulls it."""
    with unit_of_work():
        source = db.session.get(ListSource, source_id)
        if source is None:
            return False
        hours = Schedule(source.schedule).hours
        moved = db.session.execute(
            update(ListSource)
            .where(ListSource.id == source_id, ListSource.next_due_at <= at)
            .values(next_due_at=at + timedelta(hours=hours) if hours else None)
            .execution_options(synchronize_session=False)
        )
        db.session.expire_all()
        return bool(moved.rowcount)  # type: ignore[attr-defined]


def _give_up_the_lost(at: datetime) -> None:
    """Say of a run whose process has ended in the middle that it has; the next one goes on from there."""
    lost = select(ImportRun).where(ImportRun.state == RunState.RUNNING.value, ImportRun.started_at < at - _GIVEN_UP)
    for run in db.session.scalars(lost.order_by(ImportRun.id.desc()).limit(20)):
        fail_run(run, UnreadableList("interrupted"), WORKER, at)
