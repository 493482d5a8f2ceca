"""Members and invitations of an organisation, for its managers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import member_service, queries
from app.accounts.blueprints import invitations, organisations
from app.accounts.member_service import MANAGERS
from app.accounts.models import Membership
from app.accounts.organisation_forms import InviteForm, RoleForm
from app.accounts.organisation_views import organisation_page
from app.core import clock
from app.core.access import current_actor, member, requires, signed_in
from app.core.errors import Conflict, NotFound
from app.core.i18n import _, _l


@organisations.post("/<public_id>/invitations")
@requires(member(roles=MANAGERS), shows=_l("기관 구성원의 이름과 이메일"))
def invite(public_id: str) -> ResponseReturnValue:
    actor = current_actor()
    organisation = queries.organisation_of(actor, public_id, roles=MANAGERS)
    form = InviteForm()
    if not form.validate():
        return organisation_page(organisation, actor, form), 422
    try:
        member_service.invite(actor, public_id, form.email.data, form.role.data, clock.now())
    except Conflict as error:
        form.email.errors = [error.message]
        return organisation_page(organisation, actor, form), error.status
    flash(_("초대 메일을 보냈어요. 14일 동안 받아들일 수 있어요."), "success")
    return redirect(url_for("organisations.show", public_id=public_id), 303)


@organisations.post("/<public_id>/invitations/<invitation_id>/withdraw")
@requires(member(roles=MANAGERS))
def withdraw_invitation(public_id: str, invitation_id: str) -> ResponseReturnValue:
    member_service.withdraw_invitation(current_actor(), public_id, invitation_id, clock.now())
    flash(_("초대를 거뒀어요."), "success")
    return redirect(url_for("organisations.show", public_id=public_id), 303)


def _member(public_id: str, membership_id: str) -> Membership:
    organisation = queries.organisation_of(current_actor(), public_id, roles=MANAGERS)
    return queries.member_of(organisation, membership_id)


@organisations.route("/<public_id>/members/<membership_id>", methods=["GET", "POST"])
@requires(member(roles=MANAGERS), shows=_l("기관 구성원의 이름과 이메일"))
def change_role(public_id: str, membership_id: str) -> ResponseReturnValue:
    membership = _member(public_id, membership_id)
    form = RoleForm(role=membership.role)
    page = {"form": form, "membership": membership, "organisation": membership.organisation}
    if request.method == "GET":
        return render_template("accounts/member.html", **page)
    if not form.validate():
        return render_template("accounts/member.html", **page), 422
    try:
        member_service.change_role(current_actor(), public_id, membership_id, form.role.data, clock.now())
    except Conflict as error:
        form.role.errors = [error.message]
        return render_template("accounts/member.html", **page), error.status
    flash(_("역할을 바꿨어요."), "success")
    return redirect(url_for("organisations.show", public_id=public_id), 303)


@organisations.route("/<public_id>/members/<membership_id>/remove", methods=["GET", "POST"])
@requires(member(roles=MANAGERS), shows=_l("기관 구성원의 이름과 이메일"))
def remove_member(public_id: str, membership_id: str) -> ResponseReturnValue:
    membership = _member(public_id, membership_id)
    if request.method == "GET":
        return render_template(
            "accounts/member_remove.html", membership=membership, organisation=membership.organisation
        )
    own = membership.account_id == current_actor().account_id
    member_service.remove_member(current_actor(), public_id, membership_id, clock.now())
    flash(_("구성원에서 뺐어요."), "success")
    return redirect(
        url_for("organisations.index") if own else url_for("organisations.show", public_id=public_id), 303
    )


@invitations.route("/<public_id>", methods=["GET", "POST"])
@requires(signed_in())
def accept(public_id: str) -> ResponseReturnValue:
    actor = current_actor()
    try:
        if request.method == "GET":
            invitation = queries.invitation_to(queries.account_of(actor), public_id, clock.now())
            return render_template("accounts/invitation.html", invitation=invitation)
        organisation = member_service.accept_invitation(actor, public_id, clock.now())
    except NotFound:
        raise NotFound(
            _l("받아들일 수 있는 초대가 없어요. 초대받은 이메일 주소의 계정으로 로그인했는지 확인해 주세요.")
        ) from None
    flash(_("%(name)s의 구성원이 되었어요.", name=organisation.name), "success")
    return redirect(url_for("organisations.show", public_id=organisation.public_id), 303)
