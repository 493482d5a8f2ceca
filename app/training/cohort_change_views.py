"""A cohort that exists is edited in the browser: form, preview, confirm."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires
from app.core.errors import Conflict, DomainError, Invalid
from app.core.i18n import _, ngettext
from app.training import cohort_change_service as service
from app.training.blueprints import cohorts
from app.training.cohort_change_form import CohortChangeForm
from app.training.forms import ConfirmationForm
from app.training.models import Cohort
from app.training.scope import find_cohort, may_write
from app.training.session_dates import ranges
from app.training.ticket import seal, unseal

PURPOSE = "cohort-change"


@cohorts.route("/<cohort_id>/edit", methods=["GET", "POST"])
@requires(may_write(), only_looks=True)
def edit(cohort_id: str) -> ResponseReturnValue:
    actor = current_actor()
    cohort = find_cohort(cohort_id, actor, to_write=True)
    form = CohortChangeForm()
    if not form.is_submitted():
        form.describe(cohort, service.recorded_numbers(cohort))
        return _form(cohort, form, 200)
    if not form.validate():
        return _form(cohort, form, 422)
    try:
        preview = service.preview(cohort, form.capacity.data, form.wanted())
    except DomainError as error:
        form.form_errors.append(str(error.message))
        return _form(cohort, form, error.status)
    content = service.pack(preview.wanted)
    ticket = seal(current_app.config["SECRET_KEY"], PURPOSE, actor, cohort.public_id, content)
    return render_template(
        "training/cohort_edit_preview.html",
        cohort=cohort,
        preview=preview,
        form=ConfirmationForm(formdata=None, ticket=ticket),
    )


@cohorts.post("/<cohort_id>/edit/confirm")
@requires(may_write())
def confirm_edit(cohort_id: str) -> ResponseReturnValue:
    actor = current_actor()
    cohort = find_cohort(cohort_id, actor, to_write=True)
    sealed = ConfirmationForm().ticket.data or ""
    try:
        content = unseal(current_app.config["SECRET_KEY"], PURPOSE, actor, cohort.public_id, sealed)
        done = service.apply(cohort, service.unpack(content), actor, clock.now())
    except (Conflict, Invalid) as error:
        form = CohortChangeForm(formdata=None)
        form.describe(cohort, service.recorded_numbers(cohort))
        form.form_errors.append(str(error.message))
        return _form(cohort, form, error.status)
    flash(_("기수를 고쳤어요."), "success")
    if done.seated:
        flash(
            ngettext("대기하던 %(num)s명이 등록되었어요.", "대기하던 %(num)s명이 등록되었어요.", done.seated), "info"
        )
    return redirect(url_for("cohorts.show", cohort_id=cohort.public_id), 303)


def _form(cohort: Cohort, form: CohortChangeForm, status: int) -> ResponseReturnValue:
    recorded = service.recorded_numbers(cohort)
    page = render_template("training/cohort_edit.html", cohort=cohort, form=form, recorded=recorded, ranges=ranges)
    return page, status
