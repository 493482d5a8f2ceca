"""`POST /api/v1/credentials/verify`: a credential in, the verdict with every step out. One of ours also by its id."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.api.credential_body import NotACredential, read_credential
from app.api.operations import Operation, described
from app.api.verification_bodies import Credential, StoredVerdictTold, VerdictTold
from app.certificates.verdict import Verdict
from app.certificates.verification_service import verify_document, verify_stored
from app.core import clock
from app.core.access import public, requires
from app.core.errors import NotFound
from app.core.security import csrf, limited

MAX_BYTES = 80 * 1024
_TYPES = ("application/json", "application/vc", "application/ld+json")

_ANY_ID = "0" * 32

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.after_request
def _open_to_all(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(response.allow))
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    return response


@blueprint.get("/credentials/<public_id>/verification")
@described(
    Operation(
        "verifyStored",
        "Verify a certificate of ours by its id",
        "Verification",
        StoredVerdictTold,
        problems=(404,),
    )
)
@requires(public())
@limited("300 per minute")
def verify_stored_credential(public_id: str) -> ResponseReturnValue:
    """Verify a certificate of ours by its public id, as its page does, for a program that has no copy of it."""
    verification = verify_stored(public_id, clock.now())
    if verification is None:
        raise NotFound
    document, proof = (pattern.replace(_ANY_ID, public_id) for pattern in _addresses(request.root_path))
    new = verification.certificate.replaced_by
    replaced_by = document.replace(public_id, new) if new is not None else None
    # The proof for the log is longer than all the rest, and has an address of its own.
    return _told(verification.verdict, document=document, log_proof=proof, replaced_by=replaced_by)


@blueprint.post("/credentials/verify")
@described(Operation("verify", "Verify the certificate in the body", "Verification", VerdictTold, body=Credential))
@requires(public(), only_looks=True)
@limited("120 per minute")
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
    return _told(verdict, log=verdict.logged.as_json() if verdict.logged is not None else None)


@cache
def _addresses(_root: str) -> tuple[str, str]:
    """Answer where a certificate and its proof are, `_ANY_ID` in the place of its id: looking that up takes long."""
    endpoints = ("publication.credential", "issuance_log.proof")
    document, proof = (url_for(endpoint, public_id=_ANY_ID) for endpoint in endpoints)
    return document, proof


def _told(verdict: Verdict, **more: Any) -> Response:
    return Response(verdict.as_text(**more), content_type="application/json")


# Programs send their own proof and no cookie: there is no session that somebody else could ride on.
csrf.exempt(verify_credential)
