"""One person in a cohort: attendance with its history, cancelling, restoring, and enrolling by hand."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires
from app.core.errors import DomainError
from app.core.i18n import _, _l
from app.training import enrolment_service, queries
from app.training.blueprints import cohorts
from app.training.forms import PersonForm, ReasonForm
from app.training.models import Enrolment, EnrolmentStatus
from app.training.scope import can_write, find_cohort, find_enrolment, may_look, may_write


@cohorts.get("/<cohort_id>/people/<enrolment_id>")
@requires(may_look(), shows=_l("한 사람의 출결과 수료판정"))
def person(cohort_id: str, enrolment_id: str) -> ResponseReturnValue:
    actor = current_actor()
    cohort = find_cohort(cohort_id, actor)
    enrolment = find_enrolment(cohort, enrolment_id, actor)
    return render_template(
        "training/person.html",
        cohort=cohort,
        enrolment=enrolment,
        report=queries.enrolment_report(enrolment),
        sessions=queries.session_histories(enrolment),
        statuses=EnrolmentStatus,
        writes=can_write(actor, cohort.organisation_id),
    )


@cohorts.route("/<cohort_id>/people/new", methods=["GET", "POST"])
@requires(may_write())
def enrol(cohort_id: str) -> ResponseReturnValue:
    actor = current_actor()
    cohort = find_cohort(cohort_id, actor, to_write=True)
    form = PersonForm()
    if form.validate_on_submit():
        try:
            enrolment, new = enrolment_service.enrol_one(cohort, form.roster_person(), actor, clock.now())
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            flash(*_enrolled_message(enrolment, new))
            return redirect(url_for("cohorts.show", cohort_id=cohort.public_id), 303)
    return render_template("training/enrol.html", cohort=cohort, form=form), 422 if form.errors else 200


def _enrolled_message(enrolment: Enrolment, new: bool) -> tuple[str, str]:
    name = enrolment.person.name
    if not new:
        return _("%(name)s님은 이미 이 기수에 등록되어 있어요.", name=name), "info"
    if enrolment.status == EnrolmentStatus.WAITLISTED:
        return _("정원이 차서 %(name)s님을 대기로 등록했어요.", name=name), "warning"
    return _("%(name)s님을 등록했어요.", name=name), "success"


@cohorts.route("/<cohort_id>/people/<enrolment_id>/cancel", methods=["GET", "POST"])
@requires(may_write(), shows=_l("수강취소할 사람"))
def cancel(cohort_id: str, enrolment_id: str) -> ResponseReturnValue:
    actor = current_actor()
    cohort = find_cohort(cohort_id, actor, to_write=True)
    enrolment = find_enrolment(cohort, enrolment_id, actor)
    form = ReasonForm()
    if not form.validate_on_submit():
        waiting = queries.enrolments(cohort, EnrolmentStatus.WAITLISTED)
        page = render_template("training/cancel.html", cohort=cohort, enrolment=enrolment, form=form, waiting=waiting)
        return page, 422 if form.errors else 200
    following = enrolment_service.cancel_enrolment(enrolment, actor, clock.now(), why=form.reason.data or "")
    flash(_("%(name)s님의 수강을 취소했어요.", name=enrolment.person.name), "success")
    if following is not None:
        flash(_("대기하던 %(name)s님이 등록되었어요.", name=following.person.name), "info")
    return redirect(url_for("cohorts.show", cohort_id=cohort.public_id), 303)


@cohorts.route("/<cohort_id>/people/<enrolment_id>/restore", methods=["GET", "POST"])
@requires(may_write(), shows=_l("수강취소를 되돌릴 사람"))
def restore(cohort_id: str, enrolment_id: str) -> ResponseReturnValue:
    actor = current_actor()
    cohort = find_cohort(cohort_id, actor, to_write=True)
    enrolment = find_enrolment(cohort, enrolment_id, actor)
    form = ReasonForm()
    if not form.validate_on_submit():
        page = render_template("training/restore.html", cohort=cohort, enrolment=enrolment, form=form)
        return page, 422 if form.errors else 200
    enrolment_service.restore_enrolment(enrolment, actor, clock.now(), why=form.reason.data or "")
    if enrolment.status == EnrolmentStatus.WAITLISTED:
        flash(_("정원이 차서 %(name)s님을 대기로 되돌렸어요.", name=enrolment.person.name), "warning")
    else:
        flash(_("%(name)s님의 수강취소를 되돌렸어요.", name=enrolment.person.name), "success")
    return redirect(url_for("cohorts.show", cohort_id=cohort.public_id), 303)
