"""Approving organisations, for operators."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import organisation_service, queries
from app.accounts.blueprints import approvals
from app.accounts.organisation_forms import RefuseForm
from app.core import clock
from app.core.access import current_actor, operator, requires
from app.core.forms import search_text
from app.core.i18n import _, _l

_STATES: dict[str, bool | None] = {"waiting": True, "approved": False, "all": None}


@approvals.get("")
@requires(operator())
def index() -> ResponseReturnValue:
    search = search_text(request.args.get("q"))
    state = request.args.get("state", "")
    if state not in _STATES:
        # Who looks for a name wants to find it whatever its state.
        state = "all" if search else "waiting"
    page = queries.organisations_page(search, _STATES[state], request.args.get("page", 1, type=int))
    labels = {"waiting": _("승인 대기"), "approved": _("승인됨"), "all": _("전체")}
    filters = [
        {"label": label, "url": url_for("approvals.index", state=key, q=search or None), "current": key == state}
        for key, label in labels.items()
    ]
    return render_template("accounts/approvals.html", page=page, search=search, state=state, filters=filters)


@approvals.get("/<public_id>")
@requires(operator(), shows=_l("기관 구성원의 이름과 이메일"))
def show(public_id: str) -> ResponseReturnValue:
    organisation = queries.any_organisation(public_id)
    return render_template(
        "accounts/approval.html",
        organisation=organisation,
        members=queries.members_of(organisation),
        breadcrumbs=[(_("기관 승인"), url_for("approvals.index")), (organisation.name, None)],
    )


@approvals.post("/<public_id>/approve")
@requires(operator())
def approve(public_id: str) -> ResponseReturnValue:
    organisation = organisation_service.approve_organisation(public_id, current_actor(), clock.now())
    flash(_("%(name)s 기관을 승인했어요.", name=organisation.name), "success")
    return redirect(url_for("approvals.index"), 303)


@approvals.route("/<public_id>/refuse", methods=["GET", "POST"])
@requires(operator())
def refuse(public_id: str) -> ResponseReturnValue:
    organisation = queries.any_organisation(public_id)
    form = RefuseForm()
    if request.method == "GET":
        return render_template("accounts/refuse.html", form=form, organisation=organisation)
    if not form.validate():
        return render_template("accounts/refuse.html", form=form, organisation=organisation), 422
    name = organisation.name
    organisation_service.refuse_organisation(public_id, form.reason.data, current_actor(), clock.now())
    flash(_("%(name)s 기관의 등록을 거절하고 까닭을 메일로 보냈어요.", name=name), "success")
    return redirect(url_for("approvals.index"), 303)
