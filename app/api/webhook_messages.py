"""Stores the messages to webhooks, in the transaction of what they tell of."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from app.api.webhook_models import DeliveryState, Webhook, WebhookDelivery, WebhookEvent
from app.core.clock import iso_utc
from app.core.db import db, new_public_id
from app.core.jobs import wake
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.opening_models import Opening
from app.jobs.opening_words import OpeningState
from app.jobs.signals import application_moved, opening_moved

_OPENING_EVENTS = {
    "publish": WebhookEvent.OPENING_PUBLISHED,
    "reopen": WebhookEvent.OPENING_PUBLISHED,
    "close": WebhookEvent.OPENING_CLOSED,
    "fill": WebhookEvent.OPENING_CLOSED,
}


@opening_moved.connect
def on_opening(opening: Opening, *, action: str, at: datetime, **_more: Any) -> None:
    """Tell of an opening that everybody can see, or could until now."""
    event = _OPENING_EVENTS.get(action)
    if action == "change" and opening.state == OpeningState.PUBLISHED:
        event = WebhookEvent.OPENING_CHANGED
    if event is not None and opening.organisation_id is not None:
        ids = {"opening_id": opening.public_id, "version": opening.version}
        store(db.session.connection(), opening.organisation_id, event, ids, at)


@application_moved.connect
def on_application(_sender: Any, *, connection: Connection, event: ApplicationEvent, hands_in: bool) -> None:
    """Tell that an application was handed in (again), taken back, or moved on."""
    applications, openings = Application.__table__.c, Opening.__table__.c
    about = select(applications.public_id, applications.organisation_id, openings.public_id).where(
        applications.id == event.application_id, openings.id == applications.opening_id
    )
    application_id, organisation_id, opening_id = connection.execute(about).one()
    ids = {"application_id": application_id, "opening_id": opening_id, "stage": str(event.stage)}
    store(connection, organisation_id, _application_event(event, hands_in=hands_in), ids, event.at)


def store(
    connection: Connection, organisation_id: int, event: WebhookEvent, data: dict[str, Any], at: datetime
) -> None:
    """Store one message for each webhook of the organisation that wants to be told of this."""
    webhooks = Webhook.__table__.c
    wanting = select(webhooks.id, webhooks.events).where(
        webhooks.organisation_id == organisation_id, webhooks.disabled_at.is_(None), webhooks.removed_at.is_(None)
    )
    ids = [row.id for row in connection.execute(wanting) if event.value in row.events]
    if not ids:
        return
    body = json.dumps({"type": event.value, "timestamp": iso_utc(at), "data": data}, separators=(",", ":"))
    row = {"event": event.value, "body": body, "created_at": at, "not_before": at, "attempts": 0, "error": ""}
    row["state"] = DeliveryState.WAITING.value
    rows = [{**row, "webhook_id": webhook_id, "public_id": new_public_id()} for webhook_id in ids]
    connection.execute(insert(WebhookDelivery), rows)
    wake("webhooks")


def _application_event(event: ApplicationEvent, *, hands_in: bool) -> WebhookEvent:
    if hands_in:
        return WebhookEvent.APPLICATION_RECEIVED
    if event.stage == Stage.WITHDRAWN:
        return WebhookEvent.APPLICATION_WITHDRAWN
    return WebhookEvent.APPLICATION_STAGE_CHANGED
