"""Experts for field centres: `/expert-needs` for centres, `/expert-invitations` for those who are asked."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.accounts.models import WRITING_ROLES
from app.core import clock
from app.core.access import current_actor, get_owned, requires, signed_in
from app.core.errors import DomainError, Invalid
from app.core.i18n import _, _l
from app.core.paging import paginate
from app.jobs.blueprints import expert_invitations, expert_needs
from app.jobs.matching import expert_service as service
from app.jobs.matching.expert_models import ExpertNeed, InvitationState, NeedState
from app.jobs.matching.matching_forms import AnswerForm, NeedForm, WordsForm
from app.jobs.matching.matching_views import page_of
from app.jobs.opening_words import WorkKind
from app.jobs.scope import can_write, employers_to_write, may_look, may_write
from app.portfolio.views import own_person

# What somebody may answer to an invitation.
_ANSWERS = {"accept": True, "decline": False}


@expert_needs.get("")
@requires(may_look())
def index() -> ResponseReturnValue:
    page = paginate(service.needs_of(current_actor()), request.args.get("page", 1, type=int))
    writes = bool(employers_to_write(current_actor()))
    return render_template(
        "jobs/matching/expert_needs.html", page=page, states=NeedState, fields=WorkKind, writes=writes
    )


@expert_needs.route("/new", methods=["GET", "POST"])
@requires(may_write())
def create() -> ResponseReturnValue:
    centres = {c.public_id: c for c in employers_to_write(current_actor())}
    form = NeedForm()
    form.centre.choices = [SelectChoice(public_id, centre.name) for public_id, centre in centres.items()]
    form.centre.data = form.centre.data or next(iter(centres))
    if form.validate_on_submit():
        try:
            centre, actor = centres[form.centre.data], current_actor()
            need = service.post_need(centre, form.fields(), actor, clock.now(), form.new_id)
        except DomainError as error:
            form.wanted_until.errors = [str(error.message)]
        else:
            return redirect(url_for("expert_needs.show", need_id=need.public_id), 303)
    page = render_template("jobs/matching/expert_need_new.html", form=form, centres=centres)
    return page, 422 if form.errors else 200


@expert_needs.get("/<need_id>")
@requires(may_look(), shows=_l("초대를 수락한 전문가의 이름과 연락처"))
def show(need_id: str) -> ResponseReturnValue:
    return _show(get_owned(ExpertNeed, need_id, current_actor()), WordsForm())


@expert_needs.post("/<need_id>/invite/<preference_id>")
@requires(may_write())
def invite(need_id: str, preference_id: str) -> ResponseReturnValue:
    need, form = get_owned(ExpertNeed, need_id, current_actor(), roles=WRITING_ROLES), WordsForm()
    if not form.validate_on_submit():
        return _show(need, form)
    preference = service.expert_listed(need, preference_id, current_app.config["SECRET_KEY"])
    service.invite(need, preference, form.words.data or "", current_actor(), clock.now())
    flash(_("초대를 보냈어요. 수락하면 이름과 연락처가 여기에 보여요."), "success")
    return redirect(url_for("expert_needs.show", need_id=need_id), 303)


@expert_needs.post("/<need_id>/close")
@requires(may_write())
def close(need_id: str) -> ResponseReturnValue:
    need = get_owned(ExpertNeed, need_id, current_actor(), roles=WRITING_ROLES)
    service.close_need(need, current_actor(), clock.now())
    flash(_("마감했어요."), "success")
    return redirect(url_for("expert_needs.show", need_id=need_id), 303)


@expert_needs.post("/<need_id>/reopen")
@requires(may_write())
def reopen(need_id: str) -> ResponseReturnValue:
    need = get_owned(ExpertNeed, need_id, current_actor(), roles=WRITING_ROLES)
    service.reopen_need(need, current_actor(), clock.now())
    flash(_("다시 열었어요."), "success")
    return redirect(url_for("expert_needs.show", need_id=need_id), 303)


@expert_invitations.get("")
@requires(signed_in())
def received() -> ResponseReturnValue:
    page = paginate(service.invitations_to(own_person()), request.args.get("page", 1, type=int))
    return render_template(
        "jobs/matching/expert_invitations.html", page=page, states=InvitationState, fields=WorkKind
    )


@expert_invitations.route("/<invitation_id>", methods=["GET", "POST"])
@requires(signed_in())
def answer(invitation_id: str) -> ResponseReturnValue:
    invitation, form = service.invitation_to(own_person(), invitation_id), AnswerForm()
    if form.validate_on_submit():
        try:
            accepts = _answered()
            service.answer_invitation(invitation, accepts, form.contact.data or "", current_actor(), clock.now())
        except DomainError as error:
            form.contact.errors = [str(error.message)]
        else:
            flash(_("수락했어요. 기관이 곧 연락할 거예요.") if accepts else _("사양한다고 알렸어요."), "success")
            return redirect(url_for("expert_invitations.received"), 303)
    page = render_template(
        "jobs/matching/expert_invitation.html",
        invitation=invitation,
        form=form,
        states=InvitationState,
        fields=WorkKind,
    )
    return page, 422 if form.errors else 200


def _answered() -> bool:
    said = request.form.get("answer", "")
    if said not in _ANSWERS:
        raise Invalid(_("수락할지 사양할지 골라 주세요."))
    return _ANSWERS[said]


def _show(need: ExpertNeed, form: WordsForm) -> ResponseReturnValue:
    experts = service.experts_for(need, current_app.config["SECRET_KEY"]) if need.state == NeedState.OPEN else []
    page = render_template(
        "jobs/matching/expert_need.html",
        need=need,
        page=page_of(experts, request.args.get("page", 1, type=int)),
        invitations=service.invitations_for(need),
        form=form,
        states=NeedState,
        answers=InvitationState,
        field=WorkKind(need.field).label,
        writes=can_write(current_actor(), need.organisation_id),
    )
    return page, 422 if form.errors else 200
