"""The applications of an opening, for its employer: `/hiring/<opening>/applications`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires
from app.core.forms import search_text
from app.core.i18n import _, _l
from app.core.paging import paginate
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.applying.proof_checking import proofs_of
from app.jobs.applying.visible import visible_of
from app.jobs.blueprints import hiring
from app.jobs.hiring import applicant_queries as queries
from app.jobs.hiring import applicant_service as service
from app.jobs.hiring import message_queries, reviewer_queries
from app.jobs.hiring.applicant_forms import DecisionForm
from app.jobs.hiring.decision_queries import recent_decisions
from app.jobs.hiring.reviewer_forms import CommentForm, StepBackForm
from app.jobs.opening_models import Opening
from app.jobs.scope import can_write, find_own_opening, manages, may_look, may_write
from app.jobs.stages import next_stages

_SHOWS = _l("지원서")


@hiring.get("/<opening_id>/applications")
@requires(may_look(), shows=_SHOWS)
def applicants(opening_id: str) -> ResponseReturnValue:
    opening, at = find_own_opening(opening_id, current_actor()), clock.now()
    said = request.args
    asked = queries.Asked.of(search_text(said.get("q")), said.get("stage", ""), said.get("sort", ""))
    page = paginate(queries.list_applications(opening, current_actor(), asked), said.get("page", 1, type=int))
    queries.note_applicants(page.items)
    return render_template(
        "jobs/hiring/applicants.html",
        opening=opening,
        page=replace(page, items=[visible_of(application, opening, at) for application in page.items]),
        proofs=proofs_of(page.items, at),
        unread=_unread(page.items),
        counts=queries.count_by_stage(opening, current_actor()),
        unopened=queries.count_unopened(opening, current_actor()),
        asked=asked,
        form=DecisionForm(),
        decisions=recent_decisions(opening, current_actor(), at),
        **_shared(opening),
    )


@hiring.get("/<opening_id>/applications/board")
@requires(may_look(), shows=_SHOWS)
def applicants_board(opening_id: str) -> ResponseReturnValue:
    opening, at = find_own_opening(opening_id, current_actor()), clock.now()
    columns, counts = queries.board_of(opening, current_actor())
    queries.note_applicants([application for column in columns.values() for application in column])
    return render_template(
        "jobs/hiring/applicants_board.html",
        opening=opening,
        columns={stage: [visible_of(a, opening, at) for a in column] for stage, column in columns.items()},
        counts=counts,
        **_shared(opening),
    )


@hiring.get("/<opening_id>/applications/<application_id>")
@requires(may_look(), shows=_SHOWS)
def applicant(opening_id: str, application_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor())
    application = queries.find_application(opening, application_id, current_actor())
    queries.note_applicants([application])
    seen = visible_of(application, opening, clock.now())
    if seen.waits_to_be_opened:
        # Looking at a page changes nothing; the first look is a step of its own, which a button takes.
        return render_template("jobs/hiring/applicant_unopened.html", opening=opening, seen=seen)
    return applicant_page(opening, application)


def applicant_page(
    opening: Opening,
    application: Application,
    comment_form: CommentForm | None = None,
    step_back_form: StepBackForm | None = None,
    wrong_points: str = "",
) -> str:
    """Write the page of one application; a form that was given wrong comes with what is wrong of it."""
    at = clock.now()
    scores = reviewer_queries.scores_seen(opening, [application], current_actor())[application.id]
    return render_template(
        "jobs/hiring/applicant.html",
        opening=opening,
        seen=visible_of(application, opening, at),
        proofs=proofs_of([application], at),
        unread=_unread([application]).get(application.public_id, 0),
        events=application.events,
        moves=queries.moves_of(application),
        reveals=queries.reveals_of(application),
        can_undo=service.can_undo(application, at),
        next_stages=next_stages(Stage(application.stage)),
        criteria=reviewer_queries.criteria_of(opening),
        scores=scores,
        reviews=reviewer_queries.is_reviewer(opening, current_actor()),
        comments=reviewer_queries.comments_seen(application, scores, current_actor()),
        comment_form=comment_form or CommentForm(formdata=None),
        step_back_form=step_back_form or StepBackForm(formdata=None),
        wrong_points=wrong_points,
        given_points=request.form if wrong_points else {},
        **_shared(opening),
    )


@hiring.post("/<opening_id>/applications/<application_id>/open")
@requires(may_look(), shows=_SHOWS)
def open_applicant(opening_id: str, application_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor())
    application = queries.find_application(opening, application_id, current_actor())
    service.open_application(application, current_actor(), clock.now())
    return redirect(url_for("hiring.applicant", opening_id=opening_id, application_id=application_id), 303)


@hiring.post("/<opening_id>/applications/open")
@requires(may_write(), shows=_SHOWS)
def open_applicants(opening_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor(), to_write=True)
    opened = queries.unopened_applications(opening, current_actor())
    for application in opened:
        service.open_application(application, current_actor(), clock.now())
    flash(_("지원서 %(count)s건을 열었어요. 지원자에게 ‘열람’으로 보여요.", count=len(opened)), "success")
    return redirect(url_for("hiring.applicants", opening_id=opening_id), 303)


@hiring.post("/<opening_id>/applications/<application_id>/undo")
@requires(may_write(), shows=_SHOWS)
def undo(opening_id: str, application_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor(), to_write=True)
    application = queries.find_application(opening, application_id, current_actor(), to_write=True)
    back = service.undo(application, current_actor(), clock.now(), seen=request.form.get("seen", ""))
    flash(_("결정을 되돌렸어요. 지금은 ‘%(stage)s’ 단계예요.", stage=back.stage.label), "success")
    if back.lost is not None:
        flash(_("지원자가 골랐던 면접 시간이 그사이 차서, 다시 고르라고 메일로 알렸어요."), "info")
    return redirect(url_for("hiring.applicant", opening_id=opening_id, application_id=application_id), 303)


@hiring.post("/<opening_id>/applications/<application_id>/reveal")
@requires(may_write(), shows=_SHOWS)
def reveal(opening_id: str, application_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor(), to_write=True)
    application = queries.find_application(opening, application_id, current_actor(), to_write=True)
    if service.reveal(application, current_actor(), clock.now()):
        queries.note_applicants([application])
        flash(_("인적사항을 열었어요. 누가 언제 열었는지 남고, 지원자도 볼 수 있어요."), "success")
    return redirect(url_for("hiring.applicant", opening_id=opening_id, application_id=application_id), 303)


def _unread(applications: Sequence[Application]) -> dict[str, int]:
    counts = message_queries.count_unread(applications, by_employer=True)
    return {application.public_id: counts[application.id] for application in applications if application.id in counts}


def _shared(opening: Opening) -> dict[str, Any]:
    actor, employer = current_actor(), opening.organisation_id
    return {"stages": Stage, "writes": can_write(actor, employer), "manages": manages(actor, employer)}
