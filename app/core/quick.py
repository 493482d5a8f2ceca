"""Quick answers keep to one core, and are given a quarter faster when many ask at once (docs/decisions/0013).

Python runs one thread of a process at a time, and every query lets go of it several times. A thread on another core
then goes on, whose caches know nothing of what it needs, and both stand in line for each next step: that is a quarter
of a verification of 1.2 ms. So whoever answers what takes about a millisecond does so on one core of the process.
Everything else runs where the system likes, beside them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from app.core.core_claims import claim

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

QUICK = ("/v/", "/credentials/", "/api/v1/credentials/", "/status/")
"""Where paths begin whose GET takes about a millisecond, writes nothing and waits for nobody."""
SLOW = frozenset({"/v/states"})
"""Paths among them that now and then take seconds: the list of revoked certificates, anew after each revocation."""


class QuickAnswers:
    """A WSGI application around ours, for a process that answers requests in several threads.

    `in_turn` gives quick answers one after the other: where the database is in this process nothing is gained by
    beginning the next before one is done, and the slowest in a hundred waits a third less. A database elsewhere works
    meanwhile.
    """

    def __init__(
        self, inner: WSGIApplication, folder: Path, quick: tuple[str, ...] = QUICK, *, in_turn: bool
    ) -> None:
        self._inner = inner
        self._folder = folder
        self._quick = quick
        self._turn: AbstractContextManager[object] = threading.Lock() if in_turn else nullcontext()
        self._thread = threading.local()
        self._everywhere = frozenset(_cores())
        self._one: frozenset[int] | None = None
        self._choosing = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] != "GET" or not path.startswith(self._quick) or path in SLOW:
            self._run_on(self._everywhere)
            return self._inner(environ, start_response)
        self._run_on(self._one or self._choose())
        with self._turn:
            return self._inner(environ, start_response)

    def _choose(self) -> frozenset[int]:
        """Choose the one core with the first quick answer: commands load us, too, and processes may be forked."""
        with self._choosing:
            if self._one is None:
                cores = sorted(self._everywhere)
                first = os.getpid() % max(1, len(cores))
                in_order = cores[first:] + cores[:first]
                self._one = frozenset({claim(self._folder, in_order)}) if len(cores) > 1 else self._everywhere
            return self._one

    def _run_on(self, cores: frozenset[int]) -> None:
        """Let this thread run on these cores only. A system call, so it is made when something changes."""
        # A thread that we see for the first time may have been begun by one that was on one core.
        if not cores or getattr(self._thread, "cores", None) == cores:
            return
        self._thread.cores = cores
        # The machine may have lost a core since; then the thread stays where it is.
        with suppress(OSError):
            os.sched_setaffinity(0, cores)


def _cores() -> set[int]:
    """Answer the cores that this process may use; none where the system cannot tell (only Linux can)."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def init_served(app: Flask, quick: tuple[str, ...] = QUICK) -> None:
    """Let an application that is about to be served give its quick answers so."""
    in_turn = app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    folder = app.config["IEUM_INSTANCE_DIR"]
    app.wsgi_app = QuickAnswers(app.wsgi_app, folder, quick, in_turn=in_turn)  # type: ignore[method-assign]
