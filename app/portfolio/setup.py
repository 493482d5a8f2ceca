"""Connects the portfolio to the application."""

from __future__ import annotations

from flask import Flask

from app.accounts import throttle
from app.accounts.signals import account_closed
from app.core.i18n import _l
from app.core.templating import add_navigation
from app.portfolio import (
    experience_service,
    experience_views,
    foreign_badge_job,
    foreign_badge_service,
    foreign_badge_views,
)
from app.portfolio.views import blueprint

# Importing a module of views hangs its routes on the blueprint; importing a job registers its stored work.
PARTS = (foreign_badge_views, foreign_badge_job, experience_views)


def init_app(app: Flask) -> None:
    """Register the portfolio's pages and its navigation entry, for accounts that belong to a person."""
    throttle.LIMITS.update(foreign_badge_service.LIMITS)
    account_closed.connect(foreign_badge_service.forget_badges)
    account_closed.connect(experience_service.forget_experiences)
    app.register_blueprint(blueprint)
    add_navigation(app, _l("내 포트폴리오"), "portfolio.index", 10, lambda actor: actor.person_id is not None)
