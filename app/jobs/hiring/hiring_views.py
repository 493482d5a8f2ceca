"""An employer's openings: `/hiring`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.core import clock
from app.core.access import Actor, current_actor, requires
from app.core.errors import DomainError
from app.core.forms import search_text
from app.core.i18n import Text, _
from app.core.paging import paginate
from app.jobs.blueprints import hiring
from app.jobs.duties.duty_queries import duties_for
from app.jobs.opening_models import Opening
from app.jobs.opening_words import OpeningState
from app.jobs.openings import opening_queries as queries
from app.jobs.openings import opening_service as service
from app.jobs.openings.forbidden_words import worst
from app.jobs.openings.opening_fields import OpeningFields
from app.jobs.openings.opening_forms import OpeningForm
from app.jobs.openings.opening_word_check import says_nothing_forbidden
from app.jobs.outcomes.employment_queries import suggests_filling
from app.jobs.scope import can_write, employers_to_write, find_own_opening, may_look, may_write


@hiring.get("")
@requires(may_look())
def index() -> ResponseReturnValue:
    actor = current_actor()
    search, state = search_text(request.args.get("q")), request.args.get("state", "")
    state = state if state in set(OpeningState) else ""
    page = paginate(queries.openings_of(actor, search, state), request.args.get("page", 1, type=int))
    return render_template(
        "jobs/hiring/hiring.html",
        page=page,
        search=search,
        state=state,
        states=OpeningState,
        writes=bool(employers_to_write(actor)),
    )


@hiring.route("/new", methods=["GET", "POST"])
@requires(may_write())
def create() -> ResponseReturnValue:
    employers = {e.public_id: e for e in employers_to_write(current_actor())}
    form = OpeningForm(data=_start())
    form.employer.choices = [SelectChoice(public_id, employer.name) for public_id, employer in employers.items()]
    form.employer.data = form.employer.data or next(iter(employers))
    if form.validate_on_submit() and says_nothing_forbidden(form):
        employer = employers[form.employer.data]
        try:
            fields = form.fields(employer.name)
            opening = service.draft_opening(employer, fields, current_actor(), clock.now(), form.new_id)
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            flash(_("공고를 저장했어요. 내용을 확인하고 올려 주세요."), "success")
            return redirect(url_for("hiring.show", opening_id=opening.public_id), 303)
    page = render_template("jobs/hiring/opening_new.html", form=form, employers=employers)
    return page, 422 if form.errors else 200


@hiring.get("/<opening_id>")
@requires(may_look())
def show(opening_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor())
    return render_template(
        "jobs/hiring/hiring_opening.html",
        opening=opening,
        fields=OpeningFields.of(opening),
        duties=duties_for([opening])[0].duties,
        today=clock.seoul_date(clock.now()),
        suggests_filling=suggests_filling(opening),
        states=OpeningState,
        found=service.words_found(opening),
        said=service.words_said(opening),
        worst=worst,
        edits=paginate(queries.edits_of(opening), request.args.get("page", 1, type=int), per_page=10),
        needs_review=current_app.config["IEUM_OPENING_REVIEW"],
        writes=can_write(current_actor(), opening.organisation_id),
    )


@hiring.route("/<opening_id>/edit", methods=["GET", "POST"])
@requires(may_write())
def edit(opening_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor(), to_write=True)
    before = OpeningFields.of(opening)
    form = OpeningForm(data=OpeningForm.describe(before) | {"version": opening.version})
    form.keep_unsaid(before)
    form.employer.choices = [SelectChoice("", opening.employer_name)]
    form.employer.data = ""
    if form.validate_on_submit() and says_nothing_forbidden(form):
        # The day of posting is not on the form: it stays what it is.
        fields = replace(form.fields(opening.employer_name), posted_on=opening.posted_on)
        read = str(form.version.data or "")
        version = int(read) if re.fullmatch(r"[0-9]{1,18}", read) else 0
        try:
            changed = service.change_opening(opening, fields, version, current_actor(), clock.now())
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            flash(_("고친 내용을 저장했어요.") if changed else _("바뀐 내용이 없어요."), "success")
            return redirect(url_for("hiring.show", opening_id=opening_id), 303)
    page = render_template("jobs/hiring/opening_edit.html", form=form, opening=opening)
    return page, 422 if form.errors else 200


@hiring.post("/<opening_id>/submit")
@requires(may_write())
def submit(opening_id: str) -> ResponseReturnValue:
    review = bool(current_app.config["IEUM_OPENING_REVIEW"])
    done = _("검토를 요청했어요. 담당부서가 확인하면 올라가요.") if review else _("공고를 올렸어요.")
    confirmed = "confirmed" in request.form
    return _move(
        opening_id, lambda o, actor, at: service.submit_opening(o, review, actor, at, confirmed=confirmed), done
    )


@hiring.post("/<opening_id>/close")
@requires(may_write())
def close(opening_id: str) -> ResponseReturnValue:
    return _move(opening_id, service.close_opening, _("모집을 마감했어요. 마감 전이면 다시 열 수 있어요."))


@hiring.post("/<opening_id>/reopen")
@requires(may_write())
def reopen(opening_id: str) -> ResponseReturnValue:
    return _move(opening_id, service.reopen_opening, _("모집을 다시 열었어요."))


@hiring.post("/<opening_id>/fill")
@requires(may_write())
def fill(opening_id: str) -> ResponseReturnValue:
    return _move(opening_id, service.fill_opening, _("채용 완료로 바꿨어요."))


def _move(opening_id: str, act: Callable[[Opening, Actor, datetime], None], done: Text) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor(), to_write=True)
    act(opening, current_actor(), clock.now())
    flash(str(done), "success")
    return redirect(url_for("hiring.show", opening_id=opening_id), 303)


def _start() -> dict[str, object]:
    return OpeningForm.describe(OpeningFields("", "")) | {"documents": ["resume"], "work_kind": "coordinator"}
