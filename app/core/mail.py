"""Mail: stored with its cause, delivered by the worker.

In development nothing leaves the machine: each mail is a file in `<instance>/mail` and a line on the console.
With `IEUM_SMTP_URL` (smtp://user:password@host:587, smtps:// for implicit TLS) it is sent.
"""

from __future__ import annotations

import logging
import os
import smtplib
import ssl
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import formataddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import Index, Integer, String, Text, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, db, new_public_id, unit_of_work
from app.core.i18n import in_language
from app.core.jobs import job, wake

MAX_ATTEMPTS = 8
# One run sends no more than this, so that a slow mail server cannot keep the worker from its other work for long.
MAX_A_RUN = 20
KEPT_FOR = timedelta(days=30)
_log = logging.getLogger("ieum.mail")


class OutgoingMail(Base):
    """One mail to one person. `sent_at` is empty until the worker has handed it over, and `body` from then on."""

    __tablename__ = "outgoing_mails"
    __table_args__ = (Index("ix_outgoing_mails_waiting", "sent_at", "not_before"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def send_later(to: str, template: str, at: datetime, *, language: str, **context: Any) -> OutgoingMail:
    """Store a mail in its reader's language (not that of whoever causes it) and wake the worker.

    `template` names `templates/emails/<template>.txt`; its first line is the subject, the rest after an empty line
    the body.
    """
    # Not `render_template`: that adds what pages know (menu, visitor), and mail is also written without a request.
    letter = current_app.jinja_env.get_template(f"emails/{template}.txt")
    issuer, base_url = current_app.config["IEUM_ISSUER_NAME"], current_app.config["IEUM_BASE_URL"]
    with in_language(language):
        text = letter.render(issuer_name=issuer, base_url=base_url, **context)
    subject, _separator, body = text.strip().partition("\n")
    mail = OutgoingMail(
        recipient=to,
        subject=subject.strip()[:200],
        body=body.strip() + "\n",
        created_at=at,
        not_before=at,
        attempts=0,
    )
    db.session.add(mail)
    wake("mail")
    return mail


@job("mail")
def deliver_waiting(at: datetime) -> None:
    """Deliver every mail whose time has come; one that fails waits longer each time and stays stored."""
    waiting = select(OutgoingMail.id).where(
        OutgoingMail.sent_at.is_(None), OutgoingMail.not_before <= at, OutgoingMail.attempts < MAX_ATTEMPTS
    )
    ids = list(db.session.scalars(waiting.order_by(OutgoingMail.id)))
    db.session.rollback()
    with unit_of_work():
        # That a mail was delivered is kept only as long as somebody may ask; what it said goes with its delivery.
        db.session.execute(delete(OutgoingMail).where(OutgoingMail.sent_at < at - KEPT_FOR))
    for mail_id in ids[:MAX_A_RUN]:
        _deliver_one(mail_id, at)
    if len(ids) > MAX_A_RUN:
        with unit_of_work():
            wake("mail")


def _deliver_one(mail_id: int, at: datetime) -> None:
    """Take one mail, send it, note that it went: three steps, for a slow mail server must not hold a transaction."""
    with unit_of_work():
        mail = _take(mail_id, at)
        if mail is None:
            return
        public_id, message = mail.public_id, _message(mail)
        name = f"{mail.created_at:%Y%m%dT%H%M%S}-{mail.public_id}.eml"
    try:
        _transport(message, name)
    except (OSError, smtplib.SMTPException) as error:
        _log.warning("mail %s could not be delivered: %s", public_id, type(error).__name__)
        return
    with unit_of_work():
        db.session.execute(update(OutgoingMail).where(OutgoingMail.id == mail_id).values(sent_at=at, body=""))


def _take(mail_id: int, at: datetime) -> OutgoingMail | None:
    # Taken means tried: should the worker die while it sends, the mail is tried again after the same wait.
    claim = select(OutgoingMail).where(
        OutgoingMail.id == mail_id, OutgoingMail.sent_at.is_(None), OutgoingMail.not_before <= at
    )
    mail = db.session.scalars(claim.with_for_update(skip_locked=True)).one_or_none()
    if mail is not None:
        mail.attempts += 1
        mail.not_before = at + timedelta(minutes=2**mail.attempts)
    return mail


def _message(mail: OutgoingMail) -> EmailMessage:
    message = EmailMessage()
    sender = os.environ.get("IEUM_MAIL_FROM", "no-reply@localhost")
    message["From"] = formataddr((current_app.config["IEUM_ISSUER_NAME"], sender))
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    # The same when it is sent again, after a crash between sending and noting it: servers can drop the second.
    message["Message-ID"] = f"<{mail.public_id}@ieum.invalid>"
    message.set_content(mail.body)
    return message


def _transport(message: EmailMessage, name: str) -> None:
    url = os.environ.get("IEUM_SMTP_URL")
    if url:
        _send_by_smtp(url, message)
        return
    folder = Path(current_app.config["IEUM_INSTANCE_DIR"]) / "mail"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Named by the mail's own id: delivering it again after a crash overwrites the same file.
    (folder / name).write_bytes(bytes(message))
    _log.info("mail written to %s", folder / name)


def _send_by_smtp(url: str, message: EmailMessage) -> None:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    secure = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=10, context=secure)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=10)
    with server:
        if parts.scheme != "smtps" and host not in ("localhost", "127.0.0.1", "::1"):
            server.starttls(context=secure)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
