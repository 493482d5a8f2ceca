"""Correction requests to a training centre: the list, one request, and the answer."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import WRITING_ROLES
from app.core import clock
from app.core.access import current_actor, requires
from app.core.forms import search_text
from app.core.i18n import _, _l
from app.core.paging import paginate
from app.training import correction_request_queries as queries
from app.training.blueprints import correction_requests
from app.training.correction_request_forms import CorrectionAnswerForm
from app.training.correction_request_models import CorrectionKind, CorrectionRequest, CorrectionState
from app.training.correction_request_service import answer as give_answer
from app.training.scope import can_write, may_look, may_write


@correction_requests.get("")
@requires(may_look(), shows=_l("정정요청"))
def index() -> ResponseReturnValue:
    actor, search, state = current_actor(), search_text(request.args.get("q")), request.args.get("state", "")
    state = state if state in set(CorrectionState) else ""
    rows = queries.requests_to(actor, search, state)
    page = paginate(rows, request.args.get("page", 1, type=int))
    filters = [
        {
            "label": label,
            "url": url_for("correction_requests.index", state=key or None, q=search or None),
            "current": key == state,
        }
        for key, label in (("", _("전체")), *((s.value, str(s.label)) for s in CorrectionState))
    ]
    return render_template(
        "training/correction_requests.html",
        page=page,
        search=search,
        state=state,
        filters=filters,
        kinds=CorrectionKind,
        states=CorrectionState,
    )


@correction_requests.get("/<public_id>")
@requires(may_look(), shows=_l("정정요청"))
def show(public_id: str) -> ResponseReturnValue:
    return _page(queries.request_to(current_actor(), public_id), CorrectionAnswerForm())


@correction_requests.post("/<public_id>")
@requires(may_write(), shows=_l("정정요청"))
def answer(public_id: str) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.request_to(actor, public_id, roles=WRITING_ROLES)
    form = CorrectionAnswerForm()
    if not form.validate():
        return _page(found, form), 422
    give_answer(found, form.state.data, form.words.data, actor, clock.now())
    flash(_("답변을 저장하고 요청한 사람에게 메일로 알렸어요."), "success")
    return redirect(url_for("correction_requests.show", public_id=public_id), 303)


def _page(found: CorrectionRequest, form: CorrectionAnswerForm) -> str:
    return render_template(
        "training/correction_request.html",
        correction=found,
        form=form,
        writes=can_write(current_actor(), found.organisation_id),
        kinds=CorrectionKind,
        states=CorrectionState,
    )
