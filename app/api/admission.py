"""Who comes in: the bearer token, the limits of requests, and the headers of every answer. Views only."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import ceil

import limits
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import TooManyRequests

from app.api.blueprints import v1
from app.api.operations import Operation
from app.api.token_service import actor_of, note_use, token_of, use_is_stale
from app.core import clock
from app.core.db import after_storing, writes_now
from app.core.errors import TokenMissing, TooMany
from app.core.i18n import _l
from app.core.network import visitor_network
from app.core.security import limiter

PER_TOKEN = limits.parse("600 per minute")
PER_NETWORK = limits.parse("300 per minute")
# Verifying is the dearest thing that a program can ask for, and fifty fit into one request: they are counted singly.
DOCUMENTS_PER_TOKEN = limits.parse("1500 per minute")
DOCUMENTS_PER_ORGANISATION = limits.parse("3000 per minute")
WRONG_TOKENS = limits.parse("30 per minute")
_WINDOW = 60


@dataclass(frozen=True)
class Allowance:
    """How much is left for this caller in the present minute; `again_in` is in seconds."""

    limit: int
    left: int
    again_in: int


@v1.before_request
def admit() -> None:
    """Find out who asks, before anything is done for them. Raises `TokenMissing`; 429 when it is too much."""
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        _spend(PER_NETWORK, visitor_network())
        return
    _refuse_guessing()
    try:
        if scheme.lower() != "bearer":
            raise TokenMissing
        token = token_of(text.strip(), clock.now())
    except TokenMissing:
        if limiter.enabled:
            limiter.limiter.hit(WRONG_TOKENS, "api-wrong", visitor_network())
        raise
    _spend(PER_TOKEN, token.public_id)
    g.api_token_id = token.id
    g.api_verifiers = ((DOCUMENTS_PER_TOKEN, token.public_id), (DOCUMENTS_PER_ORGANISATION, token.organisation_id))
    g.actor = actor_of(token)
    if use_is_stale(token, clock.now()):
        g.api_token_used = token.id


def spend_documents(count: int) -> None:
    """Count certificates that this token is about to have verified. Raises `TooMany`, and then counts none."""
    if not limiter.enabled:
        return
    for rule, caller in g.api_verifiers:
        if not limiter.limiter.test(rule, "api-documents", str(caller), cost=count):
            again = limiter.limiter.get_window_stats(rule, "api-documents", str(caller)).reset_time
            raise TooMany(
                _l(
                    "1분에 확인할 수 있는 수료증은 토큰마다 %(token)s건, 기관마다 %(organisation)s건이에요.",
                    token=f"{DOCUMENTS_PER_TOKEN.amount:,}",
                    organisation=f"{DOCUMENTS_PER_ORGANISATION.amount:,}",
                ),
                retry_after=max(1, ceil(again - time.time())),
            )
    for rule, caller in g.api_verifiers:
        limiter.limiter.hit(rule, "api-documents", str(caller), cost=count)


def _refuse_guessing() -> None:
    if limiter.enabled and not limiter.limiter.test(WRONG_TOKENS, "api-wrong", visitor_network()):
        raise TooManyRequests(retry_after=_WINDOW)


def _spend(rule: limits.RateLimitItem, caller: str) -> None:
    if not limiter.enabled:
        return
    allowed = limiter.limiter.hit(rule, "api", caller)
    stats = limiter.limiter.get_window_stats(rule, "api", caller)
    again_in = max(1, ceil(stats.reset_time - time.time()))
    g.api_allowance = Allowance(rule.amount, stats.remaining, again_in)
    if not allowed:
        raise TooManyRequests(retry_after=again_in)


@v1.after_request
def finish(response: Response) -> Response:
    """Set what every answer of the interface carries."""
    allowance: Allowance | None = g.get("api_allowance")
    if allowance is not None:
        response.headers["RateLimit-Policy"] = f'"default";q={allowance.limit};w={_WINDOW}'
        response.headers["RateLimit"] = f'"default";r={allowance.left};t={allowance.again_in}'
    # Phrases and refusals are in the reader's language.
    response.vary.update(("Authorization", "Accept-Language", "Cookie"))
    spec: Operation | None = getattr(current_app.view_functions.get(request.endpoint or ""), "operation", None)
    if spec is not None and spec.reads_everybody:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(response.allow))
            response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
    return response


def _note_use(_response: Response) -> None:
    used: int | None = g.pop("api_token_used", None)
    if used is not None:
        with writes_now():
            note_use(used, clock.now())


def init_app(app: Flask) -> None:
    """Keep when tokens were used, after the request's own work."""
    after_storing(app, _note_use)
