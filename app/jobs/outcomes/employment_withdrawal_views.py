"""Withdrawing an employment: `/employments/<id>/withdraw` for its employer, `/employments/mine/<id>/withdraw` for
whose job it is."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.errors import DomainError
from app.core.i18n import _, _l
from app.jobs.blueprints import employments
from app.jobs.outcomes import employment_queries as queries
from app.jobs.outcomes.employment_forms import WithdrawalForm
from app.jobs.outcomes.employment_models import Employment
from app.jobs.outcomes.employment_withdrawal import withdraw_employment
from app.jobs.scope import may_write


@employments.route("/<employment_id>/withdraw", methods=["GET", "POST"])
@requires(may_write(), shows=_l("채용한 사람"))
def withdraw(employment_id: str) -> ResponseReturnValue:
    employment = queries.employment_of(current_actor(), employment_id, to_write=True)
    back = url_for("employments.show", employment_id=employment_id)
    return _answer(employment, "jobs/outcomes/employment_withdraw.html", back, by_person=False)


@employments.route("/mine/<employment_id>/withdraw", methods=["GET", "POST"])
@requires(signed_in())
def withdraw_own(employment_id: str) -> ResponseReturnValue:
    employment = queries.own_employment(current_actor(), employment_id)
    return _answer(
        employment, "jobs/outcomes/my_employment_withdraw.html", url_for("employments.mine"), by_person=True
    )


def _answer(employment: Employment, template: str, back: str, *, by_person: bool) -> ResponseReturnValue:
    if employment.withdrawn_at is not None:
        flash(_("이미 철회한 채용 기록이에요."), "info")
        return redirect(back, 303)
    form = WithdrawalForm()
    if form.validate_on_submit():
        try:
            withdraw_employment(employment, form.why.data or "", current_actor(), clock.now(), by_person=by_person)
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            flash(_("채용 확정을 철회했어요. 상대방에게 알렸어요."), "success")
            return redirect(back, 303)
    return render_template(template, employment=employment, form=form, back=back), 422 if form.errors else 200
