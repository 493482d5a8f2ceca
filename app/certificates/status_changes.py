"""Marking a certificate as revoked or replaced: the one place that changes its status columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, true, update

from app.certificates import log_intents
from app.certificates.holder_mail import tell_holder
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


def hold_lists(certificates: Sequence[Certificate]) -> None:
    """Hold the status lists of certificates that will be marked until the transaction ends, in the order of ids.

    Everybody holds lists in this order, so that no two wait for each other. Whoever allots a place as well calls this
    before: the list that places are allotted on is the newest.
    """
    _hold(_lists_of(certificates))


def make_all_stale() -> None:
    """Have every status list signed anew: the key that signed them is given up."""
    _hold(true())
    db.session.execute(update(StatusList).values(is_stale=True))
    wake("status")


def _lists_of(certificates: Sequence[Certificate]) -> ColumnElement[bool]:
    ids = [certificate.status_list_id for certificate in certificates]
    return or_(StatusList.id.in_(ids), StatusList.beside_id.in_(ids))


def _hold(lists: ColumnElement[bool]) -> None:
    db.session.execute(select(StatusList.id).where(lists).order_by(StatusList.id).with_for_update()).all()


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

    Verification on this service heeds the mark at once, and the holder is written to.
    """
    require_valid(certificate)
    certificate.status, certificate.status_at, certificate.replaced_by = status.value, at, replaced_by
    hold_lists([certificate])
    db.session.execute(update(StatusList).where(_lists_of([certificate])).values(is_stale=True))
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
    tell_holder(certificate, at)
    wake("status")


def changes_of(certificate: Certificate) -> list[StatusChange]:
    """Answer why a certificate was revoked or replaced, for its centre."""
    rows = select(StatusChange).where(StatusChange.certificate_public_id == certificate.public_id)
    return list(db.session.scalars(rows.order_by(StatusChange.id)))
