"""Has one badge from elsewhere checked by a process of its own, and fetches for it what it may ask for.

The process (`foreign_badge_worker.py`) opens the file; this side reads of it only what the process answers, and
ends it when its time is over. Whatever happens to it, the answer is then that the badge could not be checked.
"""

from __future__ import annotations

import base64
import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from app.core.foreign_fetch import Fetch, Fetcher, FetchError, FetchRefused

MAX_SECONDS = 25.0
MAX_FETCHES = 8
_MAX_LINE = 4 * 1024 * 1024
_FOLDER = Path(__file__).resolve().parents[1]
# `app/__init__` would load the whole service; of this package the process needs a handful of pure modules.
_START = (
    "import sys, types; app = types.ModuleType('app'); app.__path__ = [sys.argv[1]]; sys.modules['app'] = app; "
    "from app.portfolio.foreign_badge_worker import main; main()"
)


@dataclass(frozen=True)
class Verdict:
    """What the check found. `content` is what was signed, for the page; None when no signature was right."""

    state: str
    reason: str
    standard: str = ""
    issuer: str = ""
    host: str = ""
    status: str = ""
    content: dict[str, Any] | None = field(default=None, repr=False)


def could_not(reason: str) -> Verdict:
    """Answer the verdict that nothing was found out."""
    return Verdict("unknown", reason)


def check(data: bytes, at: datetime, fetch: Fetch | None = None, seconds: float = MAX_SECONDS) -> Verdict:
    """Check a badge: in bounded time, whatever is in the file and whatever its issuer's hosts answer."""
    with _process(seconds) as process:
        try:
            return _converse(process, data, at, fetch or Fetcher())
        except (OSError, ValueError, KeyError, TypeError):
            return could_not("limits")  # It ended, or was ended, before it had answered.


@contextlib.contextmanager
def _process(seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603 (our own interpreter and code; the upload goes to standard input)
        [sys.executable, "-I", "-c", _START, str(_FOLDER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # A crash report might quote the badge.
        env={},
        cwd="/",
        start_new_session=True,
    )
    clock = threading.Timer(seconds, process.kill)
    clock.start()
    try:
        yield process
    finally:
        clock.cancel()
        process.kill()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                _open(stream).close()
        process.wait()


def _converse(process: subprocess.Popen[bytes], data: bytes, at: datetime, fetch: Fetch) -> Verdict:
    into, out = _open(process.stdin), _open(process.stdout)
    _say(into, {"file": base64.b64encode(data).decode(), "at": at.isoformat()})
    for _question in range(MAX_FETCHES + 1):
        message = json.loads(out.readline(_MAX_LINE))
        if "fetch" not in message:
            return Verdict(**message)
        _say(into, _fetched(fetch, message["fetch"]) if _question < MAX_FETCHES else {"code": "too_many"})
    return Verdict(**json.loads(out.readline(_MAX_LINE)))


def _fetched(fetch: Fetch, url: str) -> dict[str, str]:
    try:
        return {"body": base64.b64encode(fetch(url)).decode()}
    except FetchRefused:
        return {"code": "fetch_refused"}
    except FetchError:
        return {"code": "fetch_failed"}


def _say(into: IO[bytes], message: dict[str, str]) -> None:
    into.write(json.dumps(message).encode() + b"\n")
    into.flush()


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("no pipe")
    return stream
