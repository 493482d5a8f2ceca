"""Interview times: `/hiring/<opening>/interviews` for the employer, `/applications/<id>/interview` for applicants."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.clock import SEOUL
from app.core.errors import DomainError
from app.core.i18n import _, _l
from app.core.templating import datetime as written
from app.jobs.application_words import Stage
from app.jobs.applying.own_application import own_application
from app.jobs.applying.told import told_stage
from app.jobs.applying.visible import visible_of
from app.jobs.blueprints import applications, hiring
from app.jobs.hiring import applicant_queries
from app.jobs.hiring import interview_queries as queries
from app.jobs.hiring import interview_service as service
from app.jobs.hiring.interview_forms import SlotForm
from app.jobs.interview_models import InterviewSlot
from app.jobs.scope import can_write, find_own_opening, manages, may_look, may_write

_SHOWS = _l("면접 시간")


@hiring.get("/<opening_id>/interviews")
@requires(may_look(), shows=_SHOWS)
def interviews(opening_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor())
    return _interviews(opening_id, SlotForm(formdata=None, data=_as_last_time(queries.last_offered(opening))))


def _interviews(opening_id: str, form: SlotForm) -> ResponseReturnValue:
    opening, at = find_own_opening(opening_id, current_actor()), clock.now()
    chosen = queries.chosen_by(opening, current_actor())
    applicant_queries.note_applicants([application for some in chosen.values() for application in some])
    page = render_template(
        "jobs/hiring/interviews.html",
        opening=opening,
        slots=queries.slots_of(opening),
        left=queries.seats_left(opening),
        chosen={id: [visible_of(a, opening, at) for a in some] for id, some in chosen.items()},
        form=form,
        writes=can_write(current_actor(), opening.organisation_id),
        manages=manages(current_actor(), opening.organisation_id),
    )
    return page, 422 if form.errors else 200


def _as_last_time(last: InterviewSlot | None) -> dict[str, Any]:
    """Answer what the form begins with: most offer several times at one place."""
    if last is None:
        return {}
    closes = int((last.starts_at - last.changes_until).total_seconds() // 3600)
    said = {"minutes": last.minutes, "place": last.place, "capacity": last.capacity, "closes_hours": closes}
    return said | {"day": clock.seoul_date(last.starts_at)}


@hiring.post("/<opening_id>/interviews")
@requires(may_write(), shows=_SHOWS)
def offer_interview(opening_id: str) -> ResponseReturnValue:
    opening, form = find_own_opening(opening_id, current_actor(), to_write=True), SlotForm()
    if form.validate_on_submit() and form.day.data and form.time.data:
        starts_at = datetime.combine(form.day.data, form.time.data, SEOUL)
        numbers = form.minutes.data or 30, form.capacity.data or 1, form.closes_hours.data or 0
        minutes, capacity, closes = numbers
        try:
            service.offer_slot(
                opening, starts_at, minutes, form.place.data or "", capacity, closes, current_actor(), clock.now()
            )
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            flash(_("면접 시간을 올렸어요."), "success")
            return redirect(url_for("hiring.interviews", opening_id=opening_id), 303)
    return _interviews(opening_id, form)


@hiring.post("/<opening_id>/interviews/<slot_id>/withdraw")
@requires(may_write(), shows=_SHOWS)
def withdraw_interview(opening_id: str, slot_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor(), to_write=True)
    service.withdraw_slot(queries.find_slot(opening, slot_id), current_actor(), clock.now())
    flash(_("면접 시간을 거뒀어요."), "success")
    return redirect(url_for("hiring.interviews", opening_id=opening_id), 303)


@applications.get("/<application_id>/interview")
@requires(signed_in())
def interview(application_id: str) -> ResponseReturnValue:
    application, at = own_application(application_id, current_actor()), clock.now()
    # Not where it stands, but where the applicant is told that it stands: a decision may still be taken back.
    stage = told_stage(application, at)
    return render_template(
        "jobs/hiring/interview.html",
        application=application,
        opening=application.opening,
        may_choose=stage is Stage.INTERVIEW,
        slots=queries.choosable(application.opening, at),
        left=queries.seats_left(application.opening),
        choice=queries.choice_of(application) if stage.value not in queries.OUT else None,
        has_lost=queries.has_lost(application),
        now=at,
    )


@applications.post("/<application_id>/interview")
@requires(signed_in())
def choose_interview(application_id: str) -> ResponseReturnValue:
    application = own_application(application_id, current_actor())
    slot = service.choose(application, request.form.get("slot", ""), current_actor(), clock.now())
    flash(_("면접 시간을 정했어요: %(when)s", when=written(slot.starts_at)), "success")
    return redirect(url_for("applications.interview", application_id=application_id), 303)


@applications.route("/<application_id>/interview/give-up", methods=["GET", "POST"])
@requires(signed_in())
def give_up_interview(application_id: str) -> ResponseReturnValue:
    application = own_application(application_id, current_actor())
    if request.method == "GET":
        choice = queries.choice_of(application)
        if choice is None:
            return redirect(url_for("applications.interview", application_id=application_id))
        return render_template(
            "jobs/hiring/interview_give_up.html", application=application, opening=application.opening, choice=choice
        )
    service.give_up(application, current_actor(), clock.now())
    flash(_("고른 면접 시간을 취소했어요. 다른 시간을 고를 수 있어요."), "success")
    return redirect(url_for("applications.interview", application_id=application_id), 303)
