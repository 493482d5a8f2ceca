"""What an opening asks for: `/hiring/<opening>/requirements`."""

from __future__ import annotations

from decimal import Decimal

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires
from app.core.errors import Invalid
from app.core.i18n import _
from app.jobs.blueprints import hiring
from app.jobs.opening_models import Opening
from app.jobs.opening_words import RequirementLevel
from app.jobs.openings import requirement_service as service
from app.jobs.openings.requirement_forms import RequirementForm
from app.jobs.scope import can_write, find_own_opening, may_look, may_write


@hiring.get("/<opening_id>/requirements")
@requires(may_look())
def requirements(opening_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor())
    return render_template(
        "jobs/openings/requirements.html",
        opening=opening,
        levels=RequirementLevel,
        writes=can_write(current_actor(), opening.organisation_id),
        most=service.MOST,
    )


@hiring.route("/<opening_id>/requirements/new", methods=["GET", "POST"])
@requires(may_write())
def add_requirement(opening_id: str) -> ResponseReturnValue:
    opening, form = find_own_opening(opening_id, current_actor(), to_write=True), RequirementForm()
    if form.validate_on_submit():
        try:
            service.add_requirement(opening, form.fields(), current_actor(), clock.now())
        except Invalid as error:
            form.say(error)
        else:
            flash(_("요건을 더했어요."), "success")
            return redirect(url_for("hiring.requirements", opening_id=opening_id), 303)
    return _page(form, opening, is_new=True)


@hiring.route("/<opening_id>/requirements/<int:requirement_id>", methods=["GET", "POST"])
@requires(may_write())
def edit_requirement(opening_id: str, requirement_id: int) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor(), to_write=True)
    requirement = service.requirement_in(opening, requirement_id)
    hours = Decimal(requirement.minutes) / 60 if requirement.minutes else None
    form = RequirementForm(obj=requirement, hours=hours)
    if form.validate_on_submit():
        try:
            service.change_requirement(opening, requirement_id, form.fields(), current_actor(), clock.now())
        except Invalid as error:
            form.say(error)
        else:
            flash(_("요건을 고쳤어요."), "success")
            return redirect(url_for("hiring.requirements", opening_id=opening_id), 303)
    return _page(form, opening, is_new=False)


@hiring.post("/<opening_id>/requirements/<int:requirement_id>/remove")
@requires(may_write())
def remove_requirement(opening_id: str, requirement_id: int) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor(), to_write=True)
    service.remove_requirement(opening, requirement_id, current_actor(), clock.now())
    flash(_("요건을 뺐어요."), "success")
    return redirect(url_for("hiring.requirements", opening_id=opening_id), 303)


def _page(form: RequirementForm, opening: Opening, *, is_new: bool) -> ResponseReturnValue:
    page = render_template("jobs/openings/requirement.html", form=form, opening=opening, is_new=is_new)
    return page, 422 if form.errors else 200
