"""`/developers`: how another program connects, for people."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.api import admission, openapi
from app.api.blueprints import developers
from app.api.token_models import Scope
from app.api.webhook_models import WebhookEvent
from app.core.access import public, requires


@developers.get("")
@requires(public())
def index() -> ResponseReturnValue:
    return render_template(
        "api/developers.html",
        operations=openapi.summary(),
        scopes=Scope,
        events=WebhookEvent,
        documents_per_token=f"{admission.DOCUMENTS_PER_TOKEN.amount:,}",
        documents_per_organisation=f"{admission.DOCUMENTS_PER_ORGANISATION.amount:,}",
    )
