"""A database that cannot be used is told from a row that cannot be stored, by errors of the drivers themselves."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.pool import QueuePool

from app.core.db import db
from app.core.outages import is_outage


def raised(statement: str) -> DBAPIError:
    with pytest.raises(DBAPIError) as caught:
        db.session.execute(text(statement))
    db.session.rollback()
    return caught.value


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO people (id) VALUES (1)",
        "SELECT nothing FROM people",
        "SELECT FROM WHERE",
    ],
    ids=["a rule of the table", "a name", "no statement"],
)
def test_what_one_row_or_statement_does_is_no_outage(app: Flask, statement: str) -> None:
    assert not is_outage(raised(statement))


@pytest.mark.databases("postgresql")
def test_postgresqls_reasons_are_told_apart(app: Flask) -> None:
    db.session.execute(text("SET LOCAL statement_timeout = 1"))
    assert is_outage(raised("SELECT pg_sleep(1)"))
    assert is_outage(raised("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert not is_outage(raised("SELECT 1 / 0"))
    with pytest.raises(psycopg.DataError) as caught:
        db.session.connection().connection.cursor().execute("SELECT %s", ("a\0b",))
    assert not is_outage(caught.value)
    assert not is_outage(psycopg.errors.ProgramLimitExceeded("index row size exceeds maximum"))
    with pytest.raises(psycopg.OperationalError) as gone:
        psycopg.connect("host=/nowhere", connect_timeout=1)
    assert is_outage(gone.value)


@pytest.mark.databases("sqlite")
def test_sqlites_reasons_are_told_apart(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    with sqlite3.connect(path, isolation_level=None) as holder:
        holder.execute("CREATE TABLE t (a)")
        holder.execute("BEGIN IMMEDIATE")
        engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 0})
        with engine.connect() as other, pytest.raises(DBAPIError) as locked:
            other.execute(text("INSERT INTO t VALUES (1)"))
        engine.dispose()
    assert is_outage(locked.value)
    with pytest.raises(sqlite3.Error) as away:
        sqlite3.connect(tmp_path / "no" / "folder.sqlite")
    assert is_outage(away.value)


@pytest.mark.databases("sqlite")
def test_no_connection_that_comes_free_is_an_outage(app: Flask, tmp_path: Path) -> None:
    engine = create_engine(
        f"sqlite:///{tmp_path / 'one.sqlite'}", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.01
    )
    with engine.connect(), pytest.raises(TimeoutError) as caught:
        engine.connect()
    assert is_outage(caught.value)
    assert not is_outage(ValueError("row"))
