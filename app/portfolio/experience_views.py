"""The pages of experience: `/portfolio/experiences`."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.errors import DomainError
from app.core.forms import search_text
from app.core.i18n import _
from app.core.paging import paginate
from app.core.security import is_local_target
from app.portfolio import experience_queries as queries
from app.portfolio import experience_service as service
from app.portfolio.experience_forms import ExperienceForm
from app.portfolio.views import blueprint, own_person


@blueprint.get("/experiences")
@requires(signed_in())
def experiences() -> ResponseReturnValue:
    person, search = own_person(), search_text(request.args.get("q"))
    page = paginate(queries.experiences_of(person, search), request.args.get("page", 1, type=int))
    return render_template("portfolio/experiences.html", page=page, search=search)


@blueprint.route("/experiences/new", methods=["GET", "POST"])
@requires(signed_in())
def add_experience() -> ResponseReturnValue:
    person, form, back = own_person(), ExperienceForm(), _way_back()
    if form.validate_on_submit():
        try:
            service.state_experience(person, form.stated, current_actor(), clock.now())
        except DomainError as error:
            form.ends_on.errors = [str(error)]
        else:
            flash(_("경력을 저장했어요."), "success")
            return redirect(back, 303)
    page = render_template("portfolio/experience_form.html", form=form, experience=None, back=back)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/experiences/<public_id>", methods=["GET", "POST"])
@requires(signed_in())
def edit_experience(public_id: str) -> ResponseReturnValue:
    person = own_person()
    experience = queries.experience_of(person, public_id)
    form = ExperienceForm.of(experience)
    if experience.is_confirmed and request.method == "GET":
        return render_template("portfolio/experience.html", experience=experience)
    if form.validate_on_submit():
        try:
            service.change_experience(person, public_id, form.stated, current_actor(), clock.now())
        except DomainError as error:
            form.ends_on.errors = [str(error)]
        else:
            flash(_("고친 내용을 저장했어요."), "success")
            return redirect(url_for("portfolio.experiences"), 303)
    page = render_template("portfolio/experience_form.html", form=form, experience=experience, back=_way_back())
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/experiences/<public_id>/delete", methods=["GET", "POST"])
@requires(signed_in())
def delete_experience(public_id: str) -> ResponseReturnValue:
    person = own_person()
    if request.method == "GET":
        experience = queries.experience_of(person, public_id)
        return render_template("portfolio/experience_delete.html", experience=experience)
    service.delete_experience(person, public_id, current_actor(), clock.now())
    flash(_("경력을 지웠어요."), "success")
    return redirect(url_for("portfolio.experiences"), 303)


def _way_back() -> str:
    """Answer where somebody came from who adds an experience on the way: an application, for one."""
    asked = request.args.get("back", "")
    return asked if is_local_target(asked) else url_for("portfolio.experiences")
