"""The database itself refuses to change or delete facts."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.core import audit, clock
from app.core.access import Actor
from app.core.db import db, unit_of_work


@pytest.mark.parametrize("statement", ["UPDATE audit_lines SET action = 'x'", "DELETE FROM audit_lines"])
def test_it_refuses_to_change_an_audit_line(app: Flask, statement: str) -> None:
    with unit_of_work():
        audit.record(Actor.command("test"), "thing.create", object(), at=clock.now())
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()


def test_without_the_trigger_the_same_change_succeeds(app: Flask) -> None:
    with unit_of_work():
        audit.record(Actor.command("test"), "thing.create", object(), at=clock.now())
    on_table = "" if db.engine.dialect.name == "sqlite" else " ON audit_lines"
    db.session.execute(text(f"DROP TRIGGER audit_lines_no_update{on_table}"))
    db.session.execute(text("UPDATE audit_lines SET action = 'x'"))
    assert db.session.scalar(text("SELECT action FROM audit_lines")) == "x"
    db.session.rollback()
