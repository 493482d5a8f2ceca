"""Tells the holder what became of a certificate: whoever carries it must not learn it from an employer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Account, Person
from app.certificates.authority import this_authority
from app.certificates.models import Certificate
from app.core.db import db
from app.core.mail import send_later


def tell_holder(certificate: Certificate, at: datetime) -> None:
    """Write to the holder, if she has an account, that a certificate was revoked or replaced. Why is not told."""
    rows = select(Account).join(Person, Account.person_id == Person.id)
    account = db.session.scalars(rows.where(Person.public_id == certificate.person_public_id)).one_or_none()
    if account is None:
        return
    new = certificate.replaced_by
    send_later(
        account.email,
        "certificate_revoked" if new is None else "certificate_replaced",
        at,
        language=account.language,
        name=account.name,
        centre=certificate.centre_name,
        course=certificate.course_name,
        serial=certificate.serial,
        page_url=this_authority().verification_url(new or certificate.public_id),
    )
