"""Webhooks by program: `/api/v1/employer/webhooks`."""

from __future__ import annotations

from flask import Response

from app.api import webhook_service as service
from app.api.blueprints import v1
from app.api.operations import Operation, operation, tell
from app.api.token_models import Scope
from app.api.webhook_bodies import WebhookMade, WebhookNew, WebhooksTold, webhook_told
from app.api.webhook_queries import own_organisation, webhook_of, webhooks_of
from app.core import clock
from app.core.access import current_actor, token

_WRITE = token(Scope.WEBHOOKS_WRITE)


@v1.get("/employer/webhooks")
@operation(Operation("listWebhooks", "List one's own webhooks", "Webhooks", WebhooksTold, permission=_WRITE))
def list_webhooks() -> Response:
    return tell(WebhooksTold(items=[webhook_told(w) for w in webhooks_of(own_organisation(current_actor()))]))


@v1.post("/employer/webhooks")
@operation(
    Operation(
        "createWebhook",
        "Register an address that is told of events",
        "Webhooks",
        WebhookMade,
        201,
        body=WebhookNew,
        problems=(409,),
        permission=_WRITE,
    )
)
def create_webhook(body: WebhookNew) -> Response:
    actor = current_actor()
    webhook, secret = service.register_webhook(own_organisation(actor), body.url, body.events, actor, clock.now())
    return tell(WebhookMade(**webhook_told(webhook).model_dump(), secret=secret), 201)


@v1.delete("/employer/webhooks/<webhook_id>")
@operation(Operation("removeWebhook", "Remove a webhook", "Webhooks", None, 204, problems=(404,), permission=_WRITE))
def remove_webhook(webhook_id: str) -> Response:
    actor = current_actor()
    service.remove_webhook(webhook_of(own_organisation(actor), webhook_id), actor, clock.now())
    return Response(status=204)
