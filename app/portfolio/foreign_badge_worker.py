"""The process that checks one badge from elsewhere: the file comes in, a verdict goes out.

Whatever is in the file is opened here, where memory, processor time and files have an end, with nothing of ours at
hand: no environment, no database, no keys, and of all files only Python's and our code. The process has no network
either, and begins no other: `_watch` says so to Python, and the kernel holds it whatever runs here
(`app/core/confinement.py`). What it needs of the issuer's hosts it asks of whoever started it, who fetches by rules
of its own (`app/core/foreign_fetch.py`).

Each message is one line of JSON. In: `{"file", "at"}`, then an answer to each question, `{"body"}` or `{"code"}`.
Out: `{"fetch": address}` for each question, at last the verdict.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from app.core.confinement import confine
from app.portfolio.foreign_badge_documents import CannotCheck, Documents, NotValid
from app.portfolio.foreign_badge_summary import summarise, visible
from app.portfolio.foreign_badge_verifying import Finding, verify

MAX_MEMORY = 512 * 1024 * 1024
MAX_SECONDS = 8
_MAX_OPEN_FILES = 32
_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "ctypes.")


class Forbidden(RuntimeError):
    """Something in this process has tried what it has no business with."""


def limit_process() -> None:
    """Give this process an end to its memory, its processor time and its files, and nothing beyond them."""
    confine()
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MAX_OPEN_FILES, _MAX_OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.dont_write_bytecode = True
    sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise Forbidden(event)
    if event == "open" and not _is_code(arguments[0]):
        raise PermissionError(event)


# Libraries load parts of themselves late; nothing else has to be read.
_CODE = tuple(
    f"{folder}{os.sep}"
    for folder in {*sys.path, sys.prefix, sys.base_prefix, str(Path(__file__).parents[1])}
    if folder
)


def _is_code(opened: Any) -> bool:
    return isinstance(opened, int) or os.path.normpath(os.fsdecode(opened)).startswith(_CODE)


def check(data: bytes, documents: Documents, at: datetime) -> dict[str, Any]:
    """Answer the verdict on a badge: its state, the reason for it, and what has been signed."""
    finding = Finding()
    state, reason = "valid", ""
    try:
        verify(data, documents, at, finding)
    except NotValid as error:
        state, reason = "invalid", error.code
    except CannotCheck as error:
        state, reason = "unknown", error.code
    except (MemoryError, RecursionError):
        state, reason = "unknown", "limits"
    except Exception:
        # Whatever else a stranger's file can cause in a library: we do not know, and we say so.
        state, reason = "unknown", "internal"
    return {
        "state": state,
        "reason": reason,
        "standard": finding.standard,
        "issuer": visible(finding.issuer),
        "host": visible(finding.host),
        "status": finding.status,
        "content": summarise(finding.standard, finding.claims) if finding.claims else None,
    }


def _say(out: BinaryIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message, ensure_ascii=True).encode() + b"\n")
    out.flush()


def main() -> None:
    """Read one file and check it, under the limits."""
    limit_process()
    incoming, out = sys.stdin.buffer, sys.stdout.buffer
    order = json.loads(incoming.readline())

    def ask(url: str) -> bytes:
        _say(out, {"fetch": url})
        answer = json.loads(incoming.readline())
        if "code" in answer:
            raise CannotCheck(answer["code"])
        return base64.b64decode(answer["body"])

    with contextlib.redirect_stdout(sys.stderr):  # What a library prints is no message of ours.
        verdict = check(base64.b64decode(order["file"]), Documents(ask), datetime.fromisoformat(order["at"]))
    _say(out, verdict)
