"""What programs read: credentials as signed, status lists, and the DID document with the keys to check them."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from app.certificates import key_service, publication_service, queries, seal_keys
from app.core.access import public, requires
from app.core.errors import NotFound
from app.core.security import limited

blueprint = Blueprint("publication", __name__)


@blueprint.after_request
def _open_to_all(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/credentials/<public_id>")
@requires(public())
@limited("300 per minute")
def credential(public_id: str) -> ResponseReturnValue:
    return _as_signed(queries.credential_bytes(public_id))


@blueprint.get("/status/<public_id>")
@requires(public())
@limited("600 per minute")
def status_list(public_id: str) -> ResponseReturnValue:
    response = _as_signed(queries.status_list_bytes(public_id))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/status/<public_id>/replaced")
@requires(public())
@limited("600 per minute")
def replaced_list(public_id: str) -> ResponseReturnValue:
    """Which of the certificates revoked on a list have been replaced by another one."""
    response = _as_signed(queries.status_list_bytes(public_id, replaced=True))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/.well-known/did.json")
@requires(public())
def did_document() -> ResponseReturnValue:
    response = jsonify(publication_service.did_document())
    if _asks_for("application/did+json"):
        response.mimetype = "application/did+json"
    response.headers["Cache-Control"] = "public, max-age=300"
    response.vary.add("Accept")
    return response


@blueprint.get("/keys/history.json")
@requires(public())
def key_history() -> ResponseReturnValue:
    """Every key there ever was with its times: what an old certificate was signed with can always be looked up."""
    response = jsonify(key_service.history())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/keys/seal-authority.pem")
@requires(public())
def seal_authority() -> ResponseReturnValue:
    """The certificate that a PDF reader has to trust to find the seal on our papers trusted."""
    response = Response(seal_keys.authority_certificates(), content_type="application/x-pem-file")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _as_signed(document: bytes | None) -> Response:
    if document is None:
        raise NotFound
    response = Response(
        document, content_type="application/vc" if _asks_for("application/vc") else "application/json"
    )
    response.vary.add("Accept")
    return response


def _asks_for(mimetype: str) -> bool:
    """Tell whether the reader names this very type: a browser's `*/*` must not get a download it cannot show."""
    return any(named.split(";")[0].strip() == mimetype and quality > 0 for named, quality in request.accept_mimetypes)
