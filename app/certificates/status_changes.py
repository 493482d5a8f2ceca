"""Marking a certificate as revoked or replaced: the one place that changes its status columns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update

from app.certificates import log_intents
from app.certificates.models import Certificate, CertificateStatus, StatusChange, StatusList, StatusReason
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.i18n import _
from app.core.jobs import wake


def lock(certificate: Certificate) -> Certificate:
    """Hold a certificate until the transaction ends, as it stands now: two marks at once would lose one."""
    return db.session.scalars(
        select(Certificate)
        .where(Certificate.id == certificate.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def require_valid(certificate: Certificate) -> None:
    """Raise `Conflict` when a certificate has been revoked or replaced already: that is final."""
    if certificate.status == CertificateStatus.REVOKED:
        raise Conflict(_("이미 폐지한 수료증이에요. 폐지는 되돌릴 수 없어요."))
    if certificate.status == CertificateStatus.REPLACED:
        raise Conflict(_("이미 정정한 수료증이에요. 새 수료증에서 이어서 해 주세요."))


def mark(
    certificate: Certificate,
    status: CertificateStatus,
    reason: StatusReason,
    actor: Actor,
    at: datetime,
    *,
    words: str = "",
    replaced_by: str | None = None,
) -> None:
    """Mark a locked, valid certificate. Its status lists become stale and are signed anew within a minute.

    Verification on this service heeds the mark at once.
    """
    require_valid(certificate)
    certificate.status, certificate.status_at, certificate.replaced_by = status.value, at, replaced_by
    lists = or_(StatusList.id == certificate.status_list_id, StatusList.beside_id == certificate.status_list_id)
    db.session.execute(update(StatusList).where(lists).values(is_stale=True))
    change = StatusChange(
        certificate_public_id=certificate.public_id,
        status=status.value,
        replaced_by=replaced_by,
        reason=reason.value,
        words=words[:500],
        account_id=actor.account_id,
        actor_label=actor.label[:120],
        created_at=at,
    )
    db.session.add(change)
    db.session.flush()
    audit.record(
        actor,
        f"certificate.{'revoke' if status is CertificateStatus.REVOKED else 'replace'}",
        certificate,
        at=at,
        after={"status": status.value, "reason": reason.value, "replaced_by": replaced_by},
        why=words,
    )
    if replaced_by is not None:
        log_intents.note_replaced(certificate, replaced_by)
    else:
        log_intents.note_revoked(certificate)
    wake("status")


def changes_of(certificate: Certificate) -> list[StatusChange]:
    """Answer why a certificate was revoked or replaced, for its centre."""
    rows = select(StatusChange).where(StatusChange.certificate_public_id == certificate.public_id)
    return list(db.session.scalars(rows.order_by(StatusChange.id)))
