"""One certificate, for the person it belongs to and the centre that taught: the page and the paper."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.certificates import queries
from app.certificates.authority import this_authority
from app.certificates.badge import MIMETYPES, Picture, badge
from app.certificates.blueprints import certificates
from app.certificates.downloads import download
from app.certificates.models import CertificateStatus, StatusReason
from app.certificates.paper import file_name, sealed_pdf
from app.certificates.qr import qr_svg
from app.certificates.status_changes import changes_of
from app.certificates.verification_service import has_lost_its_key
from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.errors import Conflict, NotFound
from app.core.i18n import _, _l
from app.training.models import CourseKind
from app.training.scope import CENTRE, belongs_to_centre, can_manage, can_write


@certificates.get("/certificates/<public_id>")
@requires(signed_in(), shows=_l("한 사람의 수료증"))
def show(public_id: str) -> ResponseReturnValue:
    actor = current_actor()
    certificate = queries.certificate_for(actor, public_id)
    address = this_authority().verification_url(certificate.public_id)
    return render_template(
        "certificates/show.html",
        certificate=certificate,
        kind=CourseKind(certificate.course_kind).label,
        status=CertificateStatus(certificate.status),
        address=address,
        qr=qr_svg(address, certificate.slip),
        is_mine=not belongs_to_centre(actor),
        may_correct=can_write(actor, certificate.organisation_id),
        may_revoke=can_manage(actor, certificate.organisation_id),
        changes=changes_of(certificate) if certificate.organisation_id in actor.organisation_ids((CENTRE,)) else [],
        reasons=StatusReason,
        has_lost_its_key=has_lost_its_key(certificate, clock.now()),
    )


@certificates.get("/certificates/<public_id>.pdf")
@requires(signed_in(), shows=_l("한 사람의 수료증"))
def pdf(public_id: str) -> ResponseReturnValue:
    certificate = queries.certificate_for(current_actor(), public_id)
    if has_lost_its_key(certificate, clock.now()):
        raise Conflict(
            _("이 수료증에 서명한 키가 폐지되어 PDF를 내려받을 수 없어요. 다시 발급되면 새 수료증을 받아 주세요.")
        )
    if certificate.status != CertificateStatus.VALID:
        # A sealed paper that says nothing of it would look as good as ever.
        raise Conflict(_("폐지하거나 정정한 수료증은 PDF로 내려받을 수 없어요. 정정했으면 새 수료증을 받아 주세요."))
    paper = sealed_pdf(certificate, this_authority())
    return download(paper, "application/pdf", file_name(certificate, "pdf"))


@certificates.get("/certificates/<public_id>.jwt")
@requires(signed_in(), shows=_l("한 사람의 수료증"))
def token(public_id: str) -> ResponseReturnValue:
    certificate = queries.certificate_for(current_actor(), public_id)
    if certificate.token is None:
        raise NotFound
    return download(certificate.token, "application/vc+jwt", file_name(certificate, "jwt"))


@certificates.get("/certificates/<public_id>.<any(png, svg):picture>")
@requires(signed_in(), shows=_l("한 사람의 수료증"))
def picture(public_id: str, picture: Picture) -> ResponseReturnValue:
    certificate = queries.certificate_for(current_actor(), public_id)
    return download(badge(certificate, picture), MIMETYPES[picture], file_name(certificate, picture))
