"""Connects the portfolio to the application."""

from __future__ import annotations

from flask import Flask

from app.core.i18n import _l
from app.core.templating import add_navigation
from app.portfolio.views import blueprint


def init_app(app: Flask) -> None:
    """Register the portfolio's pages and its navigation entry, for accounts that belong to a person."""
    app.register_blueprint(blueprint)
    add_navigation(app, _l("내 포트폴리오"), "portfolio.index", 10, lambda actor: actor.person_id is not None)
