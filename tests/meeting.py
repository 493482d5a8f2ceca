"""Transactions that meet: nobody writes before all have looked, unless a guard keeps them apart.

Each action runs in a thread and a transaction of its own, as a request would. The first time that one is about to
store a new row it waits for the others to come as far. Where a guard lets only one in, that one waits in vain for a
moment and goes on, and the others follow: what came of it tells whether the guard is there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from app.core.db import db, unit_of_work
from app.core.errors import DomainError

# Long enough for the others to come as far when nothing keeps them apart.
WAITS = 0.5
# SQLite lets one writer in at a time, whatever the guards: nobody else can come.
WAITS_IN_VAIN = 0.05
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

    db.session.commit()
    db.session.remove()
    with _meeting(len(actions)), ThreadPoolExecutor(len(actions)) as threads:
        return sorted(done.result(timeout=60) for done in [threads.submit(run, action) for action in actions])


def twice(app: Flask, action: Callable[[], object]) -> list[str]:
    """Run the same twice at once: a double click."""
    return at_once(app, action, action)


@contextmanager
def _meeting(parties: int) -> Iterator[None]:
    waits = WAITS if db.engine.dialect.name == "postgresql" else WAITS_IN_VAIN
    barrier, own = threading.Barrier(parties, timeout=waits), threading.local()

    def meet(session: Any, _context: Any, _instances: Any) -> None:
        if not session.new or getattr(own, "has_met", False):
            return
        own.has_met = True
        # It breaks where somebody is kept out, by a guard that we look for.
        with suppress(threading.BrokenBarrierError):
            barrier.wait()

    event.listen(db.session, "before_flush", meet)
    try:
        yield
    finally:
        event.remove(db.session, "before_flush", meet)
