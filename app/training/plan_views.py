"""A plan file (교육계획) in the browser: choose, preview, confirm."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Organisation
from app.core import clock
from app.core.access import Actor, current_actor, requires
from app.core.errors import Conflict, DomainError, Invalid, NotFound
from app.core.i18n import _
from app.core.uploads import takes_file
from app.training import plan_service
from app.training.blueprints import cohorts
from app.training.forms import ConfirmationForm, SheetUploadForm
from app.training.models import CourseKind
from app.training.plan_file import Plan, parse
from app.training.scope import centres_to_write, may_write
from app.training.ticket import seal, unseal

PURPOSE = "plan"


@cohorts.route("/plan", methods=["GET", "POST"])
@requires(may_write())
@takes_file(lambda _size: _("교육계획 파일은 5MB까지 올릴 수 있어요. 과정을 나누어 올려 주세요."))
def plan() -> ResponseReturnValue:
    form = SheetUploadForm()
    if not form.validate_on_submit():
        return _choose(form, 422 if form.errors else 200)
    try:
        data = form.file.data.read()
        planned = parse(data)
        centre = _own_centre(planned, current_actor())
        added = plan_service.new_courses(planned, centre)
    except DomainError as error:
        form.file.errors = [str(error.message)]
        return _choose(form, error.status)
    ticket = seal(
        current_app.config["SECRET_KEY"],
        PURPOSE,
        current_actor(),
        centre.public_id,
        {"plan": data.decode("utf-8-sig")},
    )
    return render_template(
        "training/plan_preview.html",
        plan=planned,
        added=added,
        form=ConfirmationForm(formdata=None, ticket=ticket),
        centre=centre,
        kinds=CourseKind,
    )


@cohorts.post("/plan/<centre_id>/confirm")
@requires(may_write())
def confirm_plan(centre_id: str) -> ResponseReturnValue:
    actor = current_actor()
    if centre_id not in {centre.public_id for centre in centres_to_write(actor)}:
        raise NotFound
    sealed = ConfirmationForm().ticket.data or ""
    try:
        content = unseal(current_app.config["SECRET_KEY"], PURPOSE, actor, centre_id, sealed)
        planned = parse(content["plan"])
        result = plan_service.import_plan(planned, actor, clock.now(), _own_centre(planned, actor))
    except (Conflict, Invalid) as error:
        form = SheetUploadForm(formdata=None)
        form.file.errors = [str(error.message)]
        return _choose(form, error.status)
    flash(_("기수 %(count)s개를 만들었어요. 다음은 명단을 올릴 차례예요.", count=len(result.added)), "success")
    return redirect(url_for("cohorts.index"), 303)


def _own_centre(planned: Plan, actor: Actor) -> Organisation:
    for centre in centres_to_write(actor):
        if centre.name == planned.centre:
            return centre
    raise Invalid(
        _(
            "계획 파일의 교육기관 ‘%(name)s’은(는) 이 계정이 담당하는 교육기관이 아니에요. "
            "파일의 centre를 확인해 주세요.",
            name=planned.centre,
        )
    )


def _choose(form: SheetUploadForm, status: int) -> ResponseReturnValue:
    return render_template("training/plan.html", form=form), status
