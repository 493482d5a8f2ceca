"""What caches may keep: of pages for everybody and of files that programs fetch. Everything else says `no-store`."""

from __future__ import annotations

from flask import Response, request


def kept_for(response: Response, seconds: int) -> Response:
    """Let anybody keep an answer that is the same for everybody so long, and ask by its ETag afterwards."""
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return _by_etag(response)


def asked_again(response: Response) -> Response:
    """Let the visitor's own browser keep a page, but ask each time whether it is still the same."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Cookie", "Accept-Language"))
    return _by_etag(response)


def _by_etag(response: Response) -> Response:
    response.add_etag()
    response.make_conditional(request)
    return response
