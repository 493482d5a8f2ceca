"""A cohort's roster from a file: choose, preview, confirm; and the empty form to fill in."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires
from app.core.i18n import _, _l
from app.core.sheets import SheetError
from app.core.uploads import table_too_large, takes_file
from app.training import roster_service
from app.training.blueprints import cohorts
from app.training.forms import ConfirmationForm, SheetUploadForm
from app.training.models import Cohort
from app.training.received_file import receive
from app.training.scope import find_cohort, may_write
from app.training.ticket import seal, unseal

PURPOSE = "roster"


@cohorts.route("/<cohort_id>/roster", methods=["GET", "POST"])
@requires(may_write(), only_looks=True, shows=_l("명단 미리보기"))
@takes_file(table_too_large)
def roster(cohort_id: str) -> ResponseReturnValue:
    cohort = find_cohort(cohort_id, current_actor(), to_write=True)
    form = SheetUploadForm()
    if not form.validate_on_submit():
        return _choose(cohort, form, 422 if form.errors else 200)
    try:
        preview = roster_service.preview(cohort, receive(form.file.data))
    except SheetError as error:
        form.file.errors = [str(error.message)]
        return _choose(cohort, form, error.status)
    if not preview.can_be_applied:
        return render_template("training/roster_problems.html", cohort=cohort, preview=preview, form=form), 422
    ticket = seal(
        current_app.config["SECRET_KEY"], PURPOSE, current_actor(), cohort.public_id, roster_service.pack(preview)
    )
    confirmation = ConfirmationForm(formdata=None, ticket=ticket)
    return render_template("training/roster_preview.html", cohort=cohort, preview=preview, form=confirmation)


@cohorts.post("/<cohort_id>/roster/confirm")
@requires(may_write())
def confirm_roster(cohort_id: str) -> ResponseReturnValue:
    actor = current_actor()
    cohort = find_cohort(cohort_id, actor, to_write=True)
    ticket = ConfirmationForm().ticket.data or ""
    content = unseal(current_app.config["SECRET_KEY"], PURPOSE, actor, cohort.public_id, ticket)
    result = roster_service.apply(cohort, roster_service.unpack(content), actor, clock.now())
    flash(
        _(
            "명단을 반영했어요. 새로 등록 %(new)s명, 대기 %(waiting)s명, 이미 등록 %(known)s명이에요.",
            new=len(result.enrolled),
            waiting=len(result.waitlisted),
            known=len(result.known),
        ),
        "success",
    )
    return redirect(url_for("cohorts.show", cohort_id=cohort.public_id), 303)


def _choose(cohort: Cohort, form: SheetUploadForm, status: int) -> ResponseReturnValue:
    return render_template("training/roster.html", cohort=cohort, form=form), status
