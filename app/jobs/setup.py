"""Connects the job board to the application."""

from __future__ import annotations

from flask import Flask

from app.core.i18n import _l
from app.core.templating import add_navigation
from app.jobs import (
    application_models,
    blueprints,
    hiring_views,
    opening_views,
    requirement_views,
    review_views,
    wording,
)
from app.jobs.scope import OFFICE, hires

# Importing a module of views hangs its routes on the blueprint; importing a job registers its stored work.
PARTS = (application_models, opening_views, hiring_views, requirement_views, review_views)


def init_app(app: Flask) -> None:
    """Register the job board's pages, filters and navigation."""
    for blueprint in blueprints.ALL:
        app.register_blueprint(blueprint)
    app.jinja_env.filters.update(wording.FILTERS)
    add_navigation(app, _l("채용공고"), "openings.index", 20, lambda actor: True)
    add_navigation(app, _l("채용 관리"), "hiring.index", 15, hires)
    add_navigation(
        app, _l("공고 검토"), "opening_reviews.index", 16, lambda actor: bool(actor.organisation_ids((OFFICE,)))
    )
