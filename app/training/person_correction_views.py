"""Putting a person's name and date of birth right."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires
from app.core.errors import DomainError
from app.core.i18n import _, _l
from app.training import person_correction_service
from app.training.blueprints import cohorts
from app.training.forms import PersonCorrectionForm
from app.training.scope import find_cohort, find_enrolment, may_write


@cohorts.route("/<cohort_id>/people/<enrolment_id>/correct", methods=["GET", "POST"])
@requires(may_write(), shows=_l("바로잡을 인적 사항"))
def correct_person(cohort_id: str, enrolment_id: str) -> ResponseReturnValue:
    actor = current_actor()
    cohort = find_cohort(cohort_id, actor, to_write=True)
    enrolment = find_enrolment(cohort, enrolment_id, actor)
    form = PersonCorrectionForm(obj=enrolment.person)
    if form.validate_on_submit():
        try:
            changed = person_correction_service.correct_person(
                enrolment,
                form.name.data or "",
                form.birth_date.data,
                actor,
                clock.now(),
                why=form.reason.data or "",
            )
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            flash(
                _("인적 사항을 바로잡았어요.") if changed else _("바뀐 것이 없어요."),
                "success" if changed else "info",
            )
            return redirect(
                url_for("cohorts.person", cohort_id=cohort.public_id, enrolment_id=enrolment.public_id), 303
            )
    page = render_template("training/correct_person.html", cohort=cohort, enrolment=enrolment, form=form)
    return page, 422 if form.errors else 200
