"""kill -9 of the real worker while it tells of new openings, sends the mail, or destroys papers."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account
from app.core import clock, mail
from app.core.config import Settings
from app.core.db import db
from app.core.mail import OutgoingMail
from app.jobs.board import saved_search_job
from app.jobs.board.saved_search_models import SavedSearchTelling
from app.jobs.duties import destruction_job, destruction_service
from app.jobs.duties.destruction_models import Destruction
from app.jobs.duties.duty_models import DailyRun
from tests.certificates.processes import die, dying, start, wait
from tests.factories.accounts import audit_lines, make_account
from tests.factories.jobs import make_opening, make_saved_search
from tests.jobs.test_destruction import CANARY, NOW, decided, places_of

SEARCHED: list[dict[str, Any]] = [{}, {"q": "코디"}, {"province": "11"}]
SEARCHES = len(SEARCHED)


def killed(settings: Settings, work: Callable[[], object], prepare: Callable[[], Any]) -> None:
    db.session.commit()
    assert wait(start(settings, work, prepare)) == -signal.SIGKILL


def tell() -> None:
    saved_search_job.tell(clock.now())


@pytest.fixture
def account(app: Flask) -> Account:
    account = make_account()
    for asked in SEARCHED:
        make_saved_search(account, **asked)
    make_opening()
    db.session.commit()
    return account


def mails() -> list[str]:
    db.session.rollback()
    found = list(db.session.scalars(select(OutgoingMail.body)))
    db.session.rollback()
    return found


TELLING = [
    ("_tell_of", "before", 1),
    ("send_later", "before", 2),
    ("send_later", "after", 2),
    ("_tell_of", "after", 3),
]


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(("name", "moment", "at"), TELLING, ids=[f"{m}-{n}" for n, m, _at in TELLING])
def test_new_openings_are_told_once(settings: Settings, name: str, moment: str, at: int) -> None:
    killed(settings, tell, lambda: dying(saved_search_job, name, moment, at))
    assert mails() == []
    for _time in range(2):
        assert wait(start(settings, tell)) == 0
    assert len(mails()) == SEARCHES
    assert len(db.session.scalars(select(SavedSearchTelling.saved_search_id)).all()) == SEARCHES


@contextmanager
def noted_for_good() -> Iterator[None]:
    """The guard taken out: what counts as told is stored before the mail is."""

    def step(*_arguments: Any, **_named: Any) -> None:
        db.session.commit()
        die()

    saved_search_job.__dict__["send_later"] = step
    yield


@pytest.mark.usefixtures("account")
@pytest.mark.databases("sqlite")
def test_told_before_the_mail_is_stored_it_would_be_lost(settings: Settings) -> None:
    killed(settings, tell, noted_for_good)
    assert wait(start(settings, tell)) == 0
    assert len(mails()) == SEARCHES - 1


# The mail itself.


def send(minutes: int = 0) -> None:
    mail.deliver_waiting(clock.now() + timedelta(minutes=minutes))


def arrived(settings: Settings) -> list[str]:
    """Answer the ids of what was delivered, each with how often: on the disk a repeated one stands once."""
    folder = Path(settings.instance_dir) / "mail"
    found = [message_from_bytes(path.read_bytes()) for path in folder.glob("*.eml")] if folder.is_dir() else []
    return sorted(message["Message-ID"] for message in found)


def sending_into(log: Path) -> Callable[[], Any]:
    """Write down each mail that is given to the server, by its Message-ID; only ever entered in a child."""

    @contextmanager
    def prepare() -> Iterator[None]:
        transport = mail._transport

        def given(message: Any, name: str) -> None:
            transport(message, name)
            with log.open("a") as out:
                out.write(f"{message['Message-ID']}\n")

        mail._transport = given
        yield

    return prepare


def dying_at(name: str, moment: str, at: int, log: Path) -> Callable[[], Any]:
    @contextmanager
    def prepare() -> Iterator[None]:
        with sending_into(log)(), dying(mail, name, moment, at):
            yield

    return prepare


# Only who dies between the server's yes and the note of it sends a mail twice, as `_deliver_one` says.
SENDING = [("_take", "after", 2, 0), ("_transport", "before", 2, 0), ("_transport", "after", 2, 1)]
SENDING += [("_deliver_one", "after", 2, 0)]


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(("name", "moment", "at", "twice"), SENDING, ids=[f"{m}-{n}" for n, m, *_more in SENDING])
def test_no_mail_is_lost_and_one_at_most_goes_twice_under_its_id(
    settings: Settings, tmp_path: Path, name: str, moment: str, at: int, twice: int
) -> None:
    tell()
    log = tmp_path / "given.txt"
    killed(settings, send, dying_at(name, moment, at, log))
    for minutes in (0, 3):
        assert wait(start(settings, partial(send, minutes), sending_into(log))) == 0
    given = log.read_text().split()
    assert len(given) == SEARCHES + twice
    assert sorted(set(given)) == arrived(settings)
    assert len(set(given)) == SEARCHES


# Papers.


def destroy() -> None:
    destruction_job.destroy_due_papers(NOW)


DESTROYING = [
    (destruction_service, "_forget_rows", "before"),
    (destruction_service, "_forget_rows", "after"),
    (destruction_service, "_empty", "after"),
    (destruction_service, "_note", "after"),
    (destruction_service, "_tell", "after"),
    (destruction_job, "destroy_papers", "after"),
    (destruction_job, "_destroy", "after"),
    (destruction_job, "note_done", "after"),
]
DONE = ("_destroy", "note_done")


@pytest.mark.parametrize(("module", "name", "moment"), DESTROYING, ids=[f"{m}-{n}" for _module, n, m in DESTROYING])
def test_papers_are_destroyed_as_a_whole_and_once(
    app: Flask, settings: Settings, module: Any, name: str, moment: str
) -> None:
    decided()
    before = places_of(CANARY)
    killed(settings, destroy, lambda: dying(module, name, moment, 1))
    assert places_of(CANARY) == ([] if name in DONE else before)
    db.session.rollback()
    for _time in range(2):
        assert wait(start(settings, destroy)) == 0
    db.session.rollback()
    assert places_of(CANARY) == []
    assert len(db.session.scalars(select(Destruction)).all()) == 1
    assert len(audit_lines("application.destroy")) == 1
    assert len(mails()) == 1
    assert db.session.get(DailyRun, "destruction") is not None


@contextmanager
def forgotten_for_good() -> Iterator[None]:
    """The guard taken out: what is deleted is deleted, whether the rest follows or not."""
    forget = destruction_service._forget_rows

    def step(application: Any) -> Any:
        forget(application)
        db.session.commit()
        die()

    destruction_service._forget_rows = step
    yield


@pytest.mark.databases("sqlite")
def test_without_one_transaction_half_would_be_gone(app: Flask, settings: Settings) -> None:
    decided()
    before = places_of(CANARY)
    killed(settings, destroy, forgotten_for_good)
    assert [] != places_of(CANARY) != before
