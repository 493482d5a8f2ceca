"""Tokens, and requests that show one."""

from __future__ import annotations

import json
from typing import Any

from app.accounts.models import MembershipRole, Organisation
from app.api.token_models import ApiToken, Scope
from app.api.token_service import create_token
from app.api.webhook_models import DeliveryState, Webhook, WebhookDelivery, WebhookEvent
from app.api.webhook_service import register_webhook
from app.core import clock
from app.core.access import Actor, ActorMembership
from app.core.db import db
from tests.conftest import Visitor
from tests.factories.foreign_host import HOST


def make_token(
    organisation: Organisation, *scopes: Scope, days: int = 90, name: str = "HR system"
) -> tuple[ApiToken, str]:
    """Store a token of the organisation with these scopes (none named: all); answer it with its text."""
    membership = ActorMembership(organisation.id, organisation.kind, MembershipRole.MANAGER.value)
    manager = Actor(memberships=(membership,), label="test")
    token, text = create_token(manager, organisation.public_id, name, scopes or set(Scope), days, clock.now())
    db.session.commit()
    return token, text


def make_webhook(
    organisation: Organisation,
    *events: WebhookEvent,
    url: str = f"https://{HOST}/hook",
    disabled: bool = False,
) -> Webhook:
    """Store a webhook of the organisation for these events (none named: all)."""
    actor = Actor.command("test")
    webhook, _secret = register_webhook(organisation, url, events or set(WebhookEvent), actor, clock.now())
    webhook.disabled_at = clock.now() if disabled else None
    db.session.commit()
    return webhook


def make_delivery(webhook: Webhook, state: str = DeliveryState.FAILED) -> WebhookDelivery:
    """Store a message to a webhook."""
    now = clock.now()
    delivery = WebhookDelivery(webhook_id=webhook.id, event=WebhookEvent.OPENING_CLOSED, body="{}", created_at=now)
    delivery.state, delivery.not_before = state, now
    db.session.add(delivery)
    db.session.commit()
    return delivery


class Program:
    """A program that calls the interface with its token, or without one."""

    def __init__(self, visitor: Visitor, text: str = "") -> None:
        self._visitor = visitor
        self._headers = {"Authorization": f"Bearer {text}"} if text else {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Answer what `/api/v1` + path answers; names of headers are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent: dict[str, Any] = {"headers": {**self._headers, **named}}
        if body is not None:
            sent |= {"data": body if isinstance(body, bytes | str) else json.dumps(body)}
            sent |= {"content_type": named.get("Content-Type", "application/json")}
        return self._visitor.open(f"/api/v1{path}", method=method, **sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("PATCH", path, body, **headers)
