"""What people wait for: reading a register, issuing a cohort, opening a verification page; one JSON line each.

Run: .venv/bin/python -m benchmarks.service
The application runs in this process on SQLite, in a temporary folder, without a server in between; times are wall
time, medians. A ratio compares with the least that the same work could cost, measured in the same run.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from app import create_app
from app.administration import demo
from app.certificates import issuing_service
from app.certificates.models import Certificate
from app.core.access import Actor
from app.core.config import Settings
from app.core.db import db, unit_of_work
from app.training import attendance_service
from app.training.commands import find_cohort
from app.training.received_file import from_bytes

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


def line(name: str, value: float, baseline: float, ratio: float, goal: float | None) -> None:
    """Print one figure. `ratio` is the baseline's share of the value: 1 means as cheap as the baseline."""
    holds = None if goal is None else ratio >= goal
    print(
        json.dumps(
            {
                "name": name,
                "value": round(value, 3),
                "unit": "ms",
                "baseline": round(baseline, 3),
                "ratio": round(ratio, 3),
                "goal": goal,
                "holds": holds,
            },
            ensure_ascii=False,
        ),
        flush=True,
    )


def read_register() -> None:
    """Preview an XLSX register: against starting the limited process that reads it and doing nothing in it."""
    received = from_bytes(FILE.read_bytes(), FILE.name)

    def preview() -> None:
        attendance_service.preview(find_cohort("2026-F1"), received)
        db.session.rollback()

    value = median_of(7, preview)
    empty = [sys.executable, "-c", "import python_calamine"]
    baseline = median_of(7, lambda: subprocess.run(empty, check=True))
    line("preview a register of 30 people and 15 sessions (XLSX)", value, baseline, baseline / value, None)
    with unit_of_work():
        cohort = find_cohort("2026-F1")
        understanding = attendance_service.preview(cohort, received).understanding
        began = time.perf_counter()
        attendance_service.apply(cohort, understanding, ACTOR, datetime.now(UTC))
    line("apply its 450 marks in one transaction", (time.perf_counter() - began) * 1000, 0, 0, None)


def issue_cohort() -> None:
    """Issue a cohort of 24 with database, serials and status list: against as many raw signatures."""
    key = Ed25519PrivateKey.generate()
    raw = median_of(200, lambda: key.sign(b"x" * 64))
    at = datetime.now(UTC)
    began = time.perf_counter()
    with unit_of_work():
        issuing_service.request_certificates(find_cohort("2026-F1"), ACTOR, at)
    issuing_service.issue_waiting(at)
    value = (time.perf_counter() - began) * 1000
    line("issue the certificates of 24 people", value, raw * 24, raw * 24 / value, None)


def open_verification_page(app: Flask) -> None:
    """Open `/v/<id>` and the JSON: against the smallest page of the same application."""
    certificate = db.session.scalars(select(Certificate).limit(1)).one()
    public_id = certificate.public_id
    db.session.rollback()
    client = app.test_client()

    def get(path: str) -> Callable[[], None]:
        def ask() -> None:
            with app.app_context():
                answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)

        return ask

    least = median_of(200, get("/hello-world"))
    page = median_of(200, get(f"/v/{public_id}"))
    document = median_of(200, get(f"/credentials/{public_id}"))
    line("verification page, signature checked", page, least, least / page, 0.3)
    line("signed JSON of a certificate", document, least, least / document, 0.4)


def main() -> None:
    """Measure everything once, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder)
        settings = Settings(
            f"sqlite:///{instance / 'ieum.db'}", instance, "http://localhost:8000", "이음 시범운영기관"
        )
        app = create_app(settings)
        app.config["RATELIMIT_ENABLED"] = False
        app.add_url_rule("/hello-world", "hello_world", lambda: "hello, world")
        with app.app_context():
            upgrade()
            demo.load(datetime.now(UTC))
            read_register()
            issue_cohort()
            open_verification_page(app)
            db.engine.dispose()


if __name__ == "__main__":
    main()
