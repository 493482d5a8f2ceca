"""Has the QR codes in a picture or a PDF of pictures read by a confined process (`code_worker.py`), never here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from app.core import confinement

WORKER = Path(__file__).with_name("code_worker.py")
WALL_SECONDS = 20.0


class ReaderUnavailable(Exception):
    """No process can be started now, whatever is in the file."""


def read_codes(data: bytes) -> list[str]:
    """Answer what the QR codes in a file say; none when none could be read, whatever is in the file.

    Raises ReaderUnavailable.
    """
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and file; the upload goes to standard input)
            [sys.executable, "-I", confinement.STARTER, str(WORKER)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # A crash report might quote the file.
            timeout=WALL_SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        return []
    except OSError as error:
        raise ReaderUnavailable from error
    if done.returncode:  # Ended by the system: out of memory or out of time.
        return []
    return _texts(done.stdout)


def _texts(answer: bytes) -> list[str]:
    """Read the answer; whoever has taken the process over may have written anything."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return []
    texts = said.get("texts") if isinstance(said, dict) else None
    return [text for text in texts if isinstance(text, str)] if isinstance(texts, list) else []
