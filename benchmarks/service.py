"""What people wait for: reading a register and issuing a cohort; one JSON line each.

Run: .venv/bin/python -m benchmarks.service
The application runs in this process on SQLite, in a temporary folder, without a server in between; times are wall
time.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask_migrate import upgrade

from app import create_app
from app.administration import demo
from app.certificates import issuing_service
from app.core.access import Actor
from app.core.config import Settings
from app.core.db import db, unit_of_work
from app.training import attendance_service
from app.training.commands import find_cohort
from app.training.received_file import from_bytes
from benchmarks.figures import no_goal, print_figure

FILE = demo.DATA / "2026-F1_출석부.xlsx"
ACTOR = Actor.command("benchmark")


def median_of(times: int, work: Callable[[], object]) -> float:
    """Answer the median wall time of one call in milliseconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def read_register() -> None:
    """Preview an XLSX register: against starting the limited process that reads it and doing nothing in it."""
    received = from_bytes(FILE.read_bytes(), FILE.name)

    def preview() -> None:
        attendance_service.preview(find_cohort("2026-F1"), received)
        db.session.rollback()

    value = median_of(7, preview)
    empty = [sys.executable, "-c", "import python_calamine"]
    baseline = median_of(7, lambda: subprocess.run(empty, check=True))
    no_goal(
        "preview a register of 30 people and 15 sessions (XLSX) / start the process that reads it",
        value,
        "ms",
        baseline,
    )
    with unit_of_work():
        cohort = find_cohort("2026-F1")
        understanding = attendance_service.preview(cohort, received).understanding
        began = time.perf_counter()
        attendance_service.apply(cohort, understanding, ACTOR, datetime.now(UTC))
    taken = (time.perf_counter() - began) * 1000
    print_figure("apply its 450 marks in one transaction", taken, "ms", None, None, None, None)


def issue_cohort() -> None:
    """Issue the certificates of 24 people: what a clerk waits for after the click, the first on this machine."""
    at = datetime.now(UTC)
    began = time.perf_counter()
    with unit_of_work():
        issuing_service.request_certificates(find_cohort("2026-F1"), ACTOR, at)
    issuing_service.issue_waiting(at)
    taken = (time.perf_counter() - began) * 1000
    print_figure("ask for and issue the certificates of 24 people", taken, "ms", None, None, None, None)


def main() -> None:
    """Measure everything once, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder)
        settings = Settings(
            f"sqlite:///{instance / 'ieum.db'}", instance, "http://localhost:8000", "이음 시범운영기관"
        )
        with create_app(settings).app_context():
            upgrade()
            demo.load(datetime.now(UTC))
            read_register()
            issue_cohort()
            db.engine.dispose()


if __name__ == "__main__":
    main()
