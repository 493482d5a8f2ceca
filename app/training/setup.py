"""Registers training with the application."""

from __future__ import annotations

from flask import Flask

from app.core.i18n import _l
from app.core.templating import add_navigation
from app.training import (
    attendance_views,
    blueprints,
    cohort_change_views,
    cohort_views,
    commands,
    correction_request_queries,
    correction_request_views,
    course_views,
    dashboard_views,
    export_views,
    person_correction_views,
    person_views,
    plan_views,
    roster_views,
)
from app.training.scope import belongs_to_centre

# Importing a view module is what hangs its routes on the blueprint.
VIEWS = (
    attendance_views,
    cohort_change_views,
    cohort_views,
    correction_request_views,
    course_views,
    dashboard_views,
    export_views,
    person_correction_views,
    person_views,
    plan_views,
    roster_views,
)


def init_app(app: Flask) -> None:
    """Connect this domain to the application."""
    app.register_blueprint(blueprints.centre)
    app.register_blueprint(blueprints.courses)
    app.register_blueprint(blueprints.cohorts)
    app.register_blueprint(blueprints.correction_requests)
    app.cli.add_command(commands.training)
    add_navigation(app, _l("교육 현황"), "centre.index", 10, belongs_to_centre)
    add_navigation(app, _l("기수 목록"), "cohorts.index", 20, belongs_to_centre)
    add_navigation(app, _l("과정 목록"), "courses.index", 30, belongs_to_centre)
    add_navigation(
        app,
        _l("정정요청"),
        "correction_requests.index",
        40,
        belongs_to_centre,
        count=correction_request_queries.unanswered,
    )
