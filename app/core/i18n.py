"""Text in two languages: Korean is the source, English the translation.

Import `_`, `_l` and `ngettext` from here so that every visible string is found by the extractor.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import SimpleNamespace

import flask_babel
from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, LazyString, force_locale
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LOCALES = ("ko", "en")
LOCALE_COOKIE = "ieum_locale"
_LOCALES = {language: Locale(language) for language in LOCALES}


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
    return current_language() == "ko"


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
    return _best_of(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=256)
def _best_of(header: str) -> str:
    return parse_accept_header(header, LanguageAccept).best_match(LOCALES, "ko")


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Produce text in this language inside the block, whoever causes it."""
    # Flask-Babel keeps its choice in `g`, and passes over an empty one: outside of a request it often is.
    g.setdefault("_flask_babel", SimpleNamespace())
    with force_locale(language):
        yield


def current_language() -> str:
    """Answer `ko` or `en` for the text being produced now; Korean outside of a request."""
    try:
        state = g._flask_babel
    except AttributeError:
        state = g._flask_babel = SimpleNamespace()
    except RuntimeError:
        return "ko"
    # What `force_locale` says for the moment, or what has been found for this request before.
    locale: Locale | None = getattr(state, "babel_locale", None)
    if locale is None:
        # Flask-Babel would do the same, and build its locale from the name for every request.
        locale = state.babel_locale = _LOCALES[choose_locale()]
    return str(locale.language)


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
