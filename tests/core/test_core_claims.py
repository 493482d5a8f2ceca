"""Processes of one instance take different cores while there are any, whatever their numbers."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.core.core_claims import claim

CORES = [5, 6]
"""Named only: nobody runs on them here."""


@contextmanager
def process(folder: Path) -> Iterator[int]:
    """A process that takes a core and lives on; answers the core, and ends it as `kill -9` does."""
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(sending, str(claim(folder, CORES)).encode())
            signal.pause()
        finally:
            os._exit(1)
    os.close(sending)
    try:
        with os.fdopen(receiving, "rb") as told:
            yield int(told.read(1))
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_each_process_takes_one_that_was_taken_least(tmp_path: Path) -> None:
    with ExitStack() as processes:
        assert [processes.enter_context(process(tmp_path)) for _ in range(5)] == [5, 6, 5, 6, 5]


def test_a_process_that_was_killed_leaves_its_core_to_the_next(tmp_path: Path) -> None:
    with process(tmp_path), ExitStack() as second:
        assert second.enter_context(process(tmp_path)) == 6
        second.close()
        with process(tmp_path) as core:
            assert core == 6


def test_other_instances_take_what_they_like(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with process(tmp_path) as core, process(tmp_path / "other") as other:
        assert core == other == 5


def test_where_nothing_can_be_locked_it_is_the_first(tmp_path: Path) -> None:
    assert claim(tmp_path / "nowhere", CORES) == 5
