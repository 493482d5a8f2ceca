"""A preview reads a file that may take seconds; nobody else's work waits for it meanwhile (SQLite has one writer)."""

from __future__ import annotations

import sqlite3

from flask import Flask

from app.core.access import public, requires
from app.core.db import db
from tests.conftest import Visitor


def _begins_with(app: Flask, visitor: Visitor, *, only_looks: bool) -> list[str]:
    begun: list[str] = []

    def view() -> str:
        db.session.connection()
        locked = db.engine.dialect.name == "sqlite" and not _others_can_write()
        begun.append("locked" if locked else "free")
        return ""

    app.add_url_rule("/look", view_func=requires(public(), only_looks=only_looks)(view), methods=["POST"])
    assert visitor.post("/look").status_code == 200
    return begun


def _others_can_write() -> bool:
    other = sqlite3.connect(db.engine.url.database or "", timeout=0.1, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return False
    finally:
        other.close()
    return True


def test_a_view_that_only_looks_leaves_others_free_to_write(app: Flask, visitor: Visitor) -> None:
    assert _begins_with(app, visitor, only_looks=True) == ["free"]


def test_any_other_post_holds_the_lock_from_its_start(app: Flask, visitor: Visitor) -> None:
    expected = ["locked"] if db.engine.dialect.name == "sqlite" else ["free"]
    assert _begins_with(app, visitor, only_looks=False) == expected


def test_the_previews_only_look(app: Flask) -> None:
    for endpoint in ("cohorts.upload_attendance", "cohorts.roster"):
        assert vars(app.view_functions[endpoint])["only_looks"] is True
