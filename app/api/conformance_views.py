"""`POST /credentials/issue`, `/credentials/verify`, `/presentations/verify`: the VC-API of the conformance profile.

Without the profile there is nothing at these addresses. What does not conform, and a proof that does not hold, are
answered with status 400 and problem details: the test suites look at nothing but the status.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.certificates import conformance_service
from app.certificates.conformance_service import Report
from app.core import clock
from app.core.access import public, requires
from app.core.security import csrf, limiter

MAX_BYTES = 64 * 1024

blueprint = Blueprint("conformance", __name__)


@blueprint.before_request
def _only_in_the_profile() -> None:
    conformance_service.require_profile()


@blueprint.after_request
def _open_to_all(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "POST, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    return response


@blueprint.post("/credentials/issue")
@requires(public(), only_looks=True)
@limiter.limit("600 per minute")
def issue() -> ResponseReturnValue:
    """Sign the `credential` of the request with the key of the profile."""
    report = conformance_service.issue(_body(), clock.now())
    if report.problem is not None:
        return _refusal(report)
    return _json(dict(report.credential or {}), 201)


@blueprint.post("/credentials/verify")
@requires(public(), only_looks=True)
@limiter.limit("600 per minute")
def verify_credential() -> ResponseReturnValue:
    """Verify the `verifiableCredential` of the request."""
    return _verdict(conformance_service.verify_credential(_body(), clock.now()))


@blueprint.post("/presentations/verify")
@requires(public(), only_looks=True)
@limiter.limit("600 per minute")
def verify_presentation() -> ResponseReturnValue:
    """Verify the `verifiablePresentation` of the request."""
    return _verdict(conformance_service.verify_presentation(_body(), clock.now()))


@blueprint.get("/conformance/status/<purpose>")
@requires(public())
@limiter.limit("600 per minute")
def status_list(purpose: str) -> ResponseReturnValue:
    """A status list of the profile, signed at this moment."""
    return _json(dict(conformance_service.status_list(purpose, clock.now())), 200, "application/vc")


def _body() -> bytes:
    request.max_content_length = MAX_BYTES
    return request.get_data(cache=False)


def _verdict(report: Report) -> ResponseReturnValue:
    if report.problem is not None:
        return _refusal(report)
    warnings = [problem.as_json() for problem in report.warnings]
    return _json({"verified": report.proven, "checks": ["proof"], "warnings": warnings, "errors": []}, 200)


def _refusal(report: Report) -> ResponseReturnValue:
    problem = report.problem.as_json() if report.problem is not None else {}
    body = {**problem, "status": 400, "verified": False, "errors": [problem], "problemDetails": [problem]}
    return _json(body, 400, "application/problem+json")


def _json(body: dict[str, Any], status: int, content_type: str = "application/json") -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=content_type)


# Programs send everything in the body and no cookie: there is no session that somebody else could ride on.
for view in (issue, verify_credential, verify_presentation):
    csrf.exempt(view)
