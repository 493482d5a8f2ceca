"""`make run` says what is in its way before it does anything."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

from app.core.config import ROOT


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        # Set-up is taken as done (-o): this test is about what comes after it.
        called = ["make", "-s", "-o", ".built/venv", "-o", ".built/messages", "run"]
        environment = os.environ | {"PORT": str(port), "IEUM_INSTANCE_DIR": str(tmp_path / "instance")}
        done = subprocess.run(
            called, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode != 0
    assert done.stdout == f"Port {port} is in use. Take another one: PORT={port + 1} make run\n"
    assert not (tmp_path / "instance").exists()
