"""Connects the JSON interface to the application."""

from __future__ import annotations

from flask import Flask

from app.api import (
    admission,
    application_views,
    blueprints,
    bulk_views,
    conformance_views,
    developer_views,
    document_views,
    idempotency_service,
    opening_views,
    token_views,
    webhook_api_views,
    webhook_job,
    webhook_messages,
    webhook_views,
)
from app.api.token_models import Scope
from app.api.verification_views import blueprint
from app.api.webhook_models import DeliveryState, WebhookEvent
from app.core.security import csrf
from app.jobs.job_signals import application_destroyed

# Importing a module of views hangs its routes on the blueprint, and a job's module registers its stored work.
PARTS = (
    document_views,
    opening_views,
    application_views,
    bulk_views,
    token_views,
    webhook_api_views,
    webhook_job,
    webhook_messages,
    webhook_views,
    developer_views,
)


def init_app(app: Flask) -> None:
    """Register version 1, and the conformance profile, whose addresses answer only where it is switched on."""
    app.register_blueprint(blueprint)
    app.register_blueprint(conformance_views.blueprint)
    # Programs show a token with every request and no cookie: there is no session that somebody else could ride on.
    csrf.exempt(blueprints.v1)
    for part in (blueprints.v1, blueprints.tokens, blueprints.webhooks, blueprints.developers):
        app.register_blueprint(part)
    admission.init_app(app)
    application_destroyed.connect(idempotency_service.forget_application)
    app.jinja_env.filters.update(
        api_scope=lambda scope: Scope(scope).label,
        webhook_event=lambda event: WebhookEvent(event).label,
        delivery_state=lambda delivery: DeliveryState(delivery.state).label,
    )
