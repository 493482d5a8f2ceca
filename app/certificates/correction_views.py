"""Correcting one certificate: what would change, the reason, and the request to the worker."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import WRITING_ROLES
from app.certificates import correction_service
from app.certificates.blueprints import certificates
from app.certificates.forms import CorrectionForm
from app.certificates.models import Certificate, StatusReason
from app.core import clock
from app.core.access import current_actor, get_owned, requires
from app.core.i18n import _, _l
from app.training.scope import may_write


@certificates.route("/certificates/<public_id>/correct", methods=["GET", "POST"])
@requires(may_write(), shows=_l("정정할 수료증"))
def correct(public_id: str) -> ResponseReturnValue:
    actor = current_actor()
    certificate = get_owned(Certificate, public_id, actor, roles=WRITING_ROLES)
    form = CorrectionForm()
    if not form.validate_on_submit():
        preview = correction_service.preview(certificate)
        page = render_template("certificates/correct.html", certificate=certificate, preview=preview, form=form)
        return page, 422 if form.errors else 200
    issuance = correction_service.request_correction(
        certificate, StatusReason(form.reason.data), form.words.data or "", actor, clock.now()
    )
    flash(_("정정한 수료증을 발급하고 있어요. 다 되면 이전 수료증은 ‘정정됨’으로 바뀌어요."), "success")
    return redirect(url_for("certificates.cohort", cohort_id=issuance.request.cohort.public_id), 303)
