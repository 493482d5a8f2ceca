"""Courses and their attendance policies."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.core import clock
from app.core.access import current_actor, requires
from app.core.errors import DomainError
from app.core.forms import search_text
from app.core.i18n import _
from app.core.paging import paginate
from app.training import plan_service, queries
from app.training.blueprints import courses
from app.training.forms import CourseForm, PolicyForm
from app.training.scope import can_write, centres_to_write, find_course, may_look, may_write


@courses.get("")
@requires(may_look())
def index() -> ResponseReturnValue:
    search = search_text(request.args.get("q"))
    page = paginate(queries.courses_of(current_actor(), search), request.args.get("page", 1, type=int))
    return render_template(
        "training/courses.html", page=page, search=search, writes=bool(centres_to_write(current_actor()))
    )


@courses.route("/new", methods=["GET", "POST"])
@requires(may_write())
def create() -> ResponseReturnValue:
    centres = {c.public_id: c for c in centres_to_write(current_actor())}
    form = CourseForm()
    form.centre.choices = [SelectChoice(public_id, centre.name) for public_id, centre in centres.items()]
    form.centre.data = form.centre.data or next(iter(centres))
    if form.validate_on_submit():
        at = clock.now()
        centre = centres[form.centre.data]
        try:
            policy = plan_service.first_policy(centre, current_actor(), at)
            course = plan_service.create_course(
                centre, form.name.data, form.kind.data, form.description.data or "", policy, current_actor(), at
            )
        except DomainError as error:
            form.name.errors = [str(error.message)]
        else:
            flash(_("과정을 만들었어요. 이제 기수를 만들 수 있어요."), "success")
            return redirect(url_for("courses.show", course_id=course.public_id), 303)
    return render_template("training/course_new.html", form=form, centres=centres), 422 if form.errors else 200


@courses.get("/<course_id>")
@requires(may_look())
def show(course_id: str) -> ResponseReturnValue:
    course = find_course(course_id, current_actor())
    page = paginate(queries.cohorts_of_course(course), request.args.get("page", 1, type=int))
    return render_template(
        "training/course.html",
        course=course,
        page=page,
        versions=queries.policy_versions(course),
        writes=can_write(current_actor(), course.organisation_id),
    )


@courses.route("/<course_id>/policy", methods=["GET", "POST"])
@requires(may_write())
def policy(course_id: str) -> ResponseReturnValue:
    course = find_course(course_id, current_actor(), to_write=True)
    form = PolicyForm(data=PolicyForm.describe(course.policy.rules))
    if form.validate_on_submit():
        try:
            rules = form.rules(course.policy.name)
            policy = plan_service.revise_policy(course, rules, current_actor(), clock.now())
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            flash(
                _("출결기준 %(version)s판을 만들었어요. 앞으로 만드는 기수에 쓰여요.", version=policy.version),
                "success",
            )
            return redirect(url_for("courses.show", course_id=course.public_id), 303)
    return render_template("training/policy.html", course=course, form=form), 422 if form.errors else 200
