"""Revocation (폐지): a certificate that must no longer count. It stays readable and says so to everybody."""

from __future__ import annotations

from datetime import datetime

from app.certificates import status_changes
from app.certificates.models import Certificate, CertificateStatus, StatusReason
from app.core.access import Actor
from app.core.errors import Invalid
from app.core.i18n import _

REASONS = (
    StatusReason.ISSUED_IN_ERROR,
    StatusReason.NOT_EARNED,
    StatusReason.HOLDERS_WISH,
    StatusReason.OTHER,
)


def revoke(certificate: Certificate, reason: StatusReason, words: str, actor: Actor, at: datetime) -> None:
    """Revoke a certificate for good. Raises `Conflict` when it is revoked or replaced, `Invalid` without words."""
    if reason not in REASONS or not words.strip():
        raise Invalid(_("폐지하는 사유를 골라 적어 주세요. 사유는 교육기관 안에서만 보여요."))
    held = status_changes.lock(certificate)
    status_changes.mark(held, CertificateStatus.REVOKED, reason, actor, at, words=words.strip())
