"""`POST /api/v1/employer/verifications`: many certificates in, a verdict on each out."""

from __future__ import annotations

import json

from flask import Response

from app.api.admission import spend_documents
from app.api.blueprints import v1
from app.api.bulk_bodies import DocumentsGiven, VerdictsTold
from app.api.operations import Operation, operation
from app.api.token_models import Scope
from app.certificates.verification_service import verify_document
from app.core import clock
from app.core.access import token


@v1.post("/employer/verifications")
@operation(
    Operation(
        "verifyMany",
        "Verify many certificates at once",
        "Verification",
        VerdictsTold,
        body=DocumentsGiven,
        max_bytes=1024 * 1024,
        permission=token(Scope.VERIFICATION_WRITE),
    )
)
def verify_many(body: DocumentsGiven) -> Response:
    spend_documents(len(body.documents))
    at = clock.now()
    verdicts = [verify_document(document.encode(), at).as_json() for document in body.documents]
    return Response(json.dumps({"items": verdicts}, ensure_ascii=False), content_type="application/json")
