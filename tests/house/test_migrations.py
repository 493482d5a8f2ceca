"""Migrations are numbered, have one head, explain themselves, and end in exactly the models."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from app.core.db import Base, db

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
SCRIPTS = sorted(VERSIONS.glob("*.py"))


def test_they_are_numbered_without_gaps() -> None:
    numbers = [p.name[:4] for p in SCRIPTS]
    assert numbers == [f"{n:04}" for n in range(1, len(SCRIPTS) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", p.name) for p in SCRIPTS)


def test_there_is_one_head() -> None:
    directory = ScriptDirectory(str(VERSIONS.parent))
    assert directory.get_heads() == [SCRIPTS[-1].name[:4]]


def test_each_says_why() -> None:
    silent = [p.name for p in SCRIPTS if not re.search(r'^""".+\n\nWhy: .+', p.read_text(encoding="utf-8"))]
    assert not silent


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The queue keeps its tables beside ours on PostgreSQL and makes them itself; a full-text index is no model."""
    return not (kind == "table" and (name or "").startswith(("huey_", "opening_tokens")))


def test_they_end_in_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_name": _is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.databases("sqlite")
def test_the_log_is_not_told_afterwards_what_it_has_not_seen(app: Flask) -> None:
    downgrade(revision="0012")
    db.session.execute(
        text(
            "INSERT INTO issuer_keys (key_id, controller, purpose, public_key, created_at, starts_at) "
            "VALUES ('k', 'd', 'log', x'00', '2026-03-09', '2026-03-09')"
        )
    )
    db.session.commit()
    with pytest.raises(SystemExit):
        upgrade()


def test_they_can_be_taken_back_and_run_again(app: Flask) -> None:
    db.session.remove()
    downgrade(revision="base")
    left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    assert {t for t in left if not t.startswith("huey")} == set()
    upgrade()
    assert set(Base.metadata.tables) <= set(inspect(db.engine).get_table_names())


def test_the_trail_of_before_names_no_applicant_either(app: Flask) -> None:
    downgrade(revision="0025")
    insert = text(
        "INSERT INTO audit_lines (at, account_id, actor_label, action, subject_kind, subject_id, after, why) "
        "VALUES ('2026-03-09', 7, '나지원', :action, 'Application', '1', :after, '')"
    )
    for action, after in (
        ("application.submit", "{}"),
        ("application.message", '{"from": "applicant"}'),
        ("application.message", '{"from": "employer"}'),
        ("application.decide", "{}"),
    ):
        db.session.execute(insert, {"action": action, "after": after})
    db.session.commit()
    upgrade()
    rows = db.session.execute(text("SELECT actor_label, account_id FROM audit_lines ORDER BY id")).all()
    assert rows == [("applicant", None), ("applicant", None), ("나지원", 7), ("나지원", 7)]
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text("UPDATE audit_lines SET actor_label = ''"))
