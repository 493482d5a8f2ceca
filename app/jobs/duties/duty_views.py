"""Duties with a clock: an opening's, an employer's (`/duties`), everybody's for offices (`/duties/overview`)."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, member, requires, signed_in
from app.core.errors import DomainError
from app.core.forms import search_text
from app.core.i18n import _, _l
from app.core.paging import paginate
from app.jobs.blueprints import applications, duties, hiring
from app.jobs.duties import duty_queries as queries
from app.jobs.duties import duty_service as service
from app.jobs.duties.duty_forms import ScheduleForm
from app.jobs.duties.duty_rules import is_running_out
from app.jobs.opening_models import Opening
from app.jobs.scope import OFFICE, can_write, find_own_opening, may_look, may_write


@duties.get("")
@requires(may_look())
def index() -> ResponseReturnValue:
    page, owed = queries.owed_page(current_actor(), request.args.get("page", 1, type=int))
    urgent = queries.urgent(current_actor(), _today())
    return render_template("jobs/duties/duties.html", page=page, owed=owed, urgent=urgent, today=_today())


@duties.get("/overview")
@requires(member(OFFICE))
def overview() -> ResponseReturnValue:
    search, only_overdue = search_text(request.args.get("q")), request.args.get("overdue") == "1"
    rows = queries.overview(search, _today() if only_overdue else None)
    page = paginate(rows, request.args.get("page", 1, type=int))
    return render_template(
        "jobs/duties/duties_overview.html", page=page, search=search, only_overdue=only_overdue, today=_today()
    )


@hiring.get("/<opening_id>/duties", endpoint="duties")
@requires(may_look())
def of_opening(opening_id: str) -> ResponseReturnValue:
    return _page(find_own_opening(opening_id, current_actor()), ScheduleForm())


@hiring.post("/<opening_id>/schedule")
@requires(may_write(), shows=_l("채용일정을 알릴 지원자"))
def tell_schedule(opening_id: str) -> ResponseReturnValue:
    opening, form = find_own_opening(opening_id, current_actor(), to_write=True), ScheduleForm()
    if form.validate_on_submit():
        try:
            notice = service.tell_schedule(opening, form.words.data or "", current_actor(), clock.now())
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            flash(_("지원자 %(count)s명에게 채용일정을 알렸어요.", count=notice.recipients), "success")
            return redirect(url_for("hiring.duties", opening_id=opening_id), 303)
    return _page(opening, form), 422


@hiring.post("/<opening_id>/returns/<request_id>")
@requires(may_write())
def note_returned(opening_id: str, request_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor(), to_write=True)
    service.note_returned(queries.return_request(opening, request_id), current_actor(), clock.now())
    flash(_("반환했다고 표시했어요."), "success")
    return redirect(url_for("hiring.duties", opening_id=opening_id), 303)


@applications.route("/<application_id>/return", methods=["GET", "POST"])
@requires(signed_in())
def ask_return(application_id: str) -> ResponseReturnValue:
    application = queries.own_application(current_actor(), application_id)
    if request.method == "POST":
        service.ask_return(application, current_actor(), clock.now())
        flash(_("반환을 청구했어요. 기관은 14일 안에 돌려줘야 해요."), "success")
        return redirect(url_for("applications.ask_return", application_id=application_id), 303)
    return render_template(
        "jobs/duties/ask_return.html",
        application=application,
        why_not=service.why_no_return(application, clock.now()),
        asked=queries.return_request_of(application),
        until=service.last_day_to_ask(application),
    )


def _page(opening: Opening, form: ScheduleForm) -> str:
    owed = queries.duties_for([opening])[0]
    return render_template(
        "jobs/duties/opening_duties.html",
        opening=opening,
        duties=owed.duties,
        running_out=[duty for duty in owed.duties if is_running_out(duty, opening.retention_days, _today())],
        returns=queries.return_requests_of(opening),
        notices=queries.schedule_notices_of(opening),
        form=form,
        today=_today(),
        writes=can_write(current_actor(), opening.organisation_id),
    )


def _today() -> date:
    return clock.seoul_date(clock.now())
