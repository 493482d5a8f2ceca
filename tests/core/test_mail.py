"""Mail is written with its cause, delivered once, and forgotten in time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core import clock, mail
from app.core.db import db, unit_of_work
from app.core.mail import OutgoingMail


def write(to: str = "person@example.kr") -> None:
    with unit_of_work():
        mail.send_later(
            to, "account_exists", clock.now(), language="ko", name="홍길동", link="https://ieum.test/x", minutes=60
        )


def files(app: Flask) -> list[Path]:
    return sorted((Path(app.config["IEUM_INSTANCE_DIR"]) / "mail").glob("*.eml"))


def test_it_is_written_outside_of_a_request(app: Flask) -> None:
    write()
    assert db.session.scalars(select(OutgoingMail)).one().sent_at is None


def test_it_is_delivered_once(app: Flask) -> None:
    write()
    mail.deliver_waiting(clock.now())
    (delivered,) = files(app)
    delivered.unlink()
    mail.deliver_waiting(clock.now())
    assert files(app) == []


def test_a_mail_that_fails_waits_and_is_tried_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    write()
    monkeypatch.setenv("IEUM_SMTP_URL", "smtp://127.0.0.1:1")
    mail.deliver_waiting(clock.now())
    waiting = db.session.scalars(select(OutgoingMail)).one()
    assert (waiting.sent_at, waiting.attempts) == (None, 1)
    monkeypatch.delenv("IEUM_SMTP_URL")
    mail.deliver_waiting(clock.now() + timedelta(hours=1))
    assert len(files(app)) == 1


def test_a_delivered_mail_is_forgotten_after_a_month(app: Flask) -> None:
    write()
    now = clock.now()
    mail.deliver_waiting(now)
    mail.deliver_waiting(now + timedelta(days=29))
    assert db.session.scalars(select(OutgoingMail)).all()
    mail.deliver_waiting(now + timedelta(days=31))
    assert not db.session.scalars(select(OutgoingMail)).all()


def test_a_slow_mail_server_keeps_nobody_from_writing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    write()
    at_work: list[int] = []

    def slow(*_arguments: object) -> None:
        # A second connection writes while the mail is on its way.
        with db.engine.begin() as other:
            other.execute(text("UPDATE outgoing_mails SET subject = 'written meanwhile'"))
        at_work.append(1)

    monkeypatch.setattr(mail, "_transport", slow)
    mail.deliver_waiting(clock.now())
    assert at_work == [1]
    assert db.session.scalars(select(OutgoingMail.subject)).one() == "written meanwhile"


def test_a_mail_whose_worker_died_is_tried_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    write()
    now = clock.now()

    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    transport = mail._transport
    monkeypatch.setattr(mail, "_transport", die)
    with pytest.raises(KeyboardInterrupt):
        mail.deliver_waiting(now)
    monkeypatch.setattr(mail, "_transport", transport)
    db.session.rollback()
    mail.deliver_waiting(now)
    assert files(app) == []
    mail.deliver_waiting(now + timedelta(minutes=3))
    assert len(files(app)) == 1
