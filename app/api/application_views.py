"""Applications for one's own openings: `/api/v1/employer/applications`, and those of one opening."""

from __future__ import annotations

from flask import Response

from app.api import application_queries as queries
from app.api.application_answers import told
from app.api.application_bodies import ApplicationsTold, ApplicationsWanted, ApplicationTold, StageChange
from app.api.blueprints import v1
from app.api.operations import Operation, operation, tell
from app.api.paging import tell_page
from app.api.stage_service import change_stage
from app.api.token_models import Scope
from app.core import clock
from app.core.access import current_actor, token
from app.core.i18n import _l
from app.jobs.application_words import Stage
from app.jobs.scope import find_own_opening

_READ, _WRITE = token(Scope.APPLICATIONS_READ), token(Scope.APPLICATIONS_WRITE)
_SHOWN = _l("지원서와 지원자의 연락처")


@v1.get("/employer/openings/<opening_id>/applications")
@operation(
    Operation(
        "listApplications",
        "List the applications for one's own opening, the newest first",
        "Applications",
        ApplicationsTold,
        paged=True,
        query=ApplicationsWanted,
        problems=(404, 422),
        permission=_READ,
    ),
    shows=_SHOWN,
)
def list_applications(opening_id: str, query: ApplicationsWanted) -> Response:
    opening, at = find_own_opening(opening_id, current_actor()), clock.now()
    found = queries.applications_for(opening, query)
    items = [told(application, opening, at) for application in found.items]
    return tell_page(ApplicationsTold(items=items, next_cursor=found.next_cursor), found.next_cursor, is_public=False)


@v1.get("/employer/applications/<application_id>")
@operation(
    Operation(
        "getApplication",
        "Read an application for one's own opening",
        "Applications",
        ApplicationTold,
        problems=(404,),
        permission=_READ,
    ),
    shows=_SHOWN,
)
def get_application(application_id: str) -> Response:
    application = queries.own_application(application_id, current_actor())
    return tell(told(application, application.opening, clock.now()))


@v1.post("/employer/applications/<application_id>/stage")
@operation(
    Operation(
        "changeStage",
        "Move an application to another stage",
        "Applications",
        ApplicationTold,
        body=StageChange,
        problems=(404, 409),
        permission=_WRITE,
    ),
    shows=_SHOWN,
)
def move_application(application_id: str, body: StageChange) -> Response:
    actor, at = current_actor(), clock.now()
    application = queries.own_application(application_id, actor, to_write=True)
    change_stage(application, body.seen, Stage(body.stage.value), actor, at)
    return tell(told(application, application.opening, at))
