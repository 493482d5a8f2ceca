"""Which core of the machine a process takes for itself: one that no other process of this instance has taken.

A number of its own does not tell: granian's workers often have only odd or only even ones, and in a container the
first process has the same one as in the next. So each holds a lock on one byte of a file in the instance folder,
which ends with the process.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path

_MOST_CORES, _MOST_EACH = 4096, 64


def claim(folder: Path, cores: Sequence[int]) -> int:
    """Take the first of these cores that was taken least, and answer it; the first where nothing can be locked."""
    with suppress(OSError):
        # Never closed: the locks of a process on a file end with the first time that it closes the file.
        held = os.open(folder / "cores", os.O_RDWR | os.O_CREAT, 0o600)
        for turn, core in product(range(_MOST_EACH), cores):
            with suppress(BlockingIOError, PermissionError):
                fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, turn * _MOST_CORES + core)
                return core
    return cores[0]
