"""What each of two thousand applications would make anew, made once for a test process.

Nothing that a test can see is shared: no rows, no settings; only what is compiled from our code, connections that
remember nothing (`kept_connections`), and passwords that need not be dear. The tests of what passwords cost ask for
`agreed_cost`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from huey.storage import PostgresStorage, SqliteStorage
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine, create_engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule

from app.accounts import passwords
from tests.kept_connections import keep_connections

AGREED_HASHER = passwords.hasher

# What werkzeug finds out about a rule when it belongs to an application.
BUILDERS = ("_build", "_build_unknown")
COMPILED = ("_parts", "_trace", "_converters", "arguments", *BUILDERS)


class CompiledTemplates(BytecodeCache):
    """Templates that were compiled, by the text they were compiled from."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        code = self._codes.get((bucket.key, bucket.checksum))
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


@contextmanager
def made_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", _addresses(Rule.compile))
        patch.setattr(SQLAlchemy, "_make_engine", _statements(SQLAlchemy._make_engine))
        patch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(SqliteStorage, "initialize_schema", _files(SqliteStorage.initialize_schema))
        patch.setattr(PostgresStorage, "initialize_schema", _tables(PostgresStorage.initialize_schema))
        keep_connections(patch)
        yield


def _addresses(compile_rule: Callable[[Rule], None]) -> Callable[[Rule], None]:
    # Reading each address and making two functions for it is most of what an application takes. It depends on the
    # rule alone: the converters that an application may have of its own would be part of the key.
    made: dict[tuple[object, ...], dict[str, Any]] = {}

    def once(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, rule.map.host_matching)
        if rule.defaults or rule.map.converters != Map.default_converters:
            compile_rule(rule)
            return
        if key not in made:
            compile_rule(rule)
            made[key] = {name: getattr(rule, name) for name in COMPILED}
        for name, value in made[key].items():
            setattr(rule, name, value.__func__.__get__(rule) if name in BUILDERS else value)

    return once


def _files(make: Callable[[SqliteStorage], None]) -> Callable[[SqliteStorage], None]:
    # A queue begins as an empty file, the same for all.
    empty: list[bytes] = []

    def once(storage: SqliteStorage) -> None:
        file = Path(storage.filename)
        if empty and not file.exists():
            file.write_bytes(empty[0])
            return
        is_new = not file.exists()
        make(storage)
        if is_new:
            empty.append(file.read_bytes())

    return once


def _tables(make: Callable[[PostgresStorage], None]) -> Callable[[PostgresStorage], None]:
    # Nobody takes the tables of the queue away: emptying leaves them.
    made: set[str] = set()

    def once(storage: PostgresStorage) -> None:
        if storage.dsn not in made:
            make(storage)
            made.add(storage.dsn)

    return once


def _statements(make_engine: Callable[..., Engine]) -> Callable[..., Engine]:
    # SQLAlchemy finds what it has compiled by the statement and by the dialect, which is an object of the engine.
    dialects: dict[str, Dialect] = {}
    _learn(create_engine("sqlite://"), dialects)
    compiled: LRUCache[Any, Any] = LRUCache(3000)

    def make(self: SQLAlchemy, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        engine = make_engine(self, bind_key, options, app)
        if engine.dialect.name not in dialects:
            _learn(engine, dialects)
        engine.dialect = dialects[engine.dialect.name]
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    return make


def _learn(engine: Engine, dialects: dict[str, Dialect]) -> None:
    # What a dialect has to know about its server it asks when it first connects.
    with engine.connect():
        dialects[engine.dialect.name] = engine.dialect
    engine.dispose()
