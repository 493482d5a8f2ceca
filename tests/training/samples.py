"""The sample files, and what tests do with them in a browser."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.core.db import Base, db
from tests.conftest import Visitor

DATA = Path(__file__).resolve().parents[1] / "data"
REGISTERS = {
    "2026-F1": DATA / "attendance" / "2026-F1_출석부.xlsx",
    "2026-S1": DATA / "attendance" / "2026-S1_입퇴실.csv",
    "2026-G1": DATA / "attendance" / "2026-G1_출석부.csv",
}
BAD = sorted(path.name for path in (DATA / "bad").iterdir())
RESIDENT_NUMBER = "850315-1234567"


def expected(code: str) -> list[dict[str, Any]]:
    """Answer what the register of a cohort must yield."""
    cohorts = json.loads((DATA / "expected.json").read_text("utf-8"))
    people: list[dict[str, Any]] = next(each["people"] for each in cohorts if each["cohort"] == code)
    return people


def send(visitor: Visitor, address: str, content: bytes, filename: str) -> Any:
    """Post a file to a page that previews it."""
    form = {"file": (io.BytesIO(content), filename)}
    return visitor.post(address, data=form, content_type="multipart/form-data")


def send_file(visitor: Visitor, address: str, path: Path) -> Any:
    return send(visitor, address, path.read_bytes(), path.name)


def ticket_of(answer: Any) -> str:
    """Answer what a preview carries for its confirmation."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found = re.search(r'name="ticket"[^>]*value="([^"]+)"', answer.get_data(as_text=True))
    assert found is not None
    return html.unescape(found[1])


def apply_file(visitor: Visitor, cohort_address: str, path: Path) -> Any:
    """Preview a register and confirm it; answer the redirect to what was done."""
    preview = send_file(visitor, f"{cohort_address}/attendance/new", path)
    return visitor.post(f"{cohort_address}/attendance/confirm", data={"ticket": ticket_of(preview)})


def everything_stored() -> dict[str, tuple[int, str]]:
    """Answer the number of rows and a digest of the contents of every table but the access log.

    That somebody has looked at a register is written down even when nothing of it is stored.
    """
    state: dict[str, tuple[int, str]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name.startswith("access_log"):
            continue
        rows = db.session.execute(select(table).order_by(*table.primary_key.columns)).all()
        state[table.name] = (len(rows), hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest())
    db.session.rollback()
    return state
