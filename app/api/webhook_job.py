"""Sends the messages to webhooks: each under a claim, without a transaction meanwhile, again for three days.

A try is counted before it is made. Should the worker die while it sends, the message is sent again after the same
wait, under the same id: the receiver gets it at least once and can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.accounts.queries import managers_of
from app.accounts.tokens import absolute_url
from app.api.webhook_models import DeliveryState, Webhook, WebhookDelivery
from app.api.webhook_service import give_up_waiting, host_of, secret_of
from app.api.webhook_signature import headers_for
from app.core import audit
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.core.foreign_fetch import Fetcher, FetchError
from app.core.holding import hold
from app.core.jobs import job, wake
from app.core.mail import send_later

Post = Callable[[str, bytes, Mapping[str, str]], int]

# Minutes until the next try after each; together three days.
WAITS = (1, 5, 30, 120, 300, 600, 840, 1200, 1200)
OFF_AFTER = timedelta(days=2, hours=23)
KEPT_FOR = timedelta(days=30)
# One run sends no more, so that slow receivers cannot keep other slow work waiting for long.
MAX_A_RUN = 20
GONE = 410
WORKER = Actor.command("worker: webhooks")
_POST: Post = Fetcher(seconds=5.0, most_bytes=4096).post


@dataclass(frozen=True)
class Sending:
    """One message that this worker has taken."""

    delivery_id: int
    url: str
    body: bytes
    headers: Mapping[str, str]


@job("webhooks", slow=True)
def deliver_waiting(at: datetime) -> None:
    """Send every message whose time has come."""
    deliver(at, _POST)


def deliver(at: datetime, post: Post) -> None:
    """Send what waits with `post`; whoever fails once in a run is left in peace until the next."""
    waiting = select(WebhookDelivery.id, WebhookDelivery.webhook_id).join(WebhookDelivery.webhook)
    waiting = waiting.where(
        WebhookDelivery.state == DeliveryState.WAITING.value,
        WebhookDelivery.not_before <= at,
        Webhook.disabled_at.is_(None),
        Webhook.removed_at.is_(None),
    )
    found = db.session.execute(waiting.order_by(WebhookDelivery.not_before, WebhookDelivery.id)).all()
    db.session.rollback()
    failed, tries = set[int](), 0
    for delivery_id, webhook_id in found:
        if webhook_id in failed:
            continue
        if tries == MAX_A_RUN:
            with unit_of_work():
                wake("webhooks")
            break
        tries += 1
        if not _deliver_one(delivery_id, at, post):
            failed.add(webhook_id)
    with unit_of_work():
        old = WebhookDelivery.created_at < at - KEPT_FOR
        db.session.execute(delete(WebhookDelivery).where(old, WebhookDelivery.state != DeliveryState.WAITING.value))


def _deliver_one(delivery_id: int, at: datetime, post: Post) -> bool:
    with unit_of_work():
        sending = _take(delivery_id, at)
    if sending is None:
        return True
    status, error = None, ""
    try:
        status = post(sending.url, sending.body, sending.headers)
    except FetchError as refusal:
        error = refusal.code
    with unit_of_work():
        return _note(sending.delivery_id, status, error, at)


def _take(delivery_id: int, at: datetime) -> Sending | None:
    claim = select(WebhookDelivery).where(
        WebhookDelivery.id == delivery_id,
        WebhookDelivery.state == DeliveryState.WAITING.value,
        WebhookDelivery.not_before <= at,
    )
    delivery = db.session.scalars(claim.with_for_update(skip_locked=True)).one_or_none()
    if delivery is None or delivery.webhook.disabled_at is not None or delivery.webhook.removed_at is not None:
        return None
    delivery.not_before = at + timedelta(minutes=WAITS[min(delivery.attempts, len(WAITS) - 1)])
    delivery.attempts += 1
    body = delivery.body.encode()
    headers = headers_for(f"msg_{delivery.public_id}", body, secret_of(delivery.webhook), at)
    return Sending(delivery.id, delivery.webhook.url, body, headers)


def _note(delivery_id: int, status: int | None, error: str, at: datetime) -> bool:
    """Keep how a try ended; answer whether the message has arrived."""
    delivery = db.session.get_one(WebhookDelivery, delivery_id)
    webhook = delivery.webhook
    # The whole before its part, as whoever removes the webhook at this moment does.
    hold(webhook)
    hold(delivery)
    delivery.status, delivery.error = status, error
    if status is not None and 200 <= status < 300:
        delivery.state, delivery.delivered_at, webhook.failing_since = DeliveryState.DELIVERED, at, None
        return True
    webhook.failing_since = webhook.failing_since or at
    if delivery.attempts > len(WAITS):
        delivery.state = DeliveryState.FAILED
    if webhook.disabled_at is None and (status == GONE or at - webhook.failing_since >= OFF_AFTER):
        _switch_off(webhook, at)
    return False


def _switch_off(webhook: Webhook, at: datetime) -> None:
    webhook.disabled_at = at
    give_up_waiting(webhook)
    audit.record(WORKER, "webhook.disable", webhook, at=at)
    page = absolute_url("webhooks.index", public_id=webhook.organisation.public_id)
    for manager in managers_of(webhook.organisation):
        send_later(
            manager.email,
            "webhook_disabled",
            at,
            language=manager.language,
            organisation=webhook.organisation.name,
            address=host_of(webhook),
            page=page,
        )
