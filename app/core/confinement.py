"""Confines a process that opens strangers' files, beyond its limits on memory and time.

Whoever makes a parser run code of theirs is then in a process that can begin no other, open no socket, write no file
and read none but code. Both guards are the kernel's (Linux on x86-64 and aarch64), so it does not matter what runs in
the process. Where the kernel, or the container around us, does not have one of them, the other and the limits stay,
and the operator is told: by `flask --app wsgi guards` and in the log of the worker.

This module and what it imports need nothing of the web service: `confined.py` loads them without it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.core import file_fence, system_calls

FENCE, FILTER = "file fence (Landlock)", "system call filter (seccomp)"
GUARDS = (FENCE, FILTER)
STARTER = str(Path(__file__).with_name("confined.py"))
_ROOT = Path(__file__).resolve().parents[2]
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo")


def code_folders() -> tuple[str, ...]:
    """Answer where Python's and our code lies: libraries load parts of themselves late."""
    ours = (str(_ROOT / "app"), str(_ROOT / "credentials"))
    return tuple(dict.fromkeys(folder for folder in (*sys.path, sys.prefix, sys.base_prefix, *ours) if folder))


def confine(*programs: str) -> tuple[str, ...]:
    """Confine this process for good; answer which of `GUARDS` stand now. It must have one thread only.

    Beside code it may read `programs`: the file that it is about to run.
    """
    if sys.platform != "linux":
        return ()
    system_calls.give_up_privileges()
    fenced = file_fence.read_only((*code_folders(), *_LIBRARIES, *programs))
    filtered = system_calls.filter_calls()
    return tuple(guard for guard, stands in ((FENCE, fenced), (FILTER, filtered)) if stands)


def missing_guards() -> tuple[str, ...]:
    """Answer which of `GUARDS` this system does not have, by having a process confined."""
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and file)
            [sys.executable, "-I", STARTER], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return GUARDS
    return tuple(guard for guard in GUARDS if guard not in done.stdout.splitlines())
