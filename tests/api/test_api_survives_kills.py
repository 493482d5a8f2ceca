"""kill -9 of a real process at any step: no message is lost, a repeated one has its id, a request has one row."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from app.accounts.models import Organisation
from app.api import idempotency_service, webhook_job, webhook_signature
from app.api.webhook_job import WAITS, deliver
from app.api.webhook_models import DeliveryState, WebhookDelivery
from app.core import audit, clock
from app.core.config import Settings
from app.core.db import db
from app.jobs.opening_models import Opening
from tests.certificates.processes import die, dying, start, wait
from tests.conftest import BASE_URL
from tests.factories.api import make_token, make_webhook
from tests.factories.foreign_host import ForeignHost, document
from tests.factories.jobs import make_employer, make_opening

MESSAGES = 3
AFTERWARDS = timedelta(minutes=WAITS[0], seconds=1)


@pytest.fixture
def host() -> Iterator[ForeignHost]:
    played = ForeignHost()
    played.pages["/hook"] = document(b"", status="204 No Content")
    yield played
    played.close()


@pytest.fixture
def employer(app: Flask) -> Organisation:
    return make_employer()


@pytest.fixture
def messages(employer: Organisation) -> list[str]:
    make_webhook(employer)
    for _number in range(MESSAGES):
        make_opening(employer)
    db.session.commit()
    found = [f"msg_{delivery.public_id}" for delivery in db.session.scalars(select(WebhookDelivery))]
    db.session.rollback()
    return found


def after_a_kill(settings: Settings, host: ForeignHost, prepare: Callable[[], Any]) -> list[str]:
    """Kill a worker while it sends, let another go on, and answer the ids of all that has arrived."""

    def work() -> None:
        deliver(clock.now(), host.fetcher().post)

    assert wait(start(settings, work, prepare)) == -signal.SIGKILL
    for moment in (clock.now(), clock.now() + AFTERWARDS):
        deliver(moment, host.fetcher().post)
    return [headers["webhook-id"] for headers, _body in host.sent]


# Each step, whether the process dies before or after it, at the how-many-th call, and whether a message may have
# arrived that nobody has noted.
STEPS = [
    ("_deliver_one", "before", 1, False),
    ("_take", "before", 2, False),
    ("_take", "after", 2, False),
    ("headers_for", "after", 1, False),
    ("_note", "before", 2, True),
    ("_note", "after", 2, True),
    ("_deliver_one", "after", 2, False),
]


@pytest.mark.parametrize(
    ("name", "moment", "at", "is_repeated"), STEPS, ids=[f"{moment}-{name}" for name, moment, *_more in STEPS]
)
def test_no_message_is_lost_and_a_repeated_one_has_its_id(
    settings: Settings, host: ForeignHost, messages: list[str], name: str, moment: str, at: int, is_repeated: bool
) -> None:
    arrived = after_a_kill(settings, host, lambda: dying(webhook_job, name, moment, at))
    assert sorted(set(arrived)) == sorted(messages)
    assert len(arrived) == MESSAGES + is_repeated
    bodies = {(headers["webhook-id"], body) for headers, body in host.sent}
    assert len(bodies) == MESSAGES
    assert set(db.session.scalars(select(WebhookDelivery.state))) == {DeliveryState.DELIVERED}


@contextmanager
def noted_too_early() -> Iterator[None]:
    """The guard taken out: a message counts as delivered from the moment on when it is taken."""
    take = webhook_job._take

    def taken(delivery_id: int, at: datetime) -> Any:
        sending = take(delivery_id, at)
        db.session.get_one(WebhookDelivery, delivery_id).state = DeliveryState.DELIVERED
        return sending

    webhook_job._take = taken
    yield


@pytest.mark.databases("sqlite")
def test_noted_before_it_is_sent_a_message_would_be_lost(
    settings: Settings, host: ForeignHost, messages: list[str]
) -> None:
    def dies(*_arguments: Any) -> int:
        die()
        raise AssertionError("still here")

    assert wait(start(settings, lambda: deliver(clock.now(), dies), noted_too_early)) == -signal.SIGKILL
    deliver(clock.now() + AFTERWARDS, host.fetcher().post)
    assert len(host.sent) == MESSAGES - 1


@pytest.mark.databases("sqlite")
def test_with_an_id_for_each_try_nobody_could_tell_a_repetition(
    settings: Settings, host: ForeignHost, messages: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = webhook_signature.headers_for

    def anew(_id: str, *more: Any) -> Mapping[str, str]:
        return sign(f"msg_{uuid.uuid4().hex}", *more)

    monkeypatch.setattr(webhook_job, "headers_for", anew)  # The child is forked with it.
    arrived = after_a_kill(settings, host, lambda: dying(webhook_job, "_note", "before", 2))
    assert len(set(arrived)) == MESSAGES + 1


# A request of a program that is killed, and repeated by it under the same key.

NEW = {"title": "코디네이터 모집", "until_filled": True}


def ask(text: str) -> tuple[int, bool]:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    headers = {"Authorization": f"Bearer {text}", "Idempotency-Key": "k-1"}
    answer = app.test_client().post("/api/v1/employer/openings", json=NEW, headers=headers, base_url=BASE_URL)
    return answer.status_code, answer.headers.get("Idempotency-Replayed") == "true"


@contextmanager
def dying_with_the_answer() -> Iterator[None]:
    """Die when everything is stored and nothing is answered."""
    current_app.extensions["ieum_after_storing"].insert(0, lambda _response: die())
    yield


def openings() -> int:
    count = db.session.scalar(select(func.count()).select_from(Opening)) or 0
    db.session.rollback()
    return count


MOMENTS: dict[str, tuple[Callable[[], Any], int]] = {
    "before the key": (lambda: dying(idempotency_service, "claim", "before", 1), 0),
    "after the key": (lambda: dying(idempotency_service, "claim", "after", 1), 0),
    "in the effect": (lambda: dying(audit, "record", "after", 1), 0),
    "before the answer is kept": (lambda: dying(idempotency_service, "keep", "before", 1), 0),
    "before the commit": (lambda: dying(idempotency_service, "keep", "after", 1), 0),
    "after the commit": (dying_with_the_answer, 1),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_request_that_was_killed_is_repeated_and_has_one_row(
    app: Flask, settings: Settings, employer: Organisation, moment: str
) -> None:
    _token, text = make_token(employer)
    prepare, stored = MOMENTS[moment]
    assert wait(start(settings, lambda: ask(text), prepare)) == -signal.SIGKILL
    assert openings() == stored
    assert ask(text) == (201, stored == 1)
    assert openings() == 1


@pytest.mark.databases("sqlite")
def test_without_the_key_a_repeated_request_has_two_rows(
    app: Flask, settings: Settings, employer: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    _token, text = make_token(employer)
    monkeypatch.setattr(idempotency_service, "claim", lambda *_, **_more: None)
    monkeypatch.setattr(idempotency_service, "keep", lambda *_: None)
    assert wait(start(settings, lambda: ask(text), dying_with_the_answer)) == -signal.SIGKILL
    assert ask(text) == (201, False)
    assert openings() == 2
