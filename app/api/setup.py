"""Connects the JSON interface to the application."""

from __future__ import annotations

from flask import Flask

from app.api.verification_views import blueprint


def init_app(app: Flask) -> None:
    """Register version 1."""
    app.register_blueprint(blueprint)
