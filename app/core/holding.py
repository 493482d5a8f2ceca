"""Taking hold of a row before looking what is there, for work that looks first and writes afterwards.

Two requests of a double click look at the same moment, find the same and write twice. Whoever holds the row that both
are about looks when the other is done, and answers as if it had come a moment later. On SQLite a request that writes
is alone from its first query on; on PostgreSQL this is `SELECT … FOR NO KEY UPDATE`, which lets others go on to write
rows that merely name this one.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import func, inspect, select

from app.core.db import Base, db
from app.core.errors import NotFound

T = TypeVar("T", bound=Base)


def hold(row: Base, *, shared: bool = False) -> None:
    """Take hold of a row until the transaction ends, and read it as it stands now. Raises `NotFound` when it is gone.

    `shared`: beside others who hold it so, against those who want it alone. Who holds several takes the whole before
    its part (opening, person, application, interview time), so that no two wait for each other for ever.
    """
    model, state = type(row), inspect(row)
    same: list[Any] = [
        key == value for key, value in zip(state.mapper.primary_key, state.identity or (), strict=True)
    ]
    held = select(model).where(*same).with_for_update(read=shared, key_share=not shared, of=model)
    if db.session.scalars(held.execution_options(populate_existing=True)).one_or_none() is None:
        raise NotFound


SECOND_CLICK = timedelta(minutes=10)
"""How long after the first click a second one is shown what was to be shown once."""


def hold_new(model: type[T], public_id: str) -> T | None:
    """Take hold of the id under which a page wants something made; answer what the first of two clicks has made under
    it. It may be somebody else's, and something else: the caller looks."""
    hold_name(f"{model.__tablename__} {public_id}")
    column: Any = inspect(model).columns["public_id"]
    return db.session.scalars(select(model).where(column == public_id)).one_or_none()


def hold_name(name: str) -> None:
    """Take hold of what no row stands for yet, by a name that everybody calls it, until the transaction ends."""
    # SQLite lets one writer in at a time anyway; PostgreSQL needs to be told.
    if db.engine.dialect.name == "postgresql":
        digest = hashlib.sha256(f"hold {name}".encode()).digest()
        lock = int.from_bytes(digest[:8], "big", signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(lock)))
