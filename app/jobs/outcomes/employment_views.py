"""After hiring: `/employments`, for employers and (`/mine`) for whoever was hired."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.errors import DomainError
from app.core.forms import search_text
from app.core.i18n import _, _l
from app.core.paging import paginate
from app.jobs.blueprints import employments
from app.jobs.outcomes import employment_queries as queries
from app.jobs.outcomes import employment_service as service
from app.jobs.outcomes.employment_forms import CorrectionForm, EmploymentForm
from app.jobs.outcomes.employment_rules import asked_on
from app.jobs.scope import can_write, may_write

_SHOWS = _l("채용한 사람")


@employments.get("")
@requires(may_write(), shows=_SHOWS)
def index() -> ResponseReturnValue:
    search = search_text(request.args.get("q"))
    page = paginate(queries.employments_of(current_actor(), search), request.args.get("page", 1, type=int))
    return render_template(
        "jobs/outcomes/employments.html", page=page, search=search, waiting=queries.to_confirm(current_actor())
    )


@employments.get("/mine")
@requires(signed_in())
def mine() -> ResponseReturnValue:
    return render_template(
        "jobs/outcomes/my_employments.html",
        employments=queries.employments_of_person(current_actor()),
        cohorts=queries.next_in_service_cohorts(clock.seoul_date(clock.now())),
    )


@employments.route("/new/<application_id>", methods=["GET", "POST"])
@requires(may_write(), shows=_SHOWS)
def create(application_id: str) -> ResponseReturnValue:
    application = queries.application_to_confirm(current_actor(), application_id)
    form = EmploymentForm(data={"title": application.opening.title[:120]})
    if form.validate_on_submit() and form.started_on.data is not None:
        try:
            employment = service.confirm_employment(
                application, form.title.data or "", form.started_on.data, current_actor(), clock.now()
            )
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            flash(_("채용을 확정했어요. 채용된 분의 포트폴리오에 확인된 경력으로 남아요."), "success")
            return redirect(url_for("employments.show", employment_id=employment.public_id), 303)
    page = render_template("jobs/outcomes/employment_new.html", application=application, form=form)
    return page, 422 if form.errors else 200


@employments.get("/<employment_id>")
@requires(may_write(), shows=_SHOWS)
def show(employment_id: str) -> ResponseReturnValue:
    employment = queries.employment_of(current_actor(), employment_id, to_write=True)
    return render_template(
        "jobs/outcomes/employment.html",
        employment=employment,
        asked_on=asked_on(employment.started_on),
        today=clock.seoul_date(clock.now()),
        suggests_filling=queries.suggests_filling(employment.opening),
        writes=can_write(current_actor(), employment.organisation_id),
    )


@employments.route("/<employment_id>/edit", methods=["GET", "POST"])
@requires(may_write(), shows=_SHOWS)
def edit(employment_id: str) -> ResponseReturnValue:
    employment = e = queries.employment_of(current_actor(), employment_id, to_write=True)
    known = {"version": e.version, "title": e.title, "started_on": e.started_on, "ended_on": e.ended_on}
    form = CorrectionForm(data=known)
    if form.validate_on_submit() and form.started_on.data is not None:
        version = int(form.version.data) if (form.version.data or "").isdecimal() else 0
        said = (form.title.data or "", form.started_on.data, form.ended_on.data)
        try:
            service.correct_employment(employment, version, *said, current_actor(), clock.now())
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            flash(_("고친 내용을 저장했어요."), "success")
            return redirect(url_for("employments.show", employment_id=employment_id), 303)
    page = render_template("jobs/outcomes/employment_edit.html", employment=employment, form=form)
    return page, 422 if form.errors else 200


@employments.route("/<employment_id>/standing", methods=["GET", "POST"])
@requires(may_write(), shows=_SHOWS)
def standing(employment_id: str) -> ResponseReturnValue:
    employment = queries.employment_of(current_actor(), employment_id, to_write=True)
    if request.method == "POST":
        stood = request.form.get("stood") == "yes"
        service.answer_standing(employment, stood, current_actor(), clock.now())
        if not stood:
            flash(_("알려 주셔서 고마워요. 언제 끝났는지도 적어 주세요."), "success")
            return redirect(url_for("employments.edit", employment_id=employment_id), 303)
        flash(_("알려 주셔서 고마워요. 일자리가 유지된 것으로 적었어요."), "success")
        return redirect(url_for("employments.show", employment_id=employment_id), 303)
    day = asked_on(employment.started_on)
    may_answer = clock.seoul_date(clock.now()) >= day
    return render_template(
        "jobs/outcomes/employment_standing.html", employment=employment, asked_on=day, may_answer=may_answer
    )
