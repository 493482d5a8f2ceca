"""Bulk verifications asked for and worked off through the services, and files to send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Account, Organisation
from app.certificates import bulk_job, bulk_service
from app.certificates.authority import this_authority
from app.certificates.bulk_models import BulkVerification, BulkVerificationItem
from app.certificates.bulk_reading import SentFile, read_questions
from app.certificates.models import Certificate
from app.certificates.paper import sealed_pdf
from app.core import clock
from app.core.db import db, unit_of_work


def pdf_of(certificate: Certificate) -> bytes:
    """Answer the sealed paper of a certificate."""
    return sealed_pdf(certificate, this_authority())


def ask(
    organisation: Organisation,
    member: Account,
    files: Sequence[bytes] = (),
    lines: str = "",
    *,
    title: str = "",
    at: datetime | None = None,
) -> BulkVerification:
    """Store a bulk verification that waits for the worker."""
    sent = [SentFile(f"{place}.file", data) for place, data in enumerate(files, start=1)]
    with unit_of_work():
        return bulk_service.submit(organisation, read_questions(sent, lines), title, member.actor, at or clock.now())


def verified(
    organisation: Organisation, member: Account, files: Sequence[bytes] = (), lines: str = "", title: str = ""
) -> BulkVerification:
    """Ask and let the worker do it."""
    bulk = ask(organisation, member, files, lines, title=title)
    bulk_job.work_off(clock.now())
    return bulk


def items() -> list[BulkVerificationItem]:
    """Answer every item there is, in order."""
    db.session.expire_all()
    return list(db.session.scalars(select(BulkVerificationItem).order_by(BulkVerificationItem.id)))


def answers() -> list[tuple[str | None, str]]:
    """Answer the answer and the reason of every item."""
    return [(item.answer, item.reason) for item in items()]
