"""Headers that every answer carries, the CSRF guard and the request limits."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask_limiter import Limiter
from flask_wtf import CSRFProtect

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

csrf = CSRFProtect()
limiter = Limiter(key_func=visitor_network)


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
    if any(ord(c) < 32 or ord(c) == 127 for c in request.path):
        abort(404)


def init_app(app: Flask) -> None:
    """Protect every route of the application."""
    app.before_request(_refuse_control_characters)
    app.before_request(refuse_the_signed_out)
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_set_headers)
