"""Messages about an application: the employer's page and the applicant's."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.errors import DomainError
from app.core.i18n import _, _l
from app.jobs.applying.masking import Masked
from app.jobs.applying.own_application import own_application
from app.jobs.applying.visible import visible_of, words_of
from app.jobs.blueprints import applications, hiring
from app.jobs.hiring import applicant_queries
from app.jobs.hiring import message_queries as queries
from app.jobs.hiring import message_service as service
from app.jobs.hiring.interview_forms import MessageForm
from app.jobs.scope import can_write, find_own_opening, may_look, may_write

_SHOWS = _l("지원자와 나눈 메시지")


@hiring.get("/<opening_id>/applications/<application_id>/messages")
@requires(may_look(), shows=_SHOWS)
def applicant_messages(opening_id: str, application_id: str) -> ResponseReturnValue:
    return _of_employer(opening_id, application_id, MessageForm(formdata=None))


@hiring.post("/<opening_id>/applications/<application_id>/messages")
@requires(may_write(), shows=_SHOWS)
def write_to_applicant(opening_id: str, application_id: str) -> ResponseReturnValue:
    opening, form = find_own_opening(opening_id, current_actor(), to_write=True), MessageForm()
    application = applicant_queries.find_application(opening, application_id, current_actor(), to_write=True)
    if form.validate_on_submit():
        try:
            service.mark_read(application, clock.now(), by_employer=True)
            service.send_message(application, form.words.data or "", current_actor(), clock.now(), from_employer=True)
        except DomainError as error:
            form.words.errors = [str(error.message)]
        else:
            flash(_("메시지를 보냈어요."), "success")
            return redirect(_address(opening_id, application_id), 303)
    return _of_employer(opening_id, application_id, form)


@hiring.post("/<opening_id>/applications/<application_id>/messages/read")
@requires(may_look(), shows=_SHOWS)
def read_messages(opening_id: str, application_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor())
    application = applicant_queries.find_application(opening, application_id, current_actor())
    service.mark_read(application, clock.now(), by_employer=True)
    return redirect(_address(opening_id, application_id), 303)


def _of_employer(opening_id: str, application_id: str, form: MessageForm) -> ResponseReturnValue:
    opening, at = find_own_opening(opening_id, current_actor()), clock.now()
    application = applicant_queries.find_application(opening, application_id, current_actor())
    applicant_queries.note_applicants([application])
    seen = visible_of(application, opening, at)
    said = [
        (m.sent_at, opening.employer_name if m.from_employer else seen.name, m.from_employer, m.read_at)
        + ((m.words, False) if m.from_employer else _masked(words_of(application, opening, m.words, at)))
        for m in queries.messages_of(application)
    ]
    page = render_template(
        "jobs/hiring/applicant_messages.html",
        opening=opening,
        seen=seen,
        said=said,
        form=form,
        writes=can_write(current_actor(), opening.organisation_id),
        unread=any(not mine and read is None for _at, _who, mine, read, _words, _held in said),
    )
    return page, 422 if form.errors else 200


def _address(opening_id: str, application_id: str) -> str:
    return url_for("hiring.applicant_messages", opening_id=opening_id, application_id=application_id)


def _masked(words: Masked) -> tuple[str, bool]:
    return words.text, words.is_held_back


@applications.route("/<application_id>/messages", methods=["GET", "POST"])
@requires(signed_in())
def messages(application_id: str) -> ResponseReturnValue:
    application, form = own_application(application_id, current_actor()), MessageForm()
    if form.validate_on_submit():
        try:
            service.mark_read(application, clock.now(), by_employer=False)
            service.send_message(
                application, form.words.data or "", current_actor(), clock.now(), from_employer=False
            )
        except DomainError as error:
            form.words.errors = [str(error.message)]
        else:
            flash(_("메시지를 보냈어요."), "success")
            return redirect(url_for("applications.messages", application_id=application_id), 303)
    page = render_template(
        "jobs/hiring/application_messages.html",
        application=application,
        opening=application.opening,
        said=queries.messages_of(application),
        form=form,
        unread=bool(queries.count_unread([application], by_employer=False)),
    )
    return page, 422 if form.errors else 200


@applications.post("/<application_id>/messages/read")
@requires(signed_in())
def read_own_messages(application_id: str) -> ResponseReturnValue:
    service.mark_read(own_application(application_id, current_actor()), clock.now(), by_employer=False)
    return redirect(url_for("applications.messages", application_id=application_id), 303)
