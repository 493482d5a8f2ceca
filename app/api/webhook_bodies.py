"""Webhooks over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.api.bodies import Body, PublicId, as_moment
from app.api.webhook_models import Webhook, WebhookEvent

Url = Annotated[str, Field(pattern=r"^https://[!-~]{1,400}$")]


class WebhookNew(Body):
    """An address on the public internet (https, port 443) that wants to be told of these events."""

    url: Url
    events: Annotated[list[WebhookEvent], Field(min_length=1, max_length=20)]


class WebhookTold(Body):
    """A webhook. `failing_since`: nothing has arrived since; `disabled_at`: it is off."""

    id: PublicId
    url: str
    events: list[WebhookEvent]
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None


class WebhookMade(WebhookTold):
    """A new webhook, with the secret that signs its messages (Standard Webhooks). It is not told again."""

    secret: str


class WebhooksTold(Body):
    """All webhooks of the organisation."""

    items: list[WebhookTold]


def webhook_told(webhook: Webhook) -> WebhookTold:
    """Write a webhook."""
    return WebhookTold(
        id=webhook.public_id,
        url=webhook.url,
        events=[WebhookEvent(event) for event in webhook.events],
        created_at=as_moment(webhook.created_at) or webhook.created_at,
        failing_since=as_moment(webhook.failing_since),
        disabled_at=as_moment(webhook.disabled_at),
    )
