"""One's own organisations."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries
from app.accounts.blueprints import organisations
from app.accounts.member_service import MANAGERS
from app.accounts.models import Organisation
from app.accounts.organisation_forms import InviteForm, RegisterOrganisationForm
from app.accounts.organisation_service import register_organisation
from app.core import clock
from app.core.access import Actor, current_actor, member, requires, signed_in
from app.core.errors import Conflict
from app.core.i18n import _, _l


@organisations.get("")
@requires(signed_in())
def index() -> ResponseReturnValue:
    account = queries.account_of(current_actor())
    return render_template(
        "accounts/organisations.html",
        memberships=queries.memberships_of(account),
        invitations=queries.invitations_to(account, clock.now()),
    )


@organisations.route("/new", methods=["GET", "POST"])
@requires(signed_in())
def register() -> ResponseReturnValue:
    form = RegisterOrganisationForm()
    if request.method == "GET":
        return render_template("accounts/organisation_new.html", form=form)
    if not form.validate():
        return render_template("accounts/organisation_new.html", form=form), 422
    try:
        register_organisation(current_actor(), form.name.data, form.kind.data, clock.now())
    except Conflict as error:
        form.name.errors = [error.message]
        return render_template("accounts/organisation_new.html", form=form), error.status
    flash(_("등록을 신청했어요. 운영기관이 승인하면 메일로 알려 드려요."), "success")
    return redirect(url_for("organisations.index"), 303)


@organisations.get("/<public_id>")
@requires(member(), shows=_l("기관 구성원의 이름과 이메일"))
def show(public_id: str) -> ResponseReturnValue:
    organisation = queries.organisation_of(current_actor(), public_id)
    return organisation_page(organisation, current_actor(), InviteForm())


def organisation_page(organisation: Organisation, actor: Actor, form: InviteForm) -> str:
    """Render an organisation's page with its members; managers see invitations and the form to invite, too."""
    manages = organisation.id in actor.organisation_ids(roles=MANAGERS)
    return render_template(
        "accounts/organisation.html",
        organisation=organisation,
        members=queries.members_of(organisation),
        invitations=queries.open_invitations(organisation, clock.now()) if manages else (),
        manages=manages,
        form=form,
        breadcrumbs=[(_("내 기관"), url_for("organisations.index")), (organisation.name, None)],
    )
