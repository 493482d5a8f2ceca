"""Reads what a program has sent, strictly, and refuses it with the places that are wrong. Views only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from flask import abort, request
from pydantic import ValidationError

from app.api import strict_json
from app.api.bodies import Body
from app.api.problems import BadRequest, InvalidFields, VersionMissing, VersionPassed
from app.core.i18n import _l

MAX_BYTES = 64 * 1024
ETAG = r'^(\*|"[!#-~]{0,64}")$'
_MOST_ERRORS = 20
_tag = re.compile(ETAG)

T = TypeVar("T", bound=Body)


def raw_body(max_bytes: int = MAX_BYTES) -> bytes:
    """Answer the bytes of the body within the limit; a larger one is refused with 413. Read once, it is kept."""
    request.max_content_length = max_bytes
    return request.get_data()


def read_body(model: type[T], max_bytes: int = MAX_BYTES) -> T:
    """Answer the JSON body as this model. Raises `BadRequest` or `InvalidFields`; 415 for another type."""
    if request.mimetype != "application/json":
        abort(415)
    body = raw_body(max_bytes)
    try:
        strict_json.check(body)
    except strict_json.NotStrict as error:
        raise BadRequest(_l("본문이 올바른 JSON이 아니에요: %(why)s", why=str(error))) from None
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _refusal(error) from None


def read_query(model: type[T]) -> T:
    """Answer the parameters behind the address as this model. Raises `InvalidFields`, for a repeated name, too."""
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        raise InvalidFields([{"pointer": _pointer([name]), "detail": "Given more than once"} for name in repeated])
    try:
        return model.model_validate_strings(request.args.to_dict())
    except ValidationError as error:
        raise _refusal(error) from None


def require_version(version: int) -> None:
    """Check `If-Match` against the present version. Raises `VersionMissing` or `VersionPassed`."""
    named = request.headers.get("If-Match", "").strip()
    if not named:
        raise VersionMissing
    if not _tag.fullmatch(named):
        raise BadRequest(_l("If-Match에는 ETag 하나나 *만 넣을 수 있어요."))
    if named not in ("*", etag_of(version)):
        raise VersionPassed


def etag_of(version: int) -> str:
    """Write a version as an entity tag."""
    return f'"{version}"'


def _refusal(error: ValidationError) -> InvalidFields:
    found: list[Mapping[str, Any]] = list(error.errors(include_url=False, include_input=False, include_context=False))
    return InvalidFields([{"pointer": _pointer(e["loc"]), "detail": str(e["msg"])} for e in found[:_MOST_ERRORS]])


def _pointer(places: Iterable[object]) -> str:
    """Write where a value stands, as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(place)[:60].replace("~", "~0").replace("/", "~1") for place in places)


def canonical(value: Any) -> bytes:
    """Write a value as JSON that is the same for the same value: for digests."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()
