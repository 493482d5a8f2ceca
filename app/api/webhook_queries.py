"""Webhooks and their messages, for those who manage them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select

from app.accounts.models import WRITING_ROLES, Organisation
from app.api.webhook_models import Webhook, WebhookDelivery
from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFound


def webhooks_of(organisation: Organisation) -> Sequence[Webhook]:
    """Answer the organisation's webhooks, the newest first."""
    rows = select(Webhook).where(Webhook.organisation_id == organisation.id, Webhook.removed_at.is_(None))
    return db.session.scalars(rows.order_by(Webhook.id.desc())).all()


def webhook_of(organisation: Organisation, public_id: str) -> Webhook:
    """Answer one webhook of the organisation. Raises `NotFound`."""
    rows = select(Webhook).where(Webhook.organisation_id == organisation.id, Webhook.removed_at.is_(None))
    webhook = db.session.scalars(rows.where(Webhook.public_id == public_id)).one_or_none()
    if webhook is None:
        raise NotFound
    return webhook


def deliveries_of(webhook: Webhook) -> Select[WebhookDelivery]:
    """Select the messages to a webhook, the newest first."""
    return select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id).order_by(WebhookDelivery.id.desc())


def delivery_of(webhook: Webhook, public_id: str) -> WebhookDelivery:
    """Answer one message to a webhook. Raises `NotFound`."""
    delivery = db.session.scalars(deliveries_of(webhook).where(WebhookDelivery.public_id == public_id)).one_or_none()
    if delivery is None:
        raise NotFound
    return delivery


def own_organisation(actor: Actor) -> Organisation:
    """Answer the one organisation that a token acts for. Raises `NotFound` for an actor of none."""
    ids = actor.organisation_ids(roles=WRITING_ROLES)
    found = db.session.get(Organisation, ids[0]) if ids else None
    if found is None:
        raise NotFound
    return found
