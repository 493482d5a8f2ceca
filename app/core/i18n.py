"""Text in two languages: Korean is the source, English the translation.

Import `_`, `_l` and `ngettext` from here so that every visible string is found by the extractor.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import flask_babel
from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, LazyString, force_locale, get_locale
from markupsafe import Markup, escape

LOCALES = ("ko", "en")
LOCALE_COOKIE = "ieum_locale"
_KOREAN = Locale("ko")


def gettext(text: str, /, **values: object) -> str:
    """Answer a text in the language of who sees it, with the values at its `%(name)s`."""
    # Korean is the source. A page has hundreds of texts: looking for a catalogue for each is a tenth of its time.
    said = text if _is_korean() else flask_babel.gettext(text)
    return said % values if values else said


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """Answer the text for one or for many, with the number at its `%(num)d`."""
    return _of_number(one, many, number) % ({"num": number} | values)


def _of_number(one: str, many: str, number: int) -> str:
    if not _is_korean():
        return str(flask_babel.get_translations().ungettext(one, many, number))
    return one if number == 1 else many


_ = gettext


def _is_korean() -> bool:
    try:
        # Here Flask-Babel keeps what it has found for this request, and what `force_locale` says for the moment.
        locale: Locale | None = g._flask_babel.babel_locale
    except (AttributeError, RuntimeError):
        locale = None
    return (locale or get_locale() or _KOREAN).language == "ko"


class _LazyText(LazyString):  # type: ignore[misc]
    """Text that is translated when it is shown, and escaped there like any other.

    Flask-Babel's own calls itself safe markup; a name that it quotes from somebody's file would be markup, too.
    """

    def __html__(self) -> Markup:
        return escape(str(self))


def _l(text: str, **values: object) -> LazyString:
    """Answer a text that is translated when it is shown, in the language of who sees it then."""
    return _LazyText(gettext, text, **values)


# What services and rules hand to people: plain text, or text that is translated when it is shown.
Text = str | LazyString

babel = Babel()


def init_app(app: Flask) -> None:
    """Connect the languages to the application and its templates."""
    babel.init_app(app, locale_selector=choose_locale)
    app.jinja_env.install_gettext_callables(gettext, _of_number, newstyle=True)  # type: ignore[attr-defined]


def choose_locale() -> str:
    """Answer the visitor's own choice (cookie), else the best of the browser's languages, else Korean."""
    if not has_request_context():
        return "ko"
    chosen = request.cookies.get(LOCALE_COOKIE)
    if chosen in LOCALES:
        return chosen
    return request.accept_languages.best_match(LOCALES, "ko") or "ko"


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Produce text in this language inside the block, whoever causes it."""
    # Flask-Babel keeps its choice in `g`, and passes over an empty one: outside of a request it often is.
    g.setdefault("_flask_babel", SimpleNamespace())
    with force_locale(language):
        yield


def current_language() -> str:
    """Answer `ko` or `en` for the text being produced now; Korean outside of a request."""
    locale = get_locale()
    return locale.language if locale is not None else "ko"


__all__ = [
    "LOCALES",
    "LOCALE_COOKIE",
    "Text",
    "_",
    "_l",
    "choose_locale",
    "current_language",
    "gettext",
    "in_language",
    "init_app",
    "ngettext",
]
