"""Headers that every answer carries, the CSRF guard and the request limits."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable
from math import ceil
from typing import ParamSpec
from urllib.parse import urlsplit

import limits
from flask import Flask, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_wtf import CSRFProtect
from werkzeug.exceptions import TooManyRequests

from app.core.access import refuse_the_signed_out
from app.core.network import visitor_network

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]

csrf = CSRFProtect()


class _Limiter(Limiter):
    """`flask_limiter` without its search for rules, before each request, of a view that has none of them."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if not (in_middleware and hasattr(view, "has_its_own_limit")):
            super()._check_request_limit(callable_name, in_middleware)


limiter = _Limiter(key_func=visitor_network)


def limited(rule: str) -> Callable[[View[P]], View[P]]:
    """Allow a visitor's network so many requests to a view, such as `300 per minute`; more are answered with 429.

    For what is asked thousands of times a minute. It counts in the storage of `limiter`, whose own decorator looks up
    twice for each request which limits hold, and writes headers: a fifth of the time of a verification.
    """
    allowed = limits.parse(rule)

    def decorate(view: View[P]) -> View[P]:
        scope = f"{view.__module__}.{view.__qualname__}"

        @functools.wraps(view)
        def within(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if limiter.enabled:
                network = visitor_network()
                if not limiter.limiter.hit(allowed, network, scope):
                    again = limiter.limiter.get_window_stats(allowed, network, scope).reset_time
                    raise TooManyRequests(retry_after=max(1, ceil(again - time.time())))
            return view(*args, **kwargs)

        within.has_its_own_limit = True  # type: ignore[attr-defined]
        return within

    return decorate


def is_local_target(target: str | None) -> bool:
    """Tell whether `next` stays on this host: a path of ours, nothing that a browser could read as another host."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    if any(ord(c) <= 32 or c == "\\" or ord(c) == 127 for c in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def _set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        # Pages hold people's records: no shared cache and no back button after sign-out may show them.
        headers.setdefault("Cache-Control", "no-store")
    if headers.get("Content-Disposition", "").startswith("attachment"):
        # Flask says `no-cache` of files, which lets a cache keep one as long as it asks again.
        headers["Cache-Control"] = "no-store"
    return response


def _refuse_control_characters() -> None:
    # No address of ours holds one, and PostgreSQL refuses a NUL with an error of its own.
    if _CONTROL_CHARACTER.search(request.path):
        abort(404)


def init_app(app: Flask) -> None:
    """Protect every route of the application."""
    app.before_request(_refuse_control_characters)
    app.before_request(refuse_the_signed_out)
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_set_headers)
