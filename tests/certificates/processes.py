"""Processes that work beside the test, and that die where they are told to.

A forked child makes an application of its own, with its own connections; nothing in the product knows of it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from app import create_app
from app.certificates import issuing_service
from app.core.config import Settings
from app.core.db import db
from tests.factories.certificates import ISSUED_AT, waiting

Prepare = Callable[[], AbstractContextManager[object]]


def start(settings: Settings, work: Callable[[], object], prepare: Prepare = nullcontext) -> int:
    """Start a child that does `work` in an application of its own; answer its process id.

    The caller must have committed: what it holds open, the child cannot see.
    """
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        app = create_app(settings, testing=True)
        with app.app_context(), prepare():
            work()
        status = 0
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(status)


def wait(child: int) -> int:
    """Wait for a child; answer its exit status, or the negative number of the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def work_once() -> None:
    """Do what the worker does when it is woken."""
    issuing_service.issue_waiting(ISSUED_AT)


def work_until_done() -> None:
    """Sweep as the worker does each minute, only faster: a killed worker's locks need a moment to go."""
    until = time.monotonic() + 20
    while True:
        work_once()
        if not waiting() or time.monotonic() > until:
            return
        db.session.rollback()
        time.sleep(0.05)


def die() -> None:
    """End this process as kill -9 does: nothing is flushed, no handler runs."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def dying(module: Any, name: str, moment: str, at: int) -> Iterator[None]:
    """Die at the `at`-th call of a function; only ever entered in a child."""
    original: Callable[..., Any] = getattr(module, name)
    calls = 0

    def step(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at and moment == "before":
            die()
        answer = original(*arguments, **named)
        if calls == at:
            die()
        return answer

    setattr(module, name, step)
    yield
