"""`POST /api/v1/credentials/verify`: a credential in, the verdict with every step out."""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from app.api.credential_body import NotACredential, read_credential
from app.certificates.verification_service import verify_document
from app.core import clock
from app.core.access import public, requires
from app.core.security import csrf, limiter

MAX_BYTES = 80 * 1024
_TYPES = ("application/json", "application/vc", "application/ld+json")

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.after_request
def _open_to_all(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "POST, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    return response


@blueprint.post("/credentials/verify")
@requires(public(), only_looks=True)
@limiter.limit("120 per minute")
def verify_credential() -> ResponseReturnValue:
    """Verify the credential in the body; whatever the answer is, the status is 200."""
    if request.mimetype not in _TYPES and not request.mimetype.endswith("+json"):
        abort(415)
    request.max_content_length = MAX_BYTES
    try:
        credential = read_credential(request.get_data(cache=False))
    except NotACredential:
        abort(400)
    verdict = verify_document(credential, clock.now())
    return Response(json.dumps(verdict.as_json(), ensure_ascii=False), content_type="application/json")


# Programs send their own proof and no cookie: there is no session that somebody else could ride on.
csrf.exempt(verify_credential)
