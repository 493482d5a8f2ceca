"""Connects the JSON interface to the application."""

from __future__ import annotations

from flask import Flask

from app.api import conformance_views
from app.api.verification_views import blueprint


def init_app(app: Flask) -> None:
    """Register version 1, and the conformance profile, whose addresses answer only where it is switched on."""
    app.register_blueprint(blueprint)
    app.register_blueprint(conformance_views.blueprint)
