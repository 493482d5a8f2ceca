"""The issuance log as watchers read it (C2SP tlog-tiles), and the proof beside each certificate."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.certificates import keys, log_queries, queries
from app.core.access import public, requires
from app.core.errors import NotFound
from app.core.security import limiter
from credentials.log import verifier_key

blueprint = Blueprint("issuance_log", __name__)
_FOR_EVER = "public, max-age=31536000, immutable"


@blueprint.after_request
def _open_to_all(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/log/checkpoint")
@requires(public())
@limiter.limit("600 per minute")
def checkpoint() -> ResponseReturnValue:
    head = log_queries.head()
    if head is None:
        raise NotFound
    response = Response(head.checkpoint, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/log/keys")
@requires(public())
def verifier_keys() -> ResponseReturnValue:
    """The keys that sign checkpoints, one a line, as tools for such logs take them."""
    head = log_queries.head()
    if head is None:
        raise NotFound
    lines = [verifier_key(head.origin, key) for key in keys.log_keys()]
    return Response("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


@blueprint.get("/log/tile/<path:rest>")
@requires(public())
@limiter.limit("1200 per minute")
def tile(rest: str) -> ResponseReturnValue:
    data = log_queries.served(f"tile/{rest}")
    if data is None:
        raise NotFound
    response = Response(data, content_type="application/octet-stream")
    response.headers["Cache-Control"] = _FOR_EVER
    return response


@blueprint.get("/credentials/<public_id>/log-proof")
@requires(public())
@limiter.limit("300 per minute")
def proof(public_id: str) -> ResponseReturnValue:
    """The entry that tells of this certificate's issue, with the proof that it is in the log."""
    credential = queries.credential_digest(public_id)
    found = log_queries.logged(credential) if credential is not None else None
    if found is None:
        raise NotFound
    return found.as_json()
