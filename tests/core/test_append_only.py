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


def refusing(event: str) -> set[str]:
    return set(
        db.session.scalars(
            text(
                "SELECT event_object_table FROM information_schema.triggers WHERE event_manipulation = :event "
                "UNION SELECT relname FROM pg_trigger JOIN pg_class ON tgrelid = pg_class.oid "
                "WHERE tgname = relname || '_no_' || lower(:event)"
            ),
            {"event": event},
        )
    )


@pytest.mark.databases("postgresql")
def test_whatever_refuses_deletion_refuses_truncation(app: Flask) -> None:
    """A migration that forbids changes of another table has to forbid its truncation too."""
    assert "certificates" in refusing("DELETE")
    assert refusing("DELETE") - refusing("TRUNCATE") == set()


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("table", ["certificates", "audit_lines", "log_heads", "status_lists"])
def test_it_refuses_to_empty_a_table_at_once(app: Flask, table: str) -> None:
    for statement in (f"TRUNCATE {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(DatabaseError, match=f"{table} is append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
    db.session.execute(text(f"DROP TRIGGER {table}_no_truncate ON {table}"))
    db.session.execute(text(f"TRUNCATE {table}"))
    db.session.rollback()


@pytest.mark.databases("postgresql")
def test_a_table_that_others_lead_from_is_not_emptied_through_them(app: Flask) -> None:
    with pytest.raises(DatabaseError, match="is append-only"):
        db.session.execute(text("TRUNCATE enrolments CASCADE"))
    db.session.rollback()
