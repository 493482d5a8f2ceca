"""Lookups see what is committed, belong to a transaction that has begun, and cannot write."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import bindparam, event, insert, select, text

from app.accounts.models import ThrottledAttempt
from app.core import clock, lookup
from app.core.db import db
from app.core.lookup import Lookup
from tests import kept_connections

_row = ThrottledAttempt.__table__.c
FOUND = Lookup(select(_row.subject, _row.at).where(_row.purpose == bindparam("purpose")))


def add(subject: str) -> None:
    values = {"purpose": "lookup", "subject": subject, "at": clock.now()}
    db.session.execute(insert(ThrottledAttempt), [values])


def subjects() -> list[str]:
    return sorted(subject for subject, _at in FOUND.rows(purpose="lookup"))


@pytest.fixture
def readers(app: Flask) -> lookup.Readers:
    found = app.extensions["ieum_readers"]
    assert isinstance(found, lookup.Readers)
    return found


def test_it_sees_what_was_committed_a_moment_ago(app: Flask) -> None:
    assert subjects() == []
    for number in range(3):
        add(str(number))
        db.session.commit()
        assert subjects() == [str(n) for n in range(number + 1)]


def test_it_belongs_to_the_transaction_that_has_begun(app: Flask) -> None:
    subjects()
    add("not stored")
    assert subjects() == ["not stored"]
    db.session.rollback()
    assert subjects() == []


def test_it_reads_values_as_any_query_does(app: Flask) -> None:
    add("a")
    within = list(map(tuple, FOUND.rows(purpose="lookup")))
    db.session.commit()
    assert list(map(tuple, FOUND.rows(purpose="lookup"))) == within
    assert within[0][1].tzinfo is not None


def test_it_goes_past_the_pool_and_leaves_no_transaction_open(app: Flask, readers: lookup.Readers) -> None:
    subjects()
    taken: list[object] = []
    event.listen(db.engine, "checkout", lambda *_: taken.append(1))
    assert [subjects() for _turn in range(3)] == [[], [], []]
    assert not taken
    assert not db.session().in_transaction()
    # A reader that held a transaction open would see the past, and PostgreSQL could not empty the table.
    add("later")
    db.session.commit()
    assert readers.ask("SELECT count(*) FROM throttled_attempts", ()) == [(1,)]


def test_its_connections_cannot_write(app: Flask, readers: lookup.Readers) -> None:
    with pytest.raises(readers.failure, match=r"(?i)readonly|read-only"):
        readers.ask("DELETE FROM throttled_attempts", ())


def test_a_connection_that_has_died_is_replaced(app: Flask, readers: lookup.Readers) -> None:
    add("a")
    db.session.commit()
    subjects()
    (idle,) = readers._idle
    assert idle.dbapi_connection is not None
    idle.dbapi_connection.close()
    assert subjects() == ["a"]
    assert idle not in readers._idle
    assert subjects() == ["a"]


def test_the_driver_s_errors_come_as_sqlalchemy_s(app: Flask) -> None:
    db.session.execute(text("ALTER TABLE throttled_attempts RENAME TO elsewhere"))
    db.session.commit()
    try:
        with pytest.raises(Exception, match="throttled_attempts") as caught:
            subjects()
        assert type(caught.value).__module__ == "sqlalchemy.exc"
    finally:
        db.session.execute(text("ALTER TABLE elsewhere RENAME TO throttled_attempts"))
        db.session.commit()


def test_disposing_of_the_engine_closes_its_connections(
    app: Flask, readers: lookup.Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_connections, "KEPT", 0)
    subjects()
    (idle,) = readers._idle
    held = idle.dbapi_connection
    assert held is not None
    db.engine.dispose()
    assert readers._idle == []
    with pytest.raises(readers.failure, match="closed"):
        held.cursor()


def test_a_moment_is_no_parameter_of_a_lookup(app: Flask) -> None:
    asked = Lookup(select(_row.subject).where(_row.at == bindparam("at", type_=_row.at.type)))
    with pytest.raises(TypeError, match="'at'"):
        asked.rows(at=1)
