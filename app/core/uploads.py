"""What may be sent to a route, for the page that says that it was too large."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from flask import current_app, request
from flask.typing import ResponseReturnValue

from app.core.i18n import Text, _

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]

# What to say, by how many MB the route reads.
TooLarge = Callable[[int], Text]


def table_too_large(size: int) -> Text:
    """Answer what is said where a table was to be sent."""
    return _(
        "표 파일은 %(size)sMB까지 올릴 수 있어요. 파일을 나누거나 필요 없는 시트를 지운 뒤 다시 올려 주세요.",
        size=size,
    )


def takes_file(too_large: TooLarge) -> Callable[[View[P]], View[P]]:
    """Say of a view with a file what is answered when it is too large: what it was, the limit, and what to do."""

    def decorate(view: View[P]) -> View[P]:
        view.too_large = too_large  # type: ignore[attr-defined]
        return view

    return decorate


def too_large() -> Text:
    """Answer what was too large of this request, for a person."""
    most, sent = request.max_content_length or 0, request.content_length
    if sent is not None and sent <= most:
        # All of it would have been read, but a text in it is longer than forms may be, or there are too many fields.
        return _(
            "입력한 글이 너무 길어요. 글은 모두 합해 %(size)sMB까지 보낼 수 있어요.",
            size=(request.max_form_memory_size or 0) // (1024 * 1024),
        )
    said: TooLarge | None = getattr(current_app.view_functions.get(request.endpoint or ""), "too_large", None)
    if said is not None:
        return said(most // (1024 * 1024))
    if most < 1024 * 1024:
        return _("한 번에 보낼 수 있는 크기는 %(size)sKB예요.", size=most // 1024)
    return _(
        "한 번에 보낼 수 있는 크기는 %(size)sMB예요. 줄이거나 나누어 다시 보내 주세요.", size=most // (1024 * 1024)
    )
