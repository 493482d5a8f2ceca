"""Issuing through the service: a cohort against raw signatures, and memory while very many are issued.

Run: .venv/bin/python -m benchmarks.issuing [--full]
A child process does what the worker does: it issues whatever waits, on SQLite, with serials, places on the status
list, audit trail and issuance log, each certificate signed and verified in its three forms (JSON, JWT, slip). It has
issued one cohort before; then cohorts of 200 take turns with as many raw signatures of 64 bytes.
`--full` compares the peak of memory at 100,000 certificates with that at 10,000, which takes a quarter of an hour.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import create_app
from app.certificates import issuing_service
from app.certificates.log_models import LogHead, LogIntent
from app.certificates.models import Certificate
from app.core import jobs
from app.core.config import Settings
from app.core.db import db
from benchmarks import cohorts
from benchmarks.figures import at_least, at_most, no_goal

ROUNDS = 7
FEW, MANY = 10_000, 100_000
_SIGNATURES = 5_000


def main(full: bool = False) -> None:
    """Issue cohort by cohort; then, with `full`, very many at once."""
    found = _in_children(cohorts.PEOPLE * (ROUNDS + 1), _cohort_by_cohort)
    what = f"issue a cohort of {cohorts.PEOPLE} with database, status index, log and serial / raw sign"
    for clock, goal in (("wall time", 0.05), ("processor time", None)):
        issue, raw = found[f"issue, {clock}"], found[f"raw sign, {clock}"]
        if goal is None:
            no_goal(f"{what}, {clock}", 1 / issue, "1/s", 1 / raw)
        else:
            at_least(f"{what}, {clock}", 1 / issue, "1/s", 1 / raw, goal)
    no_goal(
        "ask for a cohort's certificates / raw sign, wall time",
        1 / found["ask"],
        "1/s",
        1 / found["raw sign, wall time"],
    )
    if full:
        few, many = _in_children(FEW, _all_at_once), _in_children(MANY, _all_at_once)
        at_most(f"peak of memory, issuing {MANY:,} / {FEW:,}", many["peak_mb"], "MB", few["peak_mb"], 1.2)
        no_goal(f"rate of issuing {MANY:,} / {FEW:,}", many["rate"], "1/s", few["rate"])


def _in_children(people: int, work: Callable[[str], None]) -> dict[str, float]:
    """Fill a database in one child and issue in another, so that its peak of memory is that of issuing alone."""
    children = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        for target, arguments in ((_fill, (folder, people)), (work, (folder,))):
            child = children.Process(target=target, args=arguments)
            child.start()
            child.join()
            assert child.exitcode == 0, target
        found: dict[str, float] = _read(folder, "found")
        return found


def _settings(folder: str) -> Settings:
    return Settings(f"sqlite:///{folder}/ieum.db", Path(folder), "http://localhost:8000", "이음 시범운영기관")


def _fill(folder: str, people: int) -> None:
    with create_app(_settings(folder)).app_context():
        upgrade()
        _write(folder, "cohorts", cohorts.fill(people))


def _cohort_by_cohort(folder: str) -> None:
    taken: dict[str, list[float]] = {}
    key, message = Ed25519PrivateKey.generate(), bytes(64)

    def measure(name: str, times: int, work: Callable[[], object]) -> None:
        wall, processor = time.perf_counter(), time.process_time()
        work()
        taken.setdefault(f"{name}, processor time", []).append((time.process_time() - processor) / times)
        taken.setdefault(f"{name}, wall time", []).append((time.perf_counter() - wall) / times)

    with create_app(_settings(folder)).app_context():
        jobs.keep_what_is_loaded()
        first, *others = _read(folder, "cohorts")
        cohorts.ask(first)
        issuing_service.issue_waiting(datetime.now(UTC))
        for cohort in others:
            measure("ask", cohorts.PEOPLE, lambda cohort=cohort: cohorts.ask(cohort))  # type: ignore[misc]
            measure("issue", cohorts.PEOPLE, lambda: issuing_service.issue_waiting(datetime.now(UTC)))
            measure("raw sign", _SIGNATURES, lambda: [key.sign(message) for _signature in range(_SIGNATURES)])
        _require_complete(cohorts.PEOPLE * (ROUNDS + 1))
    medians = {name: statistics.median(values) for name, values in taken.items()}
    _write(folder, "found", {**medians, "ask": medians["ask, wall time"]})


def _all_at_once(folder: str) -> None:
    with create_app(_settings(folder)).app_context():
        jobs.keep_what_is_loaded()
        for cohort in (waiting := _read(folder, "cohorts")):
            cohorts.ask(cohort)
        began = time.perf_counter()
        issuing_service.issue_waiting(datetime.now(UTC))
        rate = len(waiting) * cohorts.PEOPLE / (time.perf_counter() - began)
        _require_complete(len(waiting) * cohorts.PEOPLE)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _write(folder, "found", {"rate": rate, "peak_mb": peak})


def _require_complete(people: int) -> None:
    """Make sure that all is there: certificates, and their places in the log."""
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == people
    assert db.session.scalar(select(LogIntent.id).limit(1)) is None
    assert db.session.scalars(select(LogHead.size)).one() >= people
    db.session.rollback()


def _write(folder: str, name: str, value: object) -> None:
    (Path(folder) / f"{name}.json").write_text(json.dumps(value), "utf-8")


def _read(folder: str, name: str) -> Any:
    return json.loads((Path(folder) / f"{name}.json").read_text("utf-8"))


if __name__ == "__main__":
    main("--full" in sys.argv[1:])
