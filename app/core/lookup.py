"""Queries that are asked thousands of times a minute: composed and compiled once, then straight to the driver.

Finding a row by its key takes SQLite a fiftieth of a verification; the session, connection, transaction and result
that stand around a query take a quarter. So a `Lookup` has connections that do nothing else. It is one SELECT and a
transaction by itself: it sees everything that was committed before it was asked, and cannot write. Inside of a
transaction that has begun it is a part of that one, like any other query.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import getpid
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Dialect, Engine, Select, event
from sqlalchemy.pool import PoolProxiedConnection

from app.core.db import db

Rows = Sequence[Sequence[Any]]

_READERS = "ieum_readers"
ONLY_READ = {"sqlite": "PRAGMA query_only = ON", "postgresql": "SET default_transaction_read_only = on"}


class Lookup:
    """One SELECT of plain columns. Its parameters are `bindparam`s for text or whole numbers."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, **parameters: str | int) -> Rows:
        """Answer the rows as they are now."""
        # A session that nobody has asked for yet is in no transaction, and making one takes as long as the query.
        if db.session.registry.has() and (session := db.session()).in_transaction():
            return session.connection().execute(self._statement, parameters).all()
        readers: Readers = current_app.extensions[_READERS]
        compiled = self._compiled.get(readers.dialect.name) or self._compile(readers.dialect)
        try:
            return compiled.read(readers.ask(compiled.text, compiled.fill(parameters)))
        except readers.failure:
            # A database that was started anew, or has no such table: SQLAlchemy knows how to ask again, or says why.
            with db.engine.connect() as connection:
                return connection.execute(self._statement, parameters).all()

    def _compile(self, dialect: Dialect) -> _Compiled:
        self._compiled[dialect.name] = compiled = _Compiled.of(self._statement, dialect)
        return compiled


@dataclass(frozen=True)
class _Compiled:
    """A statement in the words of one driver, and how the values of its columns are read."""

    text: str
    constants: dict[str, Any]
    order: tuple[str, ...] | None
    """The parameters by place, for a driver that knows no names."""
    readings: tuple[tuple[int, Callable[[Any], Any]], ...]

    @classmethod
    def of(cls, statement: Select[*tuple[Any, ...]], dialect: Dialect) -> _Compiled:
        compiled: Any = statement.compile(dialect=dialect)
        for name, parameter in compiled.binds.items():
            if parameter.type.dialect_impl(dialect).bind_processor(dialect) is not None:
                raise TypeError(f"the parameter {name!r} of a lookup must be text or a whole number")
        processors = (
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.selected_columns
        )
        order = compiled.positiontup if compiled.positional else None
        return cls(
            text=compiled.string,
            constants=dict(compiled.params),
            order=tuple(order) if order is not None else None,
            readings=tuple((place, read) for place, read in enumerate(processors) if read is not None),
        )

    def fill(self, parameters: dict[str, Any]) -> Any:
        """Answer the parameters as the driver wants them."""
        values = self.constants | parameters
        return values if self.order is None else [values[name] for name in self.order]

    def read(self, rows: Rows) -> Rows:
        """Turn what the driver answers into what the columns hold: text into a date, for one."""
        if not self.readings:
            return rows
        found = [list(row) for row in rows]
        for row in found:
            for place, read in self.readings:
                row[place] = read(row[place])
        return found


class Readers:
    """Connections that only read, each statement for itself; as many are kept as threads have asked at once."""

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect
        self.failure: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._engine = engine
        self._idle: list[PoolProxiedConnection] = []
        self._process = getpid()
        event.listen(engine, "engine_disposed", self._close)

    def ask(self, text: str, parameters: Any) -> Rows:
        """Answer the rows of one statement. Raises `failure`; the connection is then not used again."""
        if self._process != getpid():
            # Two processes must not talk on one connection, nor may one hang up for the other.
            self._process, self._idle = getpid(), []
        # Taking and putting back are each one step, in which no other thread can come between.
        connection = self._idle.pop() if self._idle else self._open()
        try:
            rows = run(connection, text, parameters)
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return rows

    def _open(self) -> PoolProxiedConnection:
        connection = self._engine.raw_connection()
        connection.detach()
        if self.dialect.name == "postgresql":
            connection.dbapi_connection.autocommit = True  # type: ignore[union-attr]
        run(connection, ONLY_READ[self.dialect.name], ())
        return connection

    def _close(self, _engine: Engine) -> None:
        idle, self._idle = self._idle, []
        if self._process == getpid():
            for connection in idle:
                connection.close()


def run(connection: PoolProxiedConnection, text: str, parameters: Any) -> Rows:
    """Send one statement to the driver and answer its rows; there are none of a setting."""
    cursor = connection.cursor()
    try:
        cursor.execute(text, parameters)
        return cursor.fetchall() if cursor.description is not None else ()
    finally:
        cursor.close()


def init_app(app: Flask) -> None:
    """Give the application its connections for reading; the first lookup opens the first."""
    with app.app_context():
        app.extensions[_READERS] = Readers(db.engine)
