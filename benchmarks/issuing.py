"""Issuing through the service: a cohort against raw signatures, and memory while very many are issued.

Run: .venv/bin/python -m benchmarks.issuing [--full]
A child process issues whatever waits in its database, on SQLite, with serials, places on the status list, audit trail
and issuance log, all three signed forms verified; then it signs as many messages of 64 bytes with the same key type.
`--full` compares the peak of memory at 100,000 certificates with that at 10,000, which takes minutes.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import create_app
from app.certificates import issuing_service
from app.certificates.log_models import LogHead, LogIntent
from app.certificates.models import Certificate
from app.core.config import Settings
from app.core.db import db
from benchmarks import cohorts
from benchmarks.figures import at_least, at_most, no_goal

COHORT, ROUNDS = 200, 7
FEW, MANY = 10_000, 100_000


def main(full: bool = False) -> None:
    """Issue cohorts of 200, each in a database of its own; then, with `full`, very many in one."""
    runs = [_issue(COHORT) for _round in range(ROUNDS)]
    wall = statistics.median(COHORT / run["seconds"] for run in runs)
    processor = statistics.median(COHORT / run["processor"] for run in runs)
    raw_wall = statistics.median(COHORT / run["raw_seconds"] for run in runs)
    raw_processor = statistics.median(COHORT / run["raw_processor"] for run in runs)
    what = f"issue a cohort of {COHORT} with database, status index, log and serial / raw sign"
    at_least(what, wall, "1/s", raw_wall, 0.05)
    no_goal(f"{what}, processor time", processor, "1/s", raw_processor)
    if full:
        few, many = _issue(FEW), _issue(MANY)
        at_most(f"peak of memory, issuing {MANY:,} / {FEW:,}", many["peak_mb"], "MB", few["peak_mb"], 1.2)
        no_goal(f"rate of issuing {MANY:,} / {FEW:,}", MANY / many["seconds"], "1/s", FEW / few["seconds"])


def _issue(people: int) -> dict[str, float]:
    """Issue in a child of its own, so that its peak of memory is that of issuing and of nothing else."""
    children = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        for work in (_fill, _work):
            child = children.Process(target=work, args=(folder, people))
            child.start()
            child.join()
            assert child.exitcode == 0, work
        found: dict[str, float] = json.loads((Path(folder) / "found.json").read_text())
        return found


def _settings(folder: str) -> Settings:
    return Settings(f"sqlite:///{folder}/ieum.db", Path(folder), "http://localhost:8000", "이음 시범운영기관")


def _fill(folder: str, people: int) -> None:
    with create_app(_settings(folder)).app_context():
        upgrade()
        cohorts.fill(people)


def _work(folder: str, people: int) -> None:
    with create_app(_settings(folder)).app_context():
        wall, processor = time.perf_counter(), time.process_time()
        issuing_service.issue_waiting(datetime.now(UTC))
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        assert db.session.scalar(select(func.count()).select_from(Certificate)) == people
        assert db.session.scalar(select(LogIntent.id).limit(1)) is None
        assert db.session.scalars(select(LogHead.size)).one() >= people
    raw_wall, raw_processor = _sign(people)
    found = {
        "seconds": wall,
        "processor": processor,
        "raw_seconds": raw_wall,
        "raw_processor": raw_processor,
        "peak_mb": peak,
    }
    (Path(folder) / "found.json").write_text(json.dumps(found))


def _sign(times: int) -> tuple[float, float]:
    """Answer wall and processor time of so many raw signatures, from a longer run."""
    key, message, repeated = Ed25519PrivateKey.generate(), bytes(64), max(times, 5_000)
    wall, processor = time.perf_counter(), time.process_time()
    for _signature in range(repeated):
        key.sign(message)
    share = times / repeated
    return (time.perf_counter() - wall) * share, (time.process_time() - processor) * share


if __name__ == "__main__":
    main("--full" in sys.argv[1:])
