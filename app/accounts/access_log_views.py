"""The access log, for the operating authority that has to review it each month."""

from __future__ import annotations

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import access_log_queries as queries
from app.accounts.access_log import AccessLog
from app.accounts.blueprints import access_log
from app.core.access import operator, requires
from app.core.errors import NotFound
from app.core.forms import has_unsafe_characters, search_text
from app.core.i18n import Text, _, _l

# What a page of a section shows whose route does not say it more closely.
_OF_SECTION: dict[str, Text] = {"cohorts": _l("기수의 출결"), "certificates": _l("수료증")}


def what_was_shown(line: AccessLog) -> Text:
    """Answer what a page showed, in the words that stand at its route."""
    stated: Text = getattr(current_app.view_functions.get(line.endpoint), "shows", "")
    return stated or _OF_SECTION.get(line.endpoint.split(".")[0], _l("개인정보"))


@access_log.get("")
@requires(operator(), shows=_l("접속기록"))
def index() -> ResponseReturnValue:
    search = search_text(request.args.get("q"))
    before = request.args.get("before", "")
    if has_unsafe_characters(before):
        # No id of ours, and PostgreSQL refuses a NUL with an error of its own.
        raise NotFound
    lines = queries.log_stretch(search, before)
    return render_template("accounts/access_log.html", lines=lines, search=search, what=what_was_shown)


@access_log.get("/<public_id>")
@requires(operator(), shows=_l("접속기록"))
def show(public_id: str) -> ResponseReturnValue:
    line = queries.log_line(public_id)
    return render_template(
        "accounts/access_log_line.html",
        line=line,
        what=what_was_shown(line),
        names=queries.names_in(line, request.args.get("page", 1, type=int)),
        breadcrumbs=[(_("접속기록"), url_for("access_log.index")), (_("열람한 사람"), None)],
    )
