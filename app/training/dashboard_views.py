"""The centre's first page: what runs now and what needs doing next."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires
from app.training import progress_queries
from app.training.blueprints import centre
from app.training.progress_queries import Step
from app.training.scope import may_look


@centre.get("")
@requires(may_look())
def index() -> ResponseReturnValue:
    dashboard = progress_queries.dashboard(current_actor(), clock.seoul_date(clock.now()))
    return render_template("training/dashboard.html", dashboard=dashboard, Step=Step)
