"""Verification under load: requests per second against a hello-world route of the same application and server.

Run: .venv/bin/python -m benchmarks.web [--full]
granian serves the application as the Procfile says, on SQLite; wrk (Debian's package) asks, eight connections at a
time, for 500 certificates in turn. The kinds of request take turns, round by round; figures are medians over the
rounds. `--full` compares with 1,000,000 certificates in the database instead of 100,000.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

from flask_migrate import upgrade
from sqlalchemy import select

from app import create_app
from app.administration import demo
from app.certificates.models import Certificate
from app.core.config import Settings
from app.core.db import db
from benchmarks import population
from benchmarks.figures import at_least, at_most, no_goal, print_figure

ROUNDS, SECONDS, CONNECTIONS = 7, 2, 8
FEW = 10_000
NAME = "이음 시범운영기관"
ISSUER = "http://localhost:8000"
SCRIPT = Path(__file__).with_name("requests.lua")


@dataclass(frozen=True)
class Kind:
    """One kind of request: what wrk is told."""

    name: str
    base: str
    arguments: tuple[str, ...]
    server: int
    """The server's process id, whose processor time is counted."""


@dataclass(frozen=True)
class Served:
    """An instance that is being served, and the files of paths and bodies to ask it with."""

    base: str
    folder: Path
    server: int

    def kind(self, name: str, paths: str) -> Kind:
        return Kind(name, self.base, ("GET", str(self.folder / paths)), self.server)

    def posted(self, name: str) -> Kind:
        arguments = ("POST", str(self.folder / "bodies"), "/api/v1/credentials/verify")
        return Kind(name, self.base, arguments, self.server)


@dataclass(frozen=True)
class Load:
    """What a kind of request took: requests per second, 99th percentile, processor time of the server per request."""

    rate: float
    p99_ms: float
    processor_ms: float


def main(full: bool = False) -> None:
    """Serve two instances, few certificates in one and many in the other, and measure them in turns."""
    if shutil.which("wrk") is None:
        print_figure("requests per second: not measured, wrk is missing (apt-get install wrk)", 0, "1/s", *[None] * 4)
        return
    many = 1_000_000 if full else 100_000
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        _make_instance(small)
        shutil.copytree(small, large)
        _fill(small, FEW)
        _fill(large, many)
        with _served(small) as few, _served(large) as lots:
            _check(few)
            _check(lots)
            _report(_measure(_kinds(few, lots)), many)


def _kinds(few: Served, lots: Served) -> list[Kind]:
    return [
        few.kind("hello", "hello"),
        few.posted("verify"),
        few.kind("stored", "verifications"),
        few.kind("json", "credentials"),
        few.kind("page", "pages"),
        lots.posted("verify, many"),
        lots.kind("stored, many", "verifications"),
        lots.kind("json, many", "credentials"),
        lots.kind("page, many", "pages"),
    ]


def _report(measured: dict[str, Load], many: int) -> None:
    hello = measured["hello"]
    # Goals are set for what answers from the record; whoever posts a document gets the proof for the log as well.
    for kind, what, goal in (
        ("stored", "GET /api/v1/credentials/<id>/verification, signature checked", 0.4),
        ("verify", "POST /api/v1/credentials/verify, signature checked, with log proof", None),
        ("json", "GET /credentials/<id>, the signed bytes", None),
        ("page", "GET /v/<id>, signature checked", 0.3),
    ):
        few, lots = measured[kind], measured[f"{kind}, many"]
        if goal is None:
            no_goal(f"{what} / hello world", few.rate, "1/s", hello.rate)
        else:
            at_least(f"{what} / hello world", few.rate, "1/s", hello.rate, goal)
        # Other work on the machine slows requests per second, of one kind more than of another; this it hardly does.
        per_second = 1000 / few.processor_ms, 1000 / hello.processor_ms
        no_goal(
            f"{what} / hello world, per second of the server's processor time", per_second[0], "1/s", per_second[1]
        )
        no_goal(f"{what}: p99 with {CONNECTIONS} connections", few.p99_ms, "ms", hello.p99_ms)
        slower = f"{what}: time with {many:,} certificates / with {FEW:,}"
        at_most(slower, 1000 / lots.rate, "ms", 1000 / few.rate, 1.3)
        no_goal(f"{slower}, processor time", lots.processor_ms, "ms", few.processor_ms)


def _make_instance(folder: Path) -> None:
    app = create_app(_settings(folder))
    with app.app_context():
        upgrade()
        demo.load(datetime.now(UTC))
        db.engine.dispose()


def _fill(folder: Path, rows: int) -> None:
    app = create_app(_settings(folder))
    with app.app_context():
        genuine = population.fill(rows)
        found = select(Certificate.credential).where(Certificate.public_id.in_(genuine))
        bodies = [data.decode() for data in db.session.scalars(found)]
        db.session.rollback()
        db.engine.dispose()
    for name, lines in {
        "hello": ["/hello-world"],
        "credentials": [f"/credentials/{public_id}" for public_id in genuine],
        "verifications": [f"/api/v1/credentials/{public_id}/verification" for public_id in genuine],
        "pages": [f"/v/{public_id}" for public_id in genuine],
        "bodies": bodies,
    }.items():
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")


def _settings(folder: Path) -> Settings:
    return Settings(f"sqlite:///{folder / 'ieum.db'}", folder, ISSUER, NAME)


@contextmanager
def _served(folder: Path) -> Iterator[Served]:
    port = _free_port()
    settings = {
        "IEUM_INSTANCE_DIR": str(folder),
        "IEUM_DATABASE_URL": f"sqlite:///{folder / 'ieum.db'}",
        "IEUM_BASE_URL": ISSUER,
        "IEUM_ISSUER_NAME": NAME,
        "IEUM_TRUSTED_PROXIES": "1",
    }
    granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1"]
    granian += ["--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-log", "benchmarks.served:app"]
    server = subprocess.Popen(granian, env=os.environ | settings)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{base}/hello-world")
        yield Served(base, folder, server.pid)
    finally:
        server.terminate()
        server.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            urlopen(url, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _check(served: Served) -> None:
    """Make sure that what is measured is the real thing: valid where it is, not valid where a byte is wrong."""
    page = (served.folder / "pages").read_text().split()[-1]
    with urlopen(served.base + page, timeout=10) as answer:
        assert "유효한 수료증이에요" in answer.read().decode(), page
    body = (served.folder / "bodies").read_text("utf-8").splitlines()[0]
    for sent, verified in ((body, True), (body.replace('"proofValue":"z', '"proofValue":"z2', 1), False)):
        asked = Request(f"{served.base}/api/v1/credentials/verify", sent.encode())
        asked.add_header("Content-Type", "application/json")
        with urlopen(asked, timeout=10) as answer:
            assert json.load(answer)["verified"] is verified, sent


def _measure(kinds: list[Kind]) -> dict[str, Load]:
    """Answer what each kind of request took, as medians."""
    for kind in kinds:
        _load(kind, 1)
    runs: dict[str, list[Load]] = {kind.name: [] for kind in kinds}
    for _ in range(ROUNDS):
        for kind in kinds:
            runs[kind.name].append(_load(kind, SECONDS))
    return {
        name: Load(
            statistics.median(run.rate for run in found),
            statistics.median(run.p99_ms for run in found),
            statistics.median(run.processor_ms for run in found),
        )
        for name, found in runs.items()
    }


def _load(kind: Kind, seconds: int) -> Load:
    wrk = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(SCRIPT), kind.base, "--", *kind.arguments]
    before = _processor_seconds(kind.server)
    said = subprocess.run(wrk, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]
    used = _processor_seconds(kind.server) - before
    found = json.loads(said)
    assert not found["failed"], (kind.name, found)
    requests = max(1, found["requests"])  # On a very busy machine a short run may end before its first answer.
    return Load(requests / found["seconds"], found["p99_ms"], used * 1000 / requests)


def _processor_seconds(server: int) -> float:
    """Answer the processor time that a process and its children have used."""
    ticks = 0
    for process in (server, *_children(server)):
        # Behind the name in brackets: state, parent, …, and as 12th and 13th the time as user and in the kernel.
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for file in listed for child in file.read_text().split()]


if __name__ == "__main__":
    main("--full" in sys.argv[1:])
