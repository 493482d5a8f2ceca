"""Stored work and the worker that does it.

Work is a row in the business database, written with its cause. This module only carries the news that there is
work: `wake(name)` after the commit, and a sweep each minute that asks every handler to look. A handler finds its
own rows, does each in a transaction of its own, and doing it twice has no second effect; so losing the news, or
the worker, loses nothing.

Work that waits for others (hosts, portals, a process that opens a stranger's file) has a queue and a thread of its
own in the worker, so that certificates and mail never stand behind it.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, current_app
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, confinement
from app.core.config import CannotStart
from app.core.db import Base, UtcDateTime, after_commit, db, unit_of_work

Handler = Callable[[datetime], None]
_handlers: dict[str, Handler] = {}
_slow: set[str] = set()
_log = logging.getLogger("ieum.jobs")

HEARTBEAT_SECONDS = 5
HEARTBEAT_STALE_SECONDS = 30
HEALTH_SECONDS = 10.0


class WorkerHeartbeat(Base):
    """The last sign of life of the worker, so that a page can say that work is waiting and why."""

    __tablename__ = "worker_heartbeats"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


def job(name: str, *, slow: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler of stored work under a name. It is called with the time, in an application context.

    `slow` says that it waits for others and takes as long as they let it.
    """

    def register(handler: Handler) -> Handler:
        if name in _handlers and _handlers[name] is not handler:
            raise ValueError(f"two handlers for the stored work {name!r}")
        _handlers[name] = handler
        if slow:
            _slow.add(name)
        return handler

    return register


def wake(name: str) -> None:
    """Tell the worker, once the current transaction is stored, that there is work for this handler. Once is enough,
    however much there is."""
    if name not in _handlers:
        raise ValueError(f"no handler for the stored work {name!r}")
    queue = current_app.extensions["ieum_jobs"][name in _slow]
    after_commit(f"wake {name}", lambda: _send(queue, name))


def _send(queue: Any, name: str) -> None:
    try:
        queue.ieum_run(name)
    except Exception:
        # The work is stored; the sweep finds it. Failing the request here would report a loss that is none.
        _log.warning("could not wake the worker for %s; the sweep will find the work", name, exc_info=True)


def run(name: str) -> None:
    """Do the stored work of one handler now, in this process."""
    _handlers[name](clock.now())


def run_all(*, slow: bool) -> None:
    """Let every handler of a queue look for work: the sweep. One's failure does not keep the others from theirs."""
    for name in [name for name in _handlers if (name in _slow) == slow]:
        try:
            run(name)
        except Exception:
            _log.exception("stored work %s failed; it stays stored and is tried again", name)
            db.session.rollback()


def worker_is_alive(at: datetime) -> bool:
    """Tell whether the worker has given a sign of life within the last half minute."""
    seen = db.session.scalar(select(WorkerHeartbeat.seen_at).where(WorkerHeartbeat.name == "worker"))
    return seen is not None and (at - seen).total_seconds() < HEARTBEAT_STALE_SECONDS


def _beat() -> None:
    with unit_of_work():
        db.session.merge(WorkerHeartbeat(name="worker", seen_at=clock.now()))


def init_app(app: Flask) -> None:
    """Make the queues of this application: beside the instance on SQLite, in the database on PostgreSQL."""
    app.extensions["ieum_jobs"] = (_queue(app, "ieum", slow=False), _queue(app, "ieum-slow", slow=True))


def _queue(app: Flask, name: str, *, slow: bool) -> Huey:
    url: str = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.startswith("sqlite"):
        path = Path(app.config["IEUM_INSTANCE_DIR"]) / "queue.db"
        queue = SqliteHuey(name, filename=str(path), fsync=True)
    else:
        try:
            queue = PostgresHuey(name, dsn=url.replace("postgresql+psycopg://", "postgresql://"))
        except psycopg.OperationalError as error:
            first = str(error).splitlines()[0]
            raise CannotStart(f"the database of IEUM_DATABASE_URL cannot be reached: {first}") from None

    def in_context(name: str) -> None:
        with app.app_context():
            run(name)

    def sweep() -> None:
        with app.app_context():
            run_all(slow=slow)

    queue.ieum_run = queue.task(name="ieum_run")(in_context)
    queue.ieum_sweep = queue.periodic_task(crontab(minute="*"), name="ieum_sweep")(sweep)
    return queue


def keep_what_is_loaded() -> None:
    """Have the collector leave alone what has been loaded until now, which stays: looking through all of it again and
    again takes a good part of the time in which certificates are issued."""
    gc.collect()
    gc.freeze()


def _warn_of_missing_guards() -> None:
    for guard in confinement.missing_guards():
        _log.warning(
            "this system has no %s: what opens strangers' files has limits on memory and time, but is not confined "
            "by it; see the command 'guards'",
            guard,
        )


def work(app: Flask) -> None:
    """Run the worker in this process until it is told to stop."""
    stop = threading.Event()

    def beat_until_stopped() -> None:
        while not stop.is_set():
            try:
                with app.app_context():
                    _beat()
            except Exception:
                _log.warning("could not record the worker's sign of life", exc_info=True)
            stop.wait(HEARTBEAT_SECONDS)

    threading.Thread(target=beat_until_stopped, daemon=True, name="heartbeat").start()
    quick, slow = app.extensions["ieum_jobs"]
    with app.app_context():
        run_all(slow=False)
    slow.ieum_sweep()
    keep_what_is_loaded()
    _warn_of_missing_guards()
    _log.info("worker %s is ready", os.getpid())
    beside = _consumer(slow)
    beside.start()
    threading.Thread(target=_look_after, args=(beside, stop), daemon=True, name="health of slow work").start()
    try:
        _consumer(quick).run()  # Returns when the process is told to stop.
    finally:
        stop.set()
        beside.stop()


def _look_after(consumer: Consumer, stop: threading.Event) -> None:
    """Begin the threads of a consumer anew that have died: only the one consumer that is run does so by itself."""
    while not stop.wait(HEALTH_SECONDS):
        try:
            consumer.check_worker_health()
        except Exception:
            _log.warning("could not look after the thread of slow work", exc_info=True)


def _consumer(queue: Huey) -> Consumer:
    return queue.create_consumer(workers=1, initial_delay=0.1, max_delay=1.0, periodic=True)
