"""Openings for everybody and for their employers: `/api/v1/openings`, `/api/v1/employer/openings`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, current_app

from app.accounts.tokens import absolute_url
from app.api import opening_queries as queries
from app.api.blueprints import v1
from app.api.opening_bodies import (
    OpeningChange,
    OpeningNew,
    OpeningsTold,
    OpeningsWanted,
    OpeningTold,
    OwnOpeningsTold,
    OwnOpeningsWanted,
    OwnOpeningTold,
    PublishWanted,
    opening_told,
    own_opening_told,
)
from app.api.operations import Operation, operation, tell
from app.api.paging import revalidated, tell_page
from app.api.requests import etag_of, require_version
from app.api.token_models import Scope
from app.core import clock
from app.core.access import Actor, current_actor, token
from app.core.errors import Denied
from app.core.i18n import _l
from app.jobs.opening_models import Opening
from app.jobs.openings import opening_service as service
from app.jobs.openings.opening_fields import OpeningFields
from app.jobs.openings.opening_queries import public_opening
from app.jobs.openings.requirement_service import replace_requirements
from app.jobs.scope import employers_to_write, find_own_opening

_READ, _WRITE = token(Scope.OPENINGS_READ), token(Scope.OPENINGS_WRITE)


@v1.get("/openings")
@operation(
    Operation(
        "listOpenings",
        "List the openings that are open now",
        "Openings",
        OpeningsTold,
        paged=True,
        query=OpeningsWanted,
        problems=(422,),
    )
)
def list_openings(query: OpeningsWanted) -> Response:
    found = queries.published_openings(query, clock.now())
    items = [opening_told(opening, _page(opening)) for opening in found.items]
    return tell_page(OpeningsTold(items=items, next_cursor=found.next_cursor), found.next_cursor, is_public=True)


@v1.get("/openings/<opening_id>")
@operation(
    Operation(
        "getOpening",
        "Read an opening that is or was published",
        "Openings",
        OpeningTold,
        versioned=True,
        problems=(404,),
    )
)
def get_opening(opening_id: str) -> Response:
    opening = public_opening(opening_id)
    response = tell(opening_told(opening, _page(opening)), headers={"ETag": etag_of(opening.version)})
    return revalidated(response, is_public=True)


@v1.get("/employer/openings")
@operation(
    Operation(
        "listOwnOpenings",
        "List one's own openings, drafts too",
        "Own openings",
        OwnOpeningsTold,
        paged=True,
        query=OwnOpeningsWanted,
        problems=(422,),
        permission=_READ,
    )
)
def list_own_openings(query: OwnOpeningsWanted) -> Response:
    found = queries.own_openings(current_actor(), query)
    items = [own_opening_told(opening, _page(opening)) for opening in found.items]
    return tell_page(OwnOpeningsTold(items=items, next_cursor=found.next_cursor), found.next_cursor, is_public=False)


@v1.get("/employer/openings/<opening_id>")
@operation(
    Operation(
        "getOwnOpening",
        "Read one's own opening",
        "Own openings",
        OwnOpeningTold,
        versioned=True,
        problems=(404,),
        permission=_READ,
    )
)
def get_own_opening(opening_id: str) -> Response:
    return revalidated(_told(find_own_opening(opening_id, current_actor())), is_public=False)


@v1.post("/employer/openings")
@operation(
    Operation(
        "createOpening",
        "Store a draft",
        "Own openings",
        OwnOpeningTold,
        201,
        body=OpeningNew,
        versioned=True,
        problems=(403, 422),
        permission=_WRITE,
    )
)
def create_opening(body: OpeningNew) -> Response:
    actor = current_actor()
    employer = next(iter(employers_to_write(actor)), None)
    if employer is None:
        raise Denied(_l("구인기업과 현장지원센터만 공고를 올릴 수 있어요."))
    fields, asked, at = body.onto(OpeningFields("", employer.name)), body.asked(), clock.now()
    opening = service.draft_opening(employer, fields, actor, at)
    if asked:
        replace_requirements(opening, asked, actor, at)
    return _told(opening, 201, {"Location": absolute_url("api_v1.get_own_opening", opening_id=opening.public_id)})


@v1.patch("/employer/openings/<opening_id>")
@operation(
    Operation(
        "changeOpening",
        "Change one's own opening",
        "Own openings",
        OwnOpeningTold,
        body=OpeningChange,
        versioned=True,
        changes_version=True,
        problems=(404, 409, 422),
        permission=_WRITE,
    )
)
def change_opening(opening_id: str, body: OpeningChange) -> Response:
    opening = queries.opening_to_change(opening_id, current_actor())
    require_version(opening.version)
    fields, asked, at = body.onto(OpeningFields.of(opening)), body.asked(), clock.now()
    service.change_opening(opening, fields, opening.version, current_actor(), at)
    if asked is not None:
        replace_requirements(opening, asked, current_actor(), at)
    return _told(opening)


@v1.post("/employer/openings/<opening_id>/publish")
@operation(
    Operation(
        "publishOpening",
        "Publish a draft, or hand it in for review where that is asked for",
        "Own openings",
        OwnOpeningTold,
        query=PublishWanted,
        versioned=True,
        problems=(404, 409),
        permission=_WRITE,
    )
)
def publish_opening(opening_id: str, query: PublishWanted) -> Response:
    review, confirmed = bool(current_app.config["IEUM_OPENING_REVIEW"]), query.confirmed
    return _move(
        opening_id, lambda opening, actor, at: service.submit_opening(opening, review, actor, at, confirmed=confirmed)
    )


@v1.post("/employer/openings/<opening_id>/close")
@operation(
    Operation(
        "closeOpening",
        "End the taking of applications",
        "Own openings",
        OwnOpeningTold,
        versioned=True,
        problems=(404, 409),
        permission=_WRITE,
    )
)
def close_opening(opening_id: str) -> Response:
    return _move(opening_id, service.close_opening)


@v1.post("/employer/openings/<opening_id>/fill")
@operation(
    Operation(
        "fillOpening",
        "Say that everybody wanted has been found",
        "Own openings",
        OwnOpeningTold,
        versioned=True,
        problems=(404, 409),
        permission=_WRITE,
    )
)
def fill_opening(opening_id: str) -> Response:
    return _move(opening_id, service.fill_opening)


def _move(opening_id: str, act: Callable[[Opening, Actor, datetime], None]) -> Response:
    opening = queries.opening_to_change(opening_id, current_actor())
    act(opening, current_actor(), clock.now())
    return _told(opening)


def _told(opening: Opening, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    told = own_opening_told(opening, _page(opening))
    return tell(told, status, {"ETag": etag_of(opening.version), **(headers or {})})


def _page(opening: Opening) -> str:
    return absolute_url("openings.show", opening_id=opening.public_id)
