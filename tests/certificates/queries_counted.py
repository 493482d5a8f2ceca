"""Counts the statements that reach the database, by SQLAlchemy or by a lookup, transaction control left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.core import lookup
from app.core.db import db


@contextmanager
def counted() -> Iterator[list[str]]:
    """Answer the list that fills with statements while the block runs."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(statement)

    def run(connection: Any, text: str, parameters: Any) -> lookup.Rows:
        if text not in lookup.ONLY_READ.values():
            statements.append(text)
        return send(connection, text, parameters)

    send, lookup.run = lookup.run, run
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        lookup.run = send
        event.remove(db.engine, "before_cursor_execute", note)
