"""What somebody has handed in: `/applications`."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.forms import search_text
from app.core.i18n import _
from app.core.paging import paginate
from app.jobs.application_words import Stage
from app.jobs.applying import application_queries as queries
from app.jobs.applying import application_service as service
from app.jobs.applying.application_consent import item_name
from app.jobs.applying.application_draft_queries import drafts_of
from app.jobs.applying.application_file_answer import as_attachment
from app.jobs.applying.application_wording import (
    facts_line,
    facts_period,
    item_title,
    names_in,
    was_looked_at,
)
from app.jobs.applying.told import told_events, told_stage
from app.jobs.blueprints import applications
from app.jobs.lapse_rules import waiting_of
from app.portfolio.views import own_person


@applications.get("")
@requires(signed_in())
def index() -> ResponseReturnValue:
    person = own_person()
    search, stage = search_text(request.args.get("q")), request.args.get("stage", "")
    stage = stage if stage in set(Stage) else ""
    at = clock.now()
    page = paginate(queries.applications_of(person, at, search, stage), request.args.get("page", 1, type=int))
    return render_template(
        "jobs/applying/applications.html",
        page=page,
        search=search,
        stage=stage,
        stages=Stage,
        drafts=drafts_of(person),
        now=at,
        told_stage=told_stage,
    )


@applications.get("/<application_id>")
@requires(signed_in())
def show(application_id: str) -> ResponseReturnValue:
    application, at = queries.application_of(own_person(), application_id), clock.now()
    stage, steps = told_stage(application, at), told_events(application.events, at)
    return render_template(
        "jobs/applying/application.html",
        application=application,
        stage=stage,
        opening=application.opening,
        steps=steps,
        looks=was_looked_at(application),
        consents=queries.consents_of(application),
        consent_item=item_name,
        facts_line=facts_line,
        facts_period=facts_period,
        item_title=item_title,
        names_in=names_in,
        can_withdraw=service.can_withdraw(application, at),
        can_withdraw_consent=service.can_withdraw_consent(application),
        can_apply_again=application.stage == Stage.WITHDRAWN and application.opening.takes_applications(at),
        reveal_stage=Stage(application.opening.reveal_stage),
        waiting=waiting_of(application, stage, steps),
        today=clock.seoul_date(at),
    )


@applications.get("/<application_id>/received")
@requires(signed_in())
def received(application_id: str) -> ResponseReturnValue:
    application = queries.application_of(own_person(), application_id)
    if application.stage == Stage.WITHDRAWN:
        return redirect(url_for("applications.show", application_id=application_id), 303)
    return render_template(
        "jobs/applying/application_received.html", application=application, opening=application.opening
    )


@applications.route("/<application_id>/withdraw", methods=["GET", "POST"])
@requires(signed_in())
def withdraw(application_id: str) -> ResponseReturnValue:
    person = own_person()
    application = queries.application_of(person, application_id)
    if request.method == "GET":
        if not service.can_withdraw(application, clock.now()):
            return redirect(url_for("applications.show", application_id=application_id), 303)
        return render_template(
            "jobs/applying/application_withdraw.html", application=application, opening=application.opening
        )
    service.withdraw_application(person, application_id, current_actor(), clock.now())
    flash(_("지원을 취소했어요. 낸 서류와 인적사항을 지웠어요."), "success")
    return redirect(url_for("applications.show", application_id=application_id), 303)


@applications.route("/<application_id>/consent", methods=["GET", "POST"])
@requires(signed_in())
def withdraw_consent(application_id: str) -> ResponseReturnValue:
    person = own_person()
    application = queries.application_of(person, application_id)
    if request.method == "GET":
        if not service.can_withdraw_consent(application):
            return redirect(url_for("applications.show", application_id=application_id), 303)
        return render_template(
            "jobs/applying/application_consent.html", application=application, opening=application.opening
        )
    service.withdraw_consent(person, application_id, current_actor(), clock.now())
    flash(_("동의를 철회했어요. 낸 서류와 인적사항을 지웠어요."), "success")
    return redirect(url_for("applications.show", application_id=application_id), 303)


@applications.get("/<application_id>/files/<file_id>")
@requires(signed_in())
def file(application_id: str, file_id: str) -> ResponseReturnValue:
    return as_attachment(queries.file_of(queries.application_of(own_person(), application_id), file_id))
