"""Revoking one certificate: a last look with the reason, and the act."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import MembershipRole
from app.certificates import revocation_service
from app.certificates.blueprints import certificates
from app.certificates.forms import RevocationForm
from app.certificates.models import Certificate, StatusReason
from app.core import clock
from app.core.access import current_actor, get_owned, member, requires
from app.core.i18n import _, _l
from app.training.scope import CENTRE

_MANAGER = (MembershipRole.MANAGER.value,)


@certificates.route("/certificates/<public_id>/revoke", methods=["GET", "POST"])
@requires(member(CENTRE, roles=_MANAGER), shows=_l("폐지할 수료증"))
def revoke(public_id: str) -> ResponseReturnValue:
    """Revoke for good; only a centre's managers may."""
    actor = current_actor()
    certificate = get_owned(Certificate, public_id, actor, roles=_MANAGER)
    form = RevocationForm()
    if not form.validate_on_submit():
        page = render_template("certificates/revoke.html", certificate=certificate, form=form)
        return page, 422 if form.errors else 200
    revocation_service.revoke(certificate, StatusReason(form.reason.data), form.words.data or "", actor, clock.now())
    flash(
        _("%(serial)s 수료증을 폐지했어요. 확인 페이지에는 바로 폐지로 나와요.", serial=certificate.serial), "success"
    )
    return redirect(url_for("certificates.show", public_id=certificate.public_id), 303)
