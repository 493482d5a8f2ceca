"""The first page and the choice of language."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.blueprints import home
from app.accounts.people import prefer_language
from app.core.access import current_actor, public, requires
from app.core.db import writes_now
from app.core.errors import NotFound
from app.core.i18n import LOCALE_COOKIE, LOCALES
from app.core.security import is_local_target

_A_YEAR = 365 * 24 * 60 * 60


@home.get("/")
@requires(public())
def index() -> ResponseReturnValue:
    return render_template("home/index.html")


@home.get("/language/<to>")
@requires(public())
def language(to: str) -> ResponseReturnValue:
    if to not in LOCALES:
        raise NotFound
    actor = current_actor()
    if actor.is_signed_in:
        with writes_now():
            prefer_language(actor, to)
    target = request.args.get("next")
    answer = redirect(target if target and is_local_target(target) else url_for("home.index"))
    answer.set_cookie(LOCALE_COOKIE, to, max_age=_A_YEAR, secure=True, httponly=True, samesite="Lax")
    return answer
