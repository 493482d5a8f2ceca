"""The office's and the training centres' view of what to teach: `/training-needs`."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.models import OrganisationKind
from app.core import clock
from app.core.access import member, requires
from app.jobs.blueprints import training_needs
from app.jobs.matching import match_queries
from app.jobs.matching.matching_views import page_of
from app.training.models import CourseKind


@training_needs.get("")
@requires(member(OrganisationKind.OFFICE.value, OrganisationKind.TRAINING_CENTRE.value))
def index() -> ResponseReturnValue:
    looked_at = match_queries.needs_of_training(clock.now())
    return render_template(
        "jobs/matching/training_needs.html",
        page=page_of(looked_at.needs, request.args.get("page", 1, type=int)),
        looked_at=looked_at,
        kinds=CourseKind,
    )
