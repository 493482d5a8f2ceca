"""Writes the OpenAPI 3.1 document from the routes themselves, so that it cannot say anything else than they do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask, current_app
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from app.api.bodies import PUBLIC_ID, Problem
from app.api.examples import EXAMPLES
from app.api.operations import Operation
from app.api.requests import ETAG
from app.api.token_models import Scope

VERSION = "1.0.0"
_REF = "#/components/schemas/{model}"
_REASONS = {
    400: "The request cannot be read",
    401: "No token, or one that opens nothing",
    403: "The token's scopes do not reach so far",
    404: "There is no such thing, or it is another organisation's",
    405: "Not possible at this address",
    409: "The state of things does not allow it",
    412: "The version in If-Match has passed",
    413: "The body is too large",
    415: "Only JSON is read",
    422: "Values cannot be used; `errors` says which",
    428: "If-Match is missing",
    429: "Too many requests; Retry-After says when to go on",
    500: "Something broke here",
    503: "It cannot be found out now",
}
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


def document() -> dict[str, Any]:
    """Answer the whole document of this application."""
    app: Flask = current_app
    operations = list(_operations(app))
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Ieum API",
            "version": VERSION,
            "summary": "Openings, applications and verification of certificates for other programs",
            "description": "Every error is application/problem+json (RFC 9457). Lists go on by the Link header.",
        },
        "servers": [{"url": app.config["IEUM_BASE_URL"]}],
        "tags": [{"name": name} for name in dict.fromkeys(spec.tag for _rule, spec in operations)],
        "paths": _paths(operations),
        "components": {
            "schemas": _schemas(operations),
            "securitySchemes": {"token": _security()},
            "headers": _HEADERS,
        },
    }


def _operations(app: Flask) -> Iterator[tuple[Rule, Operation]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        spec: Operation | None = getattr(app.view_functions[rule.endpoint], "operation", None)
        if spec is not None:
            yield rule, spec


def _paths(operations: list[tuple[Rule, Operation]]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for rule, spec in operations:
        path = _ARGUMENT.sub(r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            paths.setdefault(path, {})[method.lower()] = _operation(rule, method, spec)
    return paths


def _operation(rule: Rule, method: str, spec: Operation) -> dict[str, Any]:
    scope = _scope(spec)
    told: dict[str, Any] = {
        "operationId": spec.name,
        "summary": spec.summary,
        "tags": [spec.tag],
        "parameters": list(_parameters(rule, method, spec)),
        "responses": _responses(method, spec),
    }
    # OpenAPI 3.1 lets any scheme name the scopes it needs.
    told["security"] = [{"token": [scope]}] if scope else []
    if spec.body is not None:
        content: dict[str, Any] = {"schema": _ref(spec.body)}
        if spec.body.__name__ in EXAMPLES:
            content["examples"] = {"example": {"value": EXAMPLES[spec.body.__name__]}}
        told["requestBody"] = {"required": True, "content": {"application/json": content}}
    return told


def _parameters(rule: Rule, method: str, spec: Operation) -> Iterator[dict[str, Any]]:
    for name in _ARGUMENT.findall(rule.rule):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": PUBLIC_ID}}
    if spec.query is not None:
        schema = spec.query.model_json_schema(ref_template=_REF)
        for name, said in schema["properties"].items():
            kinds = [kind for kind in said.get("anyOf", [said]) if kind.get("type") != "null"]
            yield {"name": name, "in": "query", "required": False, "schema": kinds[0]}
    if spec.changes_version:
        about = "The ETag of the version that was read, or * for whatever there is"
        yield _header("If-Match", about, {"type": "string", "pattern": ETAG}, required=True)
    if method == "GET" and (spec.versioned or spec.paged):
        yield _header("If-None-Match", "Answer 304 for what has this ETag", {"type": "string"})
    if method == "POST" and spec.permission.by_token:
        about = "A name for this request: sent again within 24 hours it has no second effect and the same answer"
        yield _header("Idempotency-Key", about, {"type": "string", "pattern": "^[!-~]{1,100}$"})


def _header(name: str, about: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "description": about, "schema": schema}


def _responses(method: str, spec: Operation) -> dict[str, Any]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in ("RateLimit", "RateLimit-Policy")}
    if spec.versioned or spec.paged:
        headers["ETag"] = {"$ref": "#/components/headers/ETag"}
    if spec.paged:
        headers["Link"] = {"$ref": "#/components/headers/Link"}
    answer: dict[str, Any] = {"description": spec.summary, "headers": headers}
    if spec.answer is not None:
        content: dict[str, Any] = {"schema": _ref(spec.answer)}
        if spec.answer.__name__ in EXAMPLES:
            content["examples"] = {"example": {"value": EXAMPLES[spec.answer.__name__]}}
        answer["content"] = {spec.media_type: content}
    found = {str(spec.status): answer}
    if spec.versioned or spec.paged:
        found["304"] = {"description": "The caller has this version already"}
    return found | {str(status): _problem(status) for status in _statuses(method, spec)}


def _statuses(method: str, spec: Operation) -> list[int]:
    always = {400, 401, 429, 500}
    always |= {403} if spec.permission.by_token else set()
    always |= {413, 415, 422} if spec.body is not None else set()
    always |= {412, 428} if spec.changes_version else set()
    # An Idempotency-Key may have come with another request.
    always |= {409, 422} if method == "POST" and spec.permission.by_token else set()
    return sorted(always | set(spec.problems))


def _problem(status: int) -> dict[str, Any]:
    example = {"type": "about:blank", "title": _REASONS[status], "status": status, "detail": _REASONS[status]}
    content = {"schema": _ref(Problem), "examples": {"example": {"value": example}}}
    told: dict[str, Any] = {"description": _REASONS[status], "content": {"application/problem+json": content}}
    if status == 429:
        told["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"}}
    if status == 401:
        told["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return told


def _schemas(operations: list[tuple[Rule, Operation]]) -> dict[str, Any]:
    models: dict[str, Any] = {Problem.__name__: (Problem, "serialization")}
    for _rule, spec in operations:
        if spec.body is not None:
            models[spec.body.__name__] = (spec.body, "validation")
        if spec.query is not None:
            models[spec.query.__name__] = (spec.query, "validation")
        if spec.answer is not None:
            models[spec.answer.__name__] = (spec.answer, "serialization")
    _names, schema = models_json_schema(list(models.values()), ref_template=_REF)
    found: dict[str, Any] = schema["$defs"]
    return dict(sorted(found.items()))


def _ref(model: type[Any]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}


def _security() -> dict[str, Any]:
    scopes = ", ".join(scope.value for scope in Scope)
    about = f"A token of an organisation, made by its managers. Scopes: {scopes}."
    return {"type": "http", "scheme": "bearer", "description": about}


_HEADERS = {
    "RateLimit": {
        "description": "What is left in this minute: r requests, new ones in t seconds",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": "How many requests (q) in how many seconds (w)",
        "schema": {"type": "string"},
    },
    "ETag": {"description": "The version, for If-Match and If-None-Match", "schema": {"type": "string"}},
    "Link": {"description": "The next page (rel=next); absent on the last one", "schema": {"type": "string"}},
}


def summary() -> list[dict[str, str]]:
    """Answer every operation in one line, for the page that people read."""
    return [
        {"method": method, "path": _ARGUMENT.sub(r"{\1}", rule.rule), "summary": spec.summary, "scope": _scope(spec)}
        for rule, spec in _operations(current_app)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def _scope(spec: Operation) -> str:
    return spec.permission.name.removeprefix("token(").removesuffix(")") if spec.permission.by_token else ""
