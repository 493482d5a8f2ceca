"""A row that the database refuses fails alone; only a database that cannot be used stops the sweep."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.accounts.models import OrganisationKind
from app.certificates import bulk_job
from app.core import clock
from app.core.db import db
from tests.factories.accounts import make_member, make_organisation
from tests.factories.bulk import answers, ask
from tests.factories.certificates import issue_one

_SQLITE = """CREATE TRIGGER refuse_one BEFORE UPDATE ON bulk_verification_items WHEN {when}
BEGIN SELECT RAISE(ABORT, 'refused'); END"""
_POSTGRESQL = (
    """CREATE FUNCTION refuse_one() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER refuse_one BEFORE UPDATE ON bulk_verification_items FOR EACH ROW WHEN ({when})
    EXECUTE FUNCTION refuse_one()""",
)


@contextmanager
def refusing(when: str) -> Iterator[None]:
    """Let the database itself refuse some updates of items."""
    postgresql = db.engine.dialect.name == "postgresql"
    for statement in _POSTGRESQL if postgresql else (_SQLITE,):
        db.session.execute(text(statement.format(when=when)))
    db.session.commit()
    try:
        yield
    finally:
        db.session.rollback()
        on = " ON bulk_verification_items" if postgresql else ""
        db.session.execute(text(f"DROP TRIGGER refuse_one{on}"))
        if postgresql:
            db.session.execute(text("DROP FUNCTION refuse_one"))
        db.session.commit()


@pytest.fixture
def asked(app: Flask) -> None:
    certificate = issue_one(make_organisation(), clock.now())
    employer = make_organisation(kind=OrganisationKind.EMPLOYER)
    ask(employer, make_member(employer), [b"<html>", certificate.credential, b"[]"])


@pytest.mark.usefixtures("asked")
def test_a_row_that_cannot_be_stored_fails_alone() -> None:
    with refusing("NEW.answer = 'valid'"):
        bulk_job.work_off(clock.now())
    assert [answer for answer, _reason in answers()] == ["not_read", "could_not_check", "not_read"]


@pytest.mark.usefixtures("asked")
def test_a_row_that_takes_no_answer_at_all_keeps_nobody_waiting() -> None:
    with refusing("NEW.position = 2"):
        bulk_job.work_off(clock.now())
        assert [answer for answer, _reason in answers()] == ["not_read", None, "not_read"]
    bulk_job.work_off(clock.now())
    assert [answer for answer, _reason in answers()] == ["not_read", "valid", "not_read"], "the next sweep does it"


@pytest.mark.usefixtures("asked")
@pytest.mark.databases("postgresql")
def test_a_database_that_is_away_stops_the_sweep_and_gives_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_arguments: object) -> None:
        db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with monkeypatch.context() as broken:
        broken.setattr(bulk_job, "store_answer", cut_off)
        with pytest.raises(OperationalError):
            bulk_job.work_off(clock.now())
    assert [answer for answer, _reason in answers()] == [None] * 3
    bulk_job.work_off(clock.now())
    assert [answer for answer, _reason in answers()] == ["not_read", "valid", "not_read"]


@pytest.mark.usefixtures("asked")
@pytest.mark.databases("sqlite")
def test_a_database_that_is_locked_stops_the_sweep_and_gives_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(db.engine.url.database)
    answer, holder = bulk_job._answer, sqlite3.connect(path, isolation_level=None)

    def meanwhile(*arguments: object) -> object:
        # The lock goes to somebody else between looking at the item and storing what was found.
        db.session.execute(text("PRAGMA busy_timeout = 1"))
        db.session.connection().exec_driver_sql("ROLLBACK")
        holder.execute("BEGIN IMMEDIATE")
        return answer(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(bulk_job, "_answer", meanwhile)
        with pytest.raises(OperationalError):
            bulk_job.work_off(clock.now())
    holder.close()
    assert [answer for answer, _reason in answers()] == [None] * 3
