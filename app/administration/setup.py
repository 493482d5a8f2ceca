"""Connects administration to the application."""

from __future__ import annotations

from flask import Flask

from app.administration import commands


def init_app(app: Flask) -> None:
    """Register the staff commands."""
    commands.init_app(app)
