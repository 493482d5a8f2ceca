"""Domain errors, and the one place that knows which HTTP answer each becomes.

Services and rules raise the subclass that tells the caller what can be done about it; its message is shown to
the person as it is: what was found, what was expected, what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.core.i18n import Text, _, _l
from app.core.uploads import too_large


class DomainError(Exception):
    """The base of everything that a service may refuse. `message` is text for the person, in their language.

    `headers` go with the answer; `members` are what problem+json says beyond the usual (RFC 9457 §3.2).
    """

    status = 400
    headers: Mapping[str, str] = {}
    members: Mapping[str, Any] = {}

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Invalid(DomainError):
    """The request itself is wrong and has to be changed before it is sent again."""

    status = 422


class NotFound(DomainError):
    """There is no such thing, or it is not yours: the two are never told apart."""

    status = 404

    def __init__(self, message: Text | None = None) -> None:
        super().__init__(message if message is not None else _l("찾으시는 내용이 없어요."))


class SignedOut(DomainError):
    """Something was sent that needs an account, and nobody is signed in (any more)."""

    status = 401

    def __init__(self) -> None:
        super().__init__(
            _l("로그인한 시간이 지났거나 로그아웃했어요. 보낸 내용은 저장하지 않았어요. 로그인한 뒤 다시 해 주세요.")
        )


class TokenMissing(DomainError):
    """A program has shown no token, or one that opens nothing (any more)."""

    status = 401
    headers = {"WWW-Authenticate": 'Bearer realm="ieum"'}

    def __init__(self) -> None:
        super().__init__(_l("쓸 수 있는 토큰이 필요해요. Authorization: Bearer 머리글에 넣어 주세요."))


class ScopeMissing(DomainError):
    """The token is good, and what is asked lies outside of its scopes."""

    status = 403
    headers = {"WWW-Authenticate": 'Bearer realm="ieum", error="insufficient_scope"'}

    def __init__(self) -> None:
        super().__init__(_l("이 토큰의 권한으로는 할 수 없는 일이에요."))


class Denied(DomainError):
    """The person is known but the act needs another right, for example a manager's."""

    status = 403


class Conflict(DomainError):
    """The world has changed since the person looked; look again and decide anew."""

    status = 409


class TooMany(DomainError):
    """Too many tries in a while. `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: Text, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.headers = {"Retry-After": str(retry_after)}


class Unavailable(DomainError):
    """We could not find out. Never to be shown as a no, nor as a yes."""

    status = 503


_TITLES: dict[int, Text] = {
    400: _l("요청을 이해하지 못했어요"),
    401: _l("다시 로그인해 주세요"),
    403: _l("권한이 필요해요"),
    404: _l("페이지를 찾을 수 없어요"),
    405: _l("이 주소에서는 할 수 없는 일이에요"),
    409: _l("그사이에 내용이 바뀌었어요"),
    412: _l("그사이에 내용이 바뀌었어요"),
    413: _l("보낸 내용이 너무 커요"),
    415: _l("받을 수 없는 형식이에요"),
    422: _l("입력한 내용을 확인해 주세요"),
    428: _l("어느 판을 고치는지 알려 주세요"),
    429: _l("잠시 후 다시 시도해 주세요"),
    500: _l("문제가 생겼어요"),
    503: _l("지금은 확인할 수 없어요"),
}
_WITH_PAGE = {400, 401, 403, 404, 405, 409, 413, 429, 500}
_MACHINE_PATHS = (
    "/api/",
    "/credentials/",
    "/presentations/",
    "/conformance/",
    "/status/",
    "/.well-known/",
    "/keys/",
    "/log/",
)


def wants_json() -> bool:
    """Tell whether the answer goes to a program: by the address it asked, not by guessing its headers."""
    return request.path.startswith(_MACHINE_PATHS)


def way_back() -> str:
    """Answer the page from which this was sent: its own address when that can be opened, else where it came from.

    Empty when there is none on this host.
    """
    if request.url_rule is not None and "GET" in (request.url_rule.methods or ()):
        return request.path if request.method != "GET" else ""
    came_from = urlsplit(request.referrer or "")
    # What begins with two slashes, straight or reversed, names another host.
    other_host = came_from.netloc != request.host or came_from.path.startswith(("//", "/\\"))
    return "" if other_host else came_from.path


def answer(status: int, message: Text | None = None, members: Mapping[str, Any] | None = None) -> ResponseReturnValue:
    """Answer an error as a page for people or as problem+json (RFC 9457) for programs."""
    title = _TITLES.get(status, _TITLES[400])
    if wants_json():
        usual = {"type": "about:blank", "title": str(title), "status": status, "detail": str(message or title)}
        response = jsonify(usual | dict(members or {}))
        response.content_type = "application/problem+json"
        return response, status
    g.answers_error = True
    template = f"errors/{status if status in _WITH_PAGE else 400}.html"
    return render_template(template, title=title, message=message, status=status, back=way_back()), status


def _too_large() -> Text:
    if wants_json():
        return _("한 번에 보낼 수 있는 크기는 %(size)sKB예요.", size=(request.max_content_length or 0) // 1024)
    return too_large()


def init_app(app: Flask) -> None:
    """Register the answers to domain errors, HTTP errors and surprises."""

    def on_domain_error(error: DomainError) -> ResponseReturnValue:
        response = app.make_response(answer(error.status, error.message, error.members))
        response.headers.update(error.headers)
        return response

    def on_csrf_error(error: CSRFError) -> ResponseReturnValue:
        return answer(
            400,
            _l("화면을 연 지 오래되어 확인 값이 맞지 않아요. 이전 화면을 새로 고친 뒤 다시 시도해 주세요."),
        )

    def on_http_error(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error.get_response()
        response = app.make_response(answer(error.code, _too_large() if error.code == 413 else None))
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response

    def on_surprise(error: Exception) -> ResponseReturnValue:
        # The page and not its address: links that open an account are addresses.
        app.logger.exception("unexpected error at %s %s", request.method, request.endpoint)
        return answer(500)

    app.register_error_handler(DomainError, on_domain_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(HTTPException, on_http_error)
    if not app.testing:
        app.register_error_handler(Exception, on_surprise)
