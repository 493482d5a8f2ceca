"""Webhooks of an organisation: registered, removed, switched on again; messages sent once more."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from app.accounts.models import Organisation
from app.api.webhook_models import DeliveryState, Webhook, WebhookDelivery, WebhookEvent
from app.api.webhook_queries import webhooks_of
from app.core import audit
from app.core.access import Actor
from app.core.db import db, new_public_id
from app.core.errors import Conflict, Invalid
from app.core.holding import SECOND_CLICK, hold, hold_new
from app.core.i18n import _l
from app.core.jobs import wake
from app.core.public_addresses import NotPublic, target_of
from app.core.sealing import seal, seals, unseal

MOST = 10
_SECRET_BYTES = 24


def register_webhook(
    organisation: Organisation, url: str, events: Collection[str], actor: Actor, at: datetime, new_id: str = ""
) -> tuple[Webhook, str]:
    """Register an address of this organisation's; answer it with its secret, which nobody can read again.

    `new_id` is what its page calls it: the same once more, of a second click, is the one that is there.
    Raises `Invalid` for an address that is no public https one, `Conflict` when there are ten already.
    """
    wanted = [event.value for event in WebhookEvent if event in set(events)]
    if not wanted:
        raise Invalid(_l("알림을 받을 일을 하나 이상 골라 주세요."))
    try:
        host = target_of(url).host
    except NotPublic:
        raise Invalid(_l("https로 시작하는 공개된 주소만 쓸 수 있어요. 포트와 아이디는 넣을 수 없어요.")) from None
    # Two who register at once count one after the other.
    hold(organisation)
    made = hold_new(Webhook, new_id) if new_id else None
    if made is not None and _is_just_that(made, organisation, url, wanted, at):
        return made, _spell(secret_of(made))
    if len(webhooks_of(organisation)) >= MOST:
        raise Conflict(_l("웹훅은 10개까지 쓸 수 있어요. 쓰지 않는 것을 먼저 없애 주세요."))
    public_id = new_id if new_id and made is None else new_public_id()
    secret = secrets.token_bytes(_SECRET_BYTES)
    webhook = Webhook(public_id=public_id, organisation_id=organisation.id, url=url, events=wanted, created_at=at)
    webhook.sealed_secret = seal(secret, _purpose(public_id))
    db.session.add(webhook)
    db.session.flush()
    audit.record(actor, "webhook.create", webhook, at=at, after={"host": host, "events": wanted})
    return webhook, _spell(secret)


def _is_just_that(made: Webhook, organisation: Organisation, url: str, wanted: list[str], at: datetime) -> bool:
    same = (made.organisation_id, made.url, made.events, made.removed_at) == (organisation.id, url, wanted, None)
    return same and at - made.created_at < SECOND_CLICK


def _spell(secret: bytes) -> str:
    return "whsec_" + base64.b64encode(secret).decode()


def remove_webhook(webhook: Webhook, actor: Actor, at: datetime) -> None:
    """Tell this address nothing any more; what waits for it is dropped."""
    hold(webhook)
    if webhook.removed_at is not None:
        return
    webhook.removed_at = at
    give_up_waiting(webhook)
    db.session.flush()
    audit.record(actor, "webhook.remove", webhook, at=at, before={"host": host_of(webhook)})


def enable_webhook(webhook: Webhook, actor: Actor, at: datetime) -> None:
    """Switch on again what has failed for too long."""
    hold(webhook)
    if webhook.disabled_at is None:
        return
    webhook.disabled_at = webhook.failing_since = None
    db.session.flush()
    audit.record(actor, "webhook.enable", webhook, at=at)


def resend(delivery: WebhookDelivery, actor: Actor, at: datetime) -> None:
    """Send a message again, under the same id. Raises `Conflict` while its webhook is off."""
    hold(delivery.webhook)
    hold(delivery)
    if delivery.webhook.disabled_at is not None or delivery.webhook.removed_at is not None:
        raise Conflict(_l("멈춘 웹훅이에요. 먼저 다시 켜 주세요."))
    delivery.state, delivery.attempts, delivery.not_before, delivery.error = DeliveryState.WAITING, 0, at, ""
    db.session.flush()
    audit.record(actor, "webhook.resend", delivery, at=at)
    wake("webhooks")


def host_of(webhook: Webhook) -> str:
    """Answer whom a webhook tells: path and query may carry a secret of the other side's, for its managers alone."""
    return target_of(webhook.url).host


def give_up_waiting(webhook: Webhook) -> None:
    """Mark what waits for an address that is off; it stays in the list and can be sent again."""
    waiting = update(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.state == DeliveryState.WAITING.value
    )
    db.session.execute(waiting.values(state=DeliveryState.FAILED.value, error="off"))


def secret_of(webhook: Webhook) -> bytes:
    """Open the secret that signs this webhook's messages: for the worker."""
    return unseal(webhook.sealed_secret, _purpose(webhook.public_id))


def _purpose(public_id: str) -> str:
    return f"webhook {public_id}"


@seals
def webhooks_are_sealed() -> bool:
    """Tell whether there is a secret that only this instance's key opens."""
    return db.session.scalar(select(Webhook.id).limit(1)) is not None
