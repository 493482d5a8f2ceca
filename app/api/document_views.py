"""`/api/v1/openapi.json`: the interface in the words of programs."""

from __future__ import annotations

import json

from flask import Response

from app.api import openapi
from app.api.blueprints import v1
from app.api.paging import revalidated
from app.core.access import public, requires


@v1.get("/openapi.json")
@requires(public())
def openapi_document() -> Response:
    body = json.dumps(openapi.document(), ensure_ascii=True)
    response = Response(body, content_type="application/vnd.oai.openapi+json;version=3.1")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    return revalidated(response, is_public=True)
