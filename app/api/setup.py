"""Connects the JSON interface to the application."""

from __future__ import annotations

from flask import Flask

from app.api import conformance_views
from app.api.verification_views import blueprint
from app.certificates import conformance_service


def init_app(app: Flask) -> None:
    """Register version 1, and the conformance profile, whose addresses answer only where it is switched on."""
    if app.config["IEUM_CONFORMANCE"]:
        conformance_service.require_packages()
    app.register_blueprint(blueprint)
    app.register_blueprint(conformance_views.blueprint)
