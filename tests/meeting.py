"""Transactions that meet: nobody writes before all have looked, unless a guard keeps them apart.

Each action runs in a thread and a transaction of its own, as a request would. The first time that one is about to
store a new row it waits for the others to come as far. Where a guard lets only one in, that one goes on as soon as
nobody else can come, and the others follow: what came of it tells whether the guard is there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError

from app.core.db import db, unit_of_work
from app.core.errors import DomainError

# Long enough for the others to come as far when nothing keeps them apart.
WAITS = 0.5
# SQLite lets one writer in at a time, whatever the guards: nobody else can come.
WAITS_IN_VAIN = 0.05
# How often PostgreSQL is asked who waits for a lock, that is for one who has come here and holds it.
LOOKS = 0.01
KEPT_OUT = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
DONE, BROKEN = "done", "broken"


def at_once(app: Flask, *actions: Callable[[], object]) -> list[str]:
    """Run these at once; answer what became of each: `DONE`, the words of a refusal, or `BROKEN`: an error page."""

    def run(action: Callable[[], object]) -> str:
        with app.app_context():
            try:
                with unit_of_work():
                    action()
                    return DONE
            except DomainError as refusal:
                return str(refusal.message)
            except IntegrityError:
                return BROKEN
            finally:
                db.session.remove()
                meeting.leave()

    db.session.commit()
    db.session.remove()
    with _meeting(len(actions)) as meeting, ThreadPoolExecutor(len(actions)) as threads:
        return sorted(done.result(timeout=60) for done in [threads.submit(run, action) for action in actions])


def twice(app: Flask, action: Callable[[], object]) -> list[str]:
    """Run the same twice at once: a double click."""
    return at_once(app, action, action)


class Meeting:
    """Who has come, who has left without coming, and who stands before a lock."""

    def __init__(self, parties: int, server: Connection | None) -> None:
        self._parties, self._server = parties, server
        self._gone, self._changed, self._is_over = 0, threading.Condition(), False
        self._own = threading.local()

    def come(self) -> None:
        """Wait until all have come, or until nobody else can."""
        if getattr(self._own, "has_met", False):
            return
        self._own.has_met = True
        with self._changed:
            self._gone += 1
            self._changed.notify_all()
            until = time.monotonic() + (WAITS if self._server is not None else WAITS_IN_VAIN)
            kept_out = False
            while not self._is_over and self._gone < self._parties and time.monotonic() < until:
                self._changed.wait(LOOKS)
                was_kept_out, kept_out = kept_out, self._rest_is_kept_out()
                # Twice, as one may wait for a lock that another lets go in a moment.
                if was_kept_out and kept_out:
                    break
            self._is_over = True
            self._changed.notify_all()

    def leave(self) -> None:
        """Be waited for no longer."""
        with self._changed:
            if not getattr(self._own, "has_met", False):
                self._gone += 1
                self._changed.notify_all()
            # The thread may do another action.
            self._own.has_met = False

    def _rest_is_kept_out(self) -> bool:
        if self._server is None:
            return False
        kept_out: int = self._server.execute(KEPT_OUT).scalar_one()
        return self._gone + kept_out >= self._parties


@contextmanager
def _meeting(parties: int) -> Iterator[Meeting]:
    looks: Any = nullcontext()
    if db.engine.dialect.name == "postgresql":
        looks = closing(db.engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
    with looks as server:
        meeting = Meeting(parties, server)

        def meet(session: Any, _context: Any, _instances: Any) -> None:
            if session.new:
                meeting.come()

        event.listen(db.session, "before_flush", meet)
        try:
            yield meeting
        finally:
            event.remove(db.session, "before_flush", meet)
