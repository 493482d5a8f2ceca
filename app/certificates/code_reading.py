"""Has the QR codes in a picture or a PDF of pictures read by a confined process (`code_worker.py`), never here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from app.core import confinement

WORKER = Path(__file__).with_name("code_worker.py")
WALL_SECONDS = 20.0


def read_codes(data: bytes) -> list[str]:
    """Answer what the QR codes in a file say; none when none could be read, whatever is in the file."""
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
    if done.returncode:  # Ended by the system: out of memory or out of time.
        return []
    texts: list[str] = json.loads(done.stdout).get("texts", [])
    return texts
