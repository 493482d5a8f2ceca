"""Fifty clicks at once make one application; twenty people at once get the numbers from 1 to 20."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account, Person
from app.core import clock
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from app.jobs.application_models import Application
from app.jobs.applying import application_draft_queries, application_numbers, application_queries, application_service
from app.jobs.applying.application_draft_models import ApplicationCounter, ApplicationDraft
from app.jobs.applying.application_package import pack
from app.jobs.opening_models import Opening
from tests.factories.accounts import make_account, make_person
from tests.factories.applying import make_draft
from tests.factories.jobs import make_opening

AT_ONCE = 50
UNIQUE = ("uq_applications_opening_id_person_id", ["opening_id", "person_id"])


def begin(opening: Opening, applicant: Account) -> str:
    """Store a draft that was agreed to; answer what its last page carries."""
    draft, at = make_draft(opening, applicant), clock.now()
    assert applicant.person is not None
    package = pack(draft, applicant.person, opening, at)
    draft.consent = package.notices.as_json(at)
    db.session.commit()
    return package.digest


def at_once(app: Flask, opening_id: int, applicants: list[tuple[int, str]]) -> list[str]:
    """Hand in for these people at once; answer what became of each."""

    def hand_in(person_id: int, digest: str) -> str:
        with app.app_context():
            try:
                with unit_of_work():
                    person, opening = db.session.get_one(Person, person_id), db.session.get_one(Opening, opening_id)
                    actor = application_queries.account_of_person(person_id)
                    assert actor is not None
                    handed = application_service.submit_application(person, opening, digest, actor.actor, clock.now())
                    return "new" if handed.is_new else "there already"
            except Conflict:
                return "refused"
            finally:
                db.session.remove()

    db.session.commit()
    db.session.remove()
    with ThreadPoolExecutor(10) as threads:
        return [done.result(timeout=120) for done in [threads.submit(hand_in, *one) for one in applicants]]


def numbers(opening_id: int) -> list[int]:
    rows = select(Application.number).where(Application.opening_id == opening_id).order_by(Application.number)
    return list(db.session.scalars(rows))


def test_fifty_clicks_make_one_application(app: Flask) -> None:
    opening, applicant = make_opening(), make_account(person=make_person("나지원"))
    digest, opening_id = begin(opening, applicant), opening.id
    assert applicant.person_id is not None
    became = at_once(app, opening_id, [(applicant.person_id, digest)] * AT_ONCE)
    assert sorted(set(became)) == ["new", "there already"]
    assert became.count("new") == 1
    assert numbers(opening_id) == [1]


@pytest.fixture
def without_holding(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let everybody believe that the draft is still theirs and that nothing has been handed in."""

    def take_out(draft_id: int) -> None:
        draft = db.session.get_one(ApplicationDraft, draft_id)
        kept = {c.key: getattr(draft, c.key) for c in ApplicationDraft.__table__.columns}
        monkeypatch.setattr(application_draft_queries, "held_draft", lambda *_who: ApplicationDraft(**kept))
        monkeypatch.setattr(application_queries, "held_application_for", lambda *_who: None)

    return take_out


@pytest.mark.parametrize("guarded", [True, False], ids=["with-the-constraint", "without-the-constraint"])
def test_the_database_refuses_the_second_row(
    app: Flask, without_holding: Callable[[int], None], guarded: bool
) -> None:
    opening, applicant = make_opening(), make_account(person=make_person("나지원"))
    digest, opening_id = begin(opening, applicant), opening.id
    without_holding(db.session.scalars(select(ApplicationDraft.id)).one())
    assert applicant.person_id is not None
    person_id = applicant.person_id
    if not guarded:
        change_constraint(drop=True)
    try:
        became = at_once(app, opening_id, [(person_id, digest)] * 10)
        assert became.count("new") == (1 if guarded else 10)
        assert numbers(opening_id) == ([1] if guarded else list(range(1, 11)))
    finally:
        if not guarded:
            change_constraint(drop=False)


def change_constraint(*, drop: bool) -> None:
    db.session.commit()
    db.session.remove()
    with db.engine.connect() as connection:
        if not drop:
            empty = "PRAGMA foreign_keys=OFF" if connection.dialect.name == "sqlite" else None
            tables = "application_consents, application_events, application_files, application_items, applications"
            if empty is None:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                connection.exec_driver_sql(f"TRUNCATE {tables} CASCADE")
            else:
                return  # Each test on SQLite has a file of its own.
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("applications") as table:
            if drop:
                table.drop_constraint(UNIQUE[0])
            else:
                table.create_unique_constraint(*UNIQUE)
        connection.commit()


@pytest.mark.parametrize("guarded", [True, False], ids=["with-the-counter", "without-the-counter"])
def test_people_get_numbers_without_gaps(app: Flask, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    people = 20
    opening = make_opening()
    accounts = [make_account(person=make_person(f"나지원{n}")) for n in range(people)]
    digests = [begin(opening, account) for account in accounts]
    wanted = [(account.person_id or 0, digest) for account, digest in zip(accounts, digests, strict=True)]
    opening_id = opening.id
    if not guarded:
        # What somebody might write instead: look for the highest, and take the next.
        monkeypatch.setattr(application_service, "take_number", look_and_take)
    became = at_once(app, opening_id, wanted)
    if guarded:
        assert became == ["new"] * people
        assert numbers(opening_id) == list(range(1, people + 1))
        assert db.session.scalars(select(ApplicationCounter.next_number)).one() == people + 1
    elif db.engine.dialect.name == "postgresql":
        # SQLite lets one writer in at a time: there the two cannot meet.
        assert became.count("refused") > 0


def look_and_take(opening_id: int) -> int:
    return application_numbers._first(opening_id)
