"""Webhooks: told in the transaction of the cause, signed, sent until they arrive, never to an inner address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Organisation
from app.api import webhook_job, webhook_service
from app.api.token_models import Scope
from app.api.webhook_job import OFF_AFTER, WAITS, deliver
from app.api.webhook_models import DeliveryState, Webhook, WebhookDelivery, WebhookEvent
from app.api.webhook_service import secret_of
from app.core import clock
from app.core.db import db
from app.core.errors import Invalid
from app.core.foreign_fetch import Fetcher
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.applying.application_service import submit_application, withdraw_application
from app.jobs.opening_words import OpeningState
from app.jobs.openings import opening_service
from tests.conftest import Visitor
from tests.core.test_foreign_fetch import HOSTILE_URLS, INNER_ADDRESSES
from tests.factories.accounts import audit_lines, mails_to, make_account, make_member, make_person, sign_in
from tests.factories.api import Program, make_delivery, make_token, make_webhook
from tests.factories.foreign_host import HOST, ForeignHost, document
from tests.factories.jobs import COMMAND, make_application, make_employer, make_opening
from tests.jobs.test_applying_at_once import begin
from tests.meeting import DONE, at_once, twice

OK = document(b"", status="204 No Content")
BROKEN = document(b"", status="500 Internal Server Error")


@pytest.fixture
def employer(app: Flask) -> Organisation:
    return make_employer()


@pytest.fixture
def host() -> Iterator[ForeignHost]:
    played = ForeignHost()
    played.pages["/hook"] = OK
    yield played
    played.close()


def waiting() -> list[WebhookDelivery]:
    return list(db.session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def told() -> list[tuple[str, Mapping[str, object]]]:
    return [(d.event, json.loads(d.body)["data"]) for d in waiting()]


def test_what_happens_to_openings_is_told_with_ids_only(employer: Organisation) -> None:
    make_webhook(employer)
    opening = make_opening(employer, OpeningState.DRAFT)
    assert told() == []
    opening_service.submit_opening(opening, False, COMMAND, clock.now())
    opening_service.close_opening(opening, COMMAND, clock.now())
    opening_service.reopen_opening(opening, COMMAND, clock.now())
    opening_service.fill_opening(opening, COMMAND, clock.now())
    events = ["opening.published", "opening.closed", "opening.published", "opening.closed"]
    assert [event for event, _data in told()] == events
    assert all(set(data) == {"opening_id", "version"} for _event, data in told())


def test_what_happens_to_applications_is_told_with_ids_only(employer: Organisation) -> None:
    make_webhook(employer)
    opening = make_opening(employer, blind=True)
    application = make_application(opening, make_account(person=make_person("나지원")))
    for action, stage in (("file_infected", "received"), ("decide", "shortlisted"), ("withdraw", "withdrawn")):
        step = ApplicationEvent(application_id=application.id, at=clock.now(), action=action, stage=Stage(stage))
        step.actor_label, step.is_shown = "x", True
        db.session.add(step)
        db.session.flush()
    names = ["application.received", "application.stage_changed", "application.withdrawn"]
    assert [event for event, _data in told()[1:]] == names
    assert "나지원" not in "".join(d.body for d in waiting())


def test_who_applies_again_is_told_as_new_under_the_same_id(employer: Organisation) -> None:
    make_webhook(employer)
    opening, account = make_opening(employer), make_account(person=make_person("나지원"))
    assert account.person is not None

    def hand_in() -> Application:
        digest = begin(opening, account)
        assert account.person is not None
        return submit_application(account.person, opening, digest, account.actor, clock.now()).application

    application = hand_in()
    withdraw_application(account.person, application.public_id, account.actor, clock.now())
    assert hand_in().id == application.id
    events = [(event, data["application_id"], data["stage"]) for event, data in told()[1:]]
    received = ("application.received", application.public_id, "received")
    assert events == [received, ("application.withdrawn", application.public_id, "withdrawn"), received]


def address(path: str = "/hook/tok-1?key=tok-2") -> str:
    return f"https://{HOST}{path}"


def test_the_trail_and_mails_name_the_host_alone(employer: Organisation, host: ForeignHost) -> None:
    manager = make_member(employer)
    webhook = make_webhook(employer, url=address())
    make_opening(employer)
    host.pages["/hook/tok-1?key=tok-2"] = document(b"", status="410 Gone")
    deliver(clock.now(), host.fetcher().post)
    webhook_service.remove_webhook(webhook, COMMAND, clock.now())
    assert [line.after for line in audit_lines("webhook.create")] == [
        {"host": HOST, "events": [event.value for event in WebhookEvent]}
    ]
    assert [line.before for line in audit_lines("webhook.remove")] == [{"host": HOST}]
    (mail,) = mails_to(manager.email)
    assert HOST in mail.body
    assert "tok-" not in mail.body + mail.subject


def register(employer_id: int) -> None:
    employer = db.session.get_one(Organisation, employer_id)
    webhook_service.register_webhook(employer, address("/more"), ["opening.closed"], COMMAND, clock.now())


# SQLite lets one writer in at a time: there is nothing to take out.
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("guarded", [True, False], ids=["held", "not-held"])
def test_there_are_ten_however_many_are_registered_at_once(
    app: Flask, employer: Organisation, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(webhook_service, "hold", lambda *_row, **_how: None)
    monkeypatch.setattr(webhook_service, "MOST", 2)
    make_webhook(employer)
    became = twice(app, partial(register, employer.id))
    assert became.count(DONE) == (1 if guarded else 2)
    assert len(db.session.scalars(select(Webhook)).all()) == (2 if guarded else 3)


@pytest.mark.databases("postgresql")
def test_removing_and_noting_do_not_wait_for_each_other_for_ever(
    app: Flask, employer: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = make_webhook(employer)
    ids = webhook.id, make_delivery(webhook, DeliveryState.WAITING).id
    both, give_up_waiting = Barrier(2, timeout=1), webhook_service.give_up_waiting

    def give_up_late(webhook: Webhook) -> None:
        db.session.flush()
        with suppress(BrokenBarrierError):
            both.wait()
        time.sleep(0.2)
        give_up_waiting(webhook)

    monkeypatch.setattr(webhook_service, "give_up_waiting", give_up_late)

    def remove() -> None:
        webhook_service.remove_webhook(db.session.get_one(Webhook, ids[0]), COMMAND, clock.now())

    def note() -> None:
        with suppress(BrokenBarrierError):
            both.wait()
        webhook_job._note(ids[1], 500, "", clock.now())

    assert at_once(app, remove, note) == [DONE, DONE]
    db.session.expire_all()
    assert db.session.get_one(WebhookDelivery, ids[1]).state == DeliveryState.FAILED


def test_others_and_other_events_are_not_told(employer: Organisation) -> None:
    make_webhook(make_employer())
    make_webhook(employer, WebhookEvent.APPLICATION_RECEIVED)
    make_webhook(employer, disabled=True)
    make_opening(employer)
    assert told() == []


def test_a_cause_that_is_rolled_back_tells_nothing(employer: Organisation) -> None:
    make_webhook(employer)
    opening = make_opening(employer, OpeningState.DRAFT)
    opening_service.submit_opening(opening, False, COMMAND, clock.now())
    assert len(waiting()) == 1
    db.session.rollback()
    assert waiting() == []


def test_it_arrives_signed(employer: Organisation, host: ForeignHost) -> None:
    webhook = make_webhook(employer)
    make_opening(employer)
    deliver(clock.now(), host.fetcher().post)
    ((headers, body),) = host.sent
    delivery = waiting()[0]
    assert (delivery.state, delivery.status, delivery.body.encode()) == (DeliveryState.DELIVERED, 204, body)
    assert headers["webhook-id"] == f"msg_{delivery.public_id}"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(secret_of(webhook), signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    deliver(clock.now() + timedelta(days=1), host.fetcher().post)
    assert len(host.sent) == 1


def test_the_secret_that_is_shown_is_the_one_that_signs(visitor: Visitor, employer: Organisation) -> None:
    program = Program(visitor, make_token(employer, Scope.WEBHOOKS_WRITE)[1])
    body = {"url": f"https://{HOST}/hook", "events": ["opening.closed"]}
    first, again = (program.post("/employer/webhooks", body, Idempotency_Key="k") for _ in range(2))
    assert (first.status_code, first.json) == (201, again.json)
    webhook = db.session.scalars(select(Webhook)).one()
    assert base64.b64decode(first.json["secret"].removeprefix("whsec_")) == secret_of(webhook)
    assert secret_of(webhook) not in webhook.sealed_secret
    assert "secret" not in program.get("/employer/webhooks").json["items"][0]
    assert program.ask("DELETE", f"/employer/webhooks/{webhook.public_id}").status_code == 204
    assert program.get("/employer/webhooks").json["items"] == []


def test_a_failure_is_tried_again_later_each_time_for_three_days(employer: Organisation, host: ForeignHost) -> None:
    make_webhook(employer)
    host.pages["/hook"] = BROKEN
    make_opening(employer)
    at = clock.now() + timedelta(seconds=1)
    for wait in WAITS:
        deliver(at, host.fetcher().post)
        assert waiting()[0].not_before == at + timedelta(minutes=wait)
        deliver(at + timedelta(minutes=wait) - timedelta(seconds=1), host.fetcher().post)
        at += timedelta(minutes=wait)
    assert len(host.sent) == len(WAITS)
    assert timedelta(days=2, hours=20) < timedelta(minutes=sum(WAITS)) <= timedelta(days=3)
    assert len({headers["webhook-id"] for headers, _body in host.sent}) == 1
    host.pages["/hook"] = OK
    deliver(at, host.fetcher().post)
    assert waiting()[0].state == DeliveryState.DELIVERED
    assert db.session.scalars(select(Webhook.failing_since)).one() is None


def test_what_fails_for_days_is_switched_off_with_a_mail(employer: Organisation, host: ForeignHost) -> None:
    manager, webhook = make_member(employer), make_webhook(employer)
    host.pages["/hook"] = BROKEN
    make_opening(employer)
    deliver(clock.now(), host.fetcher().post)
    later = clock.now() + OFF_AFTER + timedelta(minutes=1)
    deliver(later, host.fetcher().post)
    db.session.refresh(webhook)
    assert webhook.disabled_at == later
    assert f"/organisations/{employer.public_id}/webhooks" in mails_to(manager.email)[0].body
    assert [d.state for d in waiting()] == [DeliveryState.FAILED]


def test_an_address_that_is_gone_is_switched_off_at_once(employer: Organisation, host: ForeignHost) -> None:
    webhook = make_webhook(employer)
    host.pages["/hook"] = document(b"", status="410 Gone")
    make_opening(employer)
    deliver(clock.now(), host.fetcher().post)
    db.session.refresh(webhook)
    assert webhook.disabled_at is not None


def test_whoever_fails_does_not_keep_others_waiting(employer: Organisation, host: ForeignHost) -> None:
    make_webhook(employer, url=f"https://{HOST}/broken")
    make_webhook(employer)
    host.pages["/broken"] = BROKEN
    for _ in range(2):
        make_opening(employer)
    deliver(clock.now(), host.fetcher().post)
    assert host.asked.count("/broken") == 1
    assert host.asked.count("/hook") == 2


class Killed(BaseException):
    """The worker ends at this very place."""


@pytest.mark.parametrize("has_arrived", [False, True])
def test_a_worker_that_dies_repeats_the_message_under_its_id_and_loses_none(
    employer: Organisation, host: ForeignHost, has_arrived: bool
) -> None:
    make_webhook(employer)
    make_opening(employer)

    def die(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        if has_arrived:
            host.fetcher().post(url, body, headers)
        raise Killed

    with pytest.raises(Killed):
        deliver(clock.now(), die)
    db.session.rollback()
    deliver(clock.now(), host.fetcher().post)
    assert len(host.sent) == has_arrived
    deliver(clock.now() + timedelta(minutes=WAITS[0], seconds=1), host.fetcher().post)
    assert len(host.sent) == 1 + has_arrived
    assert len({headers["webhook-id"] for headers, _body in host.sent}) == 1
    assert waiting()[0].state == DeliveryState.DELIVERED


@pytest.mark.parametrize("url", HOSTILE_URLS)
@pytest.mark.databases("sqlite")
def test_no_inner_address_is_registered(app: Flask, url: str) -> None:
    with pytest.raises(Invalid):
        webhook_service.register_webhook(make_employer(), url, ["opening.closed"], COMMAND, clock.now())


@pytest.mark.parametrize("address", INNER_ADDRESSES)
def test_no_message_goes_to_an_inner_address(host: ForeignHost, address: str) -> None:
    fetcher = host.fetcher(lambda name, port: [address])
    with pytest.raises(Exception, match="address"):
        fetcher.post(f"https://{HOST}/hook", b"{}", {})
    assert host.hits == 0


def test_without_the_guard_the_message_would_arrive(host: ForeignHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.foreign_fetch.require_public_address", lambda address: None)
    assert host.fetcher(lambda name, port: ["127.0.0.1"]).post(f"https://{HOST}/hook", b"{}", {}) == 204
    assert host.hits == 1


def test_no_redirect_is_followed(employer: Organisation, host: ForeignHost) -> None:
    make_webhook(employer)
    host.pages["/hook"] = document(b"", f"Location: https://{HOST}/other", status="307 Temporary Redirect")
    make_opening(employer)
    deliver(clock.now(), host.fetcher().post)
    assert host.asked == ["/hook"]
    assert (waiting()[0].state, waiting()[0].error) == (DeliveryState.WAITING, "redirect")


@pytest.mark.parametrize("headers", [{"a": "b\r\nHost: x"}, {"a\r\nb": "c"}, {"a:": "b"}, {"a": "가"}])
def test_no_header_becomes_two(host: ForeignHost, headers: dict[str, str]) -> None:
    with pytest.raises(Exception, match="unreachable"):
        host.fetcher().post(f"https://{HOST}/hook", b"{}", headers)
    assert host.sent == []


def test_the_worker_sends_through_the_guard() -> None:
    assert isinstance(webhook_job._POST.__self__, Fetcher)  # type: ignore[attr-defined]


def test_a_manager_registers_sends_again_and_switches_on(visitor: Visitor, employer: Organisation) -> None:
    sign_in(visitor, make_member(employer))
    base = f"/organisations/{employer.public_id}/webhooks"
    made = visitor.post(base, data={"url": f"https://{HOST}/hook", "events": ["opening.closed"]})
    assert "whsec_" in made.get_data(as_text=True)
    assert visitor.post(base, data={"url": "https://127.0.0.1/", "events": ["opening.closed"]}).status_code == 422
    webhook = db.session.scalars(select(Webhook)).one()
    delivery = make_delivery(webhook, DeliveryState.FAILED)
    resend = f"{base}/{webhook.public_id}/deliveries/{delivery.public_id}/resend"
    webhook.disabled_at = clock.now()
    assert visitor.post(resend).status_code == 409
    assert visitor.post(f"{base}/{webhook.public_id}/enable").status_code == 303
    assert visitor.post(resend).status_code == 303
    assert db.session.get_one(WebhookDelivery, delivery.id).state == DeliveryState.WAITING
    assert visitor.post(f"{base}/{webhook.public_id}/remove").status_code == 303
    assert visitor.get(f"{base}/{webhook.public_id}").status_code == 404


def test_another_organisation_finds_nothing(visitor: Visitor, employer: Organisation) -> None:
    webhook, other = make_webhook(employer), make_employer()
    sign_in(visitor, make_member(other))
    for organisation in (employer, other):
        assert visitor.get(f"/organisations/{organisation.public_id}/webhooks/{webhook.public_id}").status_code == 404
    program = Program(visitor, make_token(other)[1])
    assert program.ask("DELETE", f"/employer/webhooks/{webhook.public_id}").status_code == 404
