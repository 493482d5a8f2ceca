"""How migrations run: on the application's own engine, one transaction for all of them."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import MetaData
from sqlalchemy.engine import Engine

from app.core.db import UtcDateTime


def _engine() -> Engine:
    engine: Engine = current_app.extensions["migrate"].db.engine
    return engine


def _metadata() -> MetaData:
    metadata: MetaData = current_app.extensions["migrate"].db.metadata
    return metadata


def _render_item(type_: str, item: Any, _context: Any) -> str | Literal[False]:
    # Migrations stand alone: they name the plain type, so that renaming ours later cannot break an old one.
    if type_ == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run_migrations() -> None:
    """Apply migrations over a live connection; SQLite alters tables by copying them (batch mode)."""
    engine = _engine()
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=_metadata(),
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
            render_item=_render_item,
            include_name=lambda name, type_, _parents: (
                # The queue's own tables, and the full-text index with its shadows.
                not (type_ == "table" and (name or "").startswith(("huey_", "opening_tokens")))
            ),
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
