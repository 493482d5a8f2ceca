"""How a page of a list is answered: with `Link` to the next one, and an entity tag. Views only."""

from __future__ import annotations

import hashlib

from flask import Response, current_app, request, url_for

from app.api.bodies import Body
from app.api.operations import tell


def tell_page(answer: Body, next_cursor: str | None, *, is_public: bool) -> Response:
    """Answer one page; nothing but its tag when the caller has it already."""
    response = tell(answer)
    if next_cursor is not None:
        arguments = {**request.args.to_dict(), **(request.view_args or {}), "cursor": next_cursor}
        path = url_for(request.endpoint or "", **arguments)
        response.headers["Link"] = f'<{current_app.config["IEUM_BASE_URL"]}{_path_of(path)}>; rel="next"'
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    return revalidated(response, is_public=is_public)


def revalidated(response: Response, *, is_public: bool) -> Response:
    """Let a cache keep the answer as long as it asks again; answer 304 to who has it."""
    response.headers["Cache-Control"] = f"{'public' if is_public else 'private'}, no-cache"
    response.make_conditional(request)
    return response


def _path_of(address: str) -> str:
    return address if address.startswith("/") else "/" + address.split("/", 3)[3]
