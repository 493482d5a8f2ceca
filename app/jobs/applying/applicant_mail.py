"""What applicants are told by mail: the words of each decision, seen by the employer before they go.

A mail is made from what the employer may see and from nothing else, so that its preview tells nobody's name in a
blind opening. The address is looked up here and shown to nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import delete, select

from app.accounts.models import WRITING_ROLES, Account, Membership
from app.accounts.tokens import absolute_url
from app.core.db import db
from app.core.i18n import Text, in_language
from app.core.mail import OutgoingMail, send_later
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.applying.visible import Visible
from app.jobs.opening_models import Opening


@dataclass(frozen=True)
class Letter:
    """A mail as its sender sees it before it goes."""

    recipient: Text
    subject: str
    body: str


# Writes an employer's own text to one applicant, in the language that they read.
Writer = Callable[[Visible, str], str]


def decision_letter(
    application: Visible,
    opening: Opening,
    stage: Stage,
    words: str,
    writer: Writer | None = None,
    language: str = "ko",
) -> Letter:
    """Answer the mail that would tell this decision. `words` are what the employer adds, `writer` writes its own text
    in place of ours."""
    letter = current_app.jinja_env.get_template("emails/application_decided.txt")
    with in_language(language):
        text = letter.render(
            issuer_name=current_app.config["IEUM_ISSUER_NAME"],
            **_said(application, opening, stage, words, writer(application, language) if writer else ""),
        )
    subject, _separator, body = text.strip().partition("\n")
    return Letter(application.name, subject.strip(), body.strip())


def tell_decision(
    application: Application,
    seen: Visible,
    opening: Opening,
    stage: Stage,
    words: str,
    at: datetime,
    *,
    not_before: datetime,
    writer: Writer | None = None,
) -> str:
    """Store the mail that tells a decision, to go at `not_before`; answer its public id, empty without address.

    `writer` writes the employer's own text in place of ours.
    """
    account = account_of_applicant(application)
    if account is None:
        return ""
    mail = send_later(
        account.email,
        "application_decided",
        at,
        language=account.language,
        **_said(seen, opening, stage, words, writer(seen, account.language) if writer else ""),
    )
    mail.not_before = not_before
    db.session.flush()
    return mail.public_id


def take_back(mail_id: str) -> bool:
    """Delete a mail that has not been sent; answer whether it was: False when a worker has taken it already."""
    gone = db.session.execute(
        delete(OutgoingMail).where(
            OutgoingMail.public_id == mail_id, OutgoingMail.sent_at.is_(None), OutgoingMail.attempts == 0
        )
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def account_of_applicant(application: Application) -> Account | None:
    """Answer the account of whoever applied; None when it was closed."""
    if application.person_id is None:
        return None
    rows = select(Account).where(Account.person_id == application.person_id, Account.confirmed_at.is_not(None))
    return db.session.scalars(rows).one_or_none()


def people_to_tell(opening: Opening) -> list[Account]:
    """Answer the managers and clerks of the employer, who are told what applicants do."""
    rows = (
        select(Account)
        .join(Account.memberships)
        .where(
            Membership.organisation_id == opening.organisation_id,
            Membership.role.in_(WRITING_ROLES),
            Account.confirmed_at.is_not(None),
        )
    )
    return list(db.session.scalars(rows.order_by(Account.id)))


def _said(seen: Visible, opening: Opening, stage: Stage, words: str, text: str) -> dict[str, object]:
    return {
        "title": opening.title,
        "employer": opening.employer_name,
        "applicant": seen.name,
        "stage": stage.value,
        "text": text,
        "words": words.strip(),
        "contact": " ".join(filter(None, (opening.contact_name, opening.contact_phone, opening.contact_email))),
        "page_url": _page(seen, stage),
    }


def _page(seen: Visible, stage: Stage) -> str:
    """Answer where the applicant goes on: to the interview times, or to the messages with the employer."""
    page = "applications.interview" if stage is Stage.INTERVIEW else "applications.messages"
    return absolute_url(page, application_id=seen.public_id)
