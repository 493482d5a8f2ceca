"""What a route of the interface is: one description, by which it is checked when it runs and told in OpenAPI."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, current_app, g, request
from flask.typing import ResponseReturnValue

from app.api import idempotency_service
from app.api.bodies import Body
from app.api.idempotency_service import Answered
from app.api.problems import BadRequest
from app.api.requests import MAX_BYTES, raw_body, read_body, read_query
from app.core import clock
from app.core.access import Permission, public, requires
from app.core.i18n import Text, _l

View = Callable[..., ResponseReturnValue]
_KEY = re.compile(r"[!-~]{1,100}")
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Cache-Control")


@dataclass(frozen=True)
class Operation:
    """One operation of the interface. `problems` are the statuses it refuses with, besides those that all have."""

    name: str
    summary: str
    tag: str
    answer: type[Body] | None = None
    status: int = 200
    query: type[Body] | None = None
    body: type[Body] | None = None
    problems: tuple[int, ...] = ()
    paged: bool = False
    versioned: bool = False
    changes_version: bool = False
    media_type: str = "application/json"
    max_bytes: int = MAX_BYTES
    permission: Permission = field(default_factory=public)

    @property
    def reads_everybody(self) -> bool:
        """Whether a page of any origin may read it: it needs no token and shows what is public."""
        return not self.permission.by_token


def operation(spec: Operation, *, shows: Text = "") -> Callable[[View], View]:
    """Make a view a described operation: with its permission, its strict input, and one effect for one key."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def run(**arguments: Any) -> ResponseReturnValue:
            if spec.query is not None:
                arguments["query"] = read_query(spec.query)
            if spec.body is not None:
                arguments["body"] = read_body(spec.body, spec.max_bytes)
            if request.method == "POST" and spec.permission.by_token:
                return _once(functools.partial(view, **arguments))
            return view(**arguments)

        guarded = requires(spec.permission, shows=shows)(run)
        guarded.operation = spec  # type: ignore[attr-defined]
        return guarded

    return decorate


def described(spec: Operation) -> Callable[[View], View]:
    """Describe a view that reads its input itself."""

    def decorate(view: View) -> View:
        view.operation = spec  # type: ignore[attr-defined]
        return view

    return decorate


def tell(answer: Body, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer a body as JSON."""
    response = Response(answer.model_dump_json(), status, content_type="application/json")
    response.headers.update(headers or {})
    return response


def _once(act: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    if not _KEY.fullmatch(key):
        raise BadRequest(_l("Idempotency-Key는 빈칸 없는 ASCII 글자 1~100자여야 해요."))
    token_id: int = g.api_token_id
    before = idempotency_service.claim(token_id, key, _digest(), clock.now(), about=_application())
    if before is not None:
        return Response(before.body, before.status, {**before.headers, "Idempotency-Replayed": "true"})
    response = current_app.make_response(act())
    if response.status_code < 400:
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        idempotency_service.keep(token_id, key, Answered(response.status_code, headers, response.get_data()))
    return response


def _application() -> str:
    """Answer the public id of the application that the request is about; nothing when it is about none."""
    return str((request.view_args or {}).get("application_id", ""))


def _digest() -> str:
    """Answer what makes this request the same as another: method, address, precondition, type and body."""
    parts = (request.method, request.full_path, request.headers.get("If-Match", ""), request.mimetype)
    return hashlib.sha256("\0".join(parts).encode() + b"\0" + raw_body()).hexdigest()
