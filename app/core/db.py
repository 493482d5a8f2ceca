"""The database session, the base of all models, and the rule of one commit per request.

Services flush. A request commits once, after the view has answered without an error; any exception or error
answer rolls everything back. Commands and jobs say `with unit_of_work():`.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, MetaData, event, insert
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all models: plain and typed, with constraint names that are equal on both databases."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite has no zones: there it is stored without one and given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone cannot be stored: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
migrate = Migrate()


def new_public_id() -> str:
    """Make the random name by which a row is known in addresses: 32 hexadecimal digits, never a row number."""
    return uuid.uuid4().hex


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit once at the end of a command or job; roll back everything when it raises."""
    try:
        yield
        db.session.commit()
        _run_after_commit()
    except BaseException:
        db.session.rollback()
        _after_commit().clear()
        raise


def insert_rows(model: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows, given by their columns, in one statement, past the objects of the session.

    Objects would be inserted one by one, since SQLite tells no order of what it returns, and making them takes a
    tenth of the time of a batch of certificates.
    """
    db.session.execute(insert(Base.metadata.tables[model.__tablename__]), rows)


def after_commit(name: str, action: Callable[[], None]) -> None:
    """Run `action` once the current transaction is safely stored; forget it when that is rolled back.

    Of several of one name in a transaction the last one runs.
    """
    _after_commit()[name] = action


def _after_commit() -> dict[str, Callable[[], None]]:
    if not hasattr(g, "after_commit"):
        g.after_commit = {}
    actions: dict[str, Callable[[], None]] = g.after_commit
    return actions


def _run_after_commit() -> None:
    actions = list(_after_commit().values())
    _after_commit().clear()
    for action in actions:
        action()


def _finish_request(response: Response) -> Response:
    # A session that nobody has asked for has nothing to end, and making one is a tenth of a verification.
    has_session = db.session.registry.has()
    # An error page must never leave half of its work behind.
    if response.status_code >= 400 and not getattr(g, "commit_despite_error", False):
        if has_session:
            db.session.rollback()
        _after_commit().clear()
    else:
        if has_session:
            db.session.commit()
        _run_after_commit()
    actions: list[Callable[[Response], None]] = current_app.extensions["ieum_after_storing"]
    for action in actions:
        action(response)
    return response


def after_storing(app: Flask, action: Callable[[Response], None]) -> None:
    """Call `action` with every answer when the request's own work is stored or rolled back: what it raises replaces
    the answer, and what it writes is a transaction of its own (`writes_now`)."""
    app.extensions["ieum_after_storing"].append(action)


def release() -> None:
    """Let go what a request has looked up so far, and with it the write lock, before it does something long; it has
    changed nothing yet."""
    db.session.rollback()


@contextmanager
def writes_now() -> Iterator[None]:
    """Let a request that only looked write after all, in a transaction that takes its turn among the writers."""
    db.session.rollback()
    g.writes_now = True
    try:
        with unit_of_work():
            yield
    finally:
        g.pop("writes_now")


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Let everything inside be read as it stood at one moment, however long it takes. No writer waits for it."""
    db.session.rollback()
    g.only_reads = True
    try:
        if db.engine.dialect.name == "postgresql":
            db.session.connection(
                execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            )
        yield
    finally:
        g.pop("only_reads", None)
        db.session.rollback()


def commit_despite_error() -> None:
    """Keep what this request has recorded although it answers with an error: a failed sign-in must be counted."""
    if has_request_context():
        g.commit_despite_error = True


# Bytes of address space, not of memory; what lies beyond them is read as ever.
_MAPPED = 1 << 30


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # The driver must not begin transactions by itself: `_begin` below decides how they begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    # Mapped, a page of the file is read without a call and without a copy: looking at a thousand rows takes half.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        f"mmap_size={_MAPPED}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    # A deferred transaction that reads first and writes later can fail with "locked" at once, whatever the
    # timeout says; a writer that begins immediate waits its turn instead. Requests that only look must not
    # queue behind writers, so they begin deferred. In WAL such a transaction reads one snapshot until it ends.
    # The driver is told directly: as a statement of SQLAlchemy this would be a tenth of what a verification takes.
    driver: sqlite3.Connection = connection.connection.dbapi_connection
    driver.execute("BEGIN" if _only_looks() else "BEGIN IMMEDIATE")


def _only_looks() -> bool:
    if has_app_context() and g.get("only_reads", False):
        return True
    if not has_request_context() or g.get("writes_now", False):
        return False
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method in ("GET", "HEAD", "OPTIONS") or bool(getattr(view, "only_looks", False))


def _tell_no_values(context: ExceptionContext) -> None:
    # PostgreSQL quotes the values that break a rule ("Key (email)=(…) already exists"), and errors end up in logs.
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = tuple(a.partition("\nDETAIL:")[0] if isinstance(a, str) else a for a in error.args)


def listen(engine: Engine) -> None:
    """Attach the rules of each database to an engine."""
    event.listen(engine, "handle_error", _tell_no_values)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)


def init_app(app: Flask) -> None:
    """Connect the application to its database and its migrations."""
    app.extensions["ieum_after_storing"] = []
    db.init_app(app)
    with app.app_context():
        listen(db.engine)
    migrate.init_app(app, db, directory=app.config["MIGRATIONS_DIR"], compare_type=True)
    app.after_request(_finish_request)
