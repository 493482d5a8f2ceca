"""Handing in an application, and taking it back.

There is one application for each person and opening, whatever comes at once: the draft is held while it is handed
in and gone afterwards, and the database refuses a second row. Applying again after withdrawing takes the same row,
with its number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Person
from app.accounts.tokens import absolute_url
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.i18n import _l
from app.core.mail import send_later
from app.jobs.applicant_trail import APPLICANT
from app.jobs.application_models import (
    Application,
    ApplicationConsent,
    ApplicationEvent,
    ApplicationFile,
    ApplicationItem,
)
from app.jobs.application_words import Stage
from app.jobs.applying import application_draft_queries as drafts
from app.jobs.applying import application_queries as queries
from app.jobs.applying.application_draft_models import ApplicationDraft
from app.jobs.applying.application_draft_service import require_open
from app.jobs.applying.application_numbers import receipt_number, take_number
from app.jobs.applying.application_package import Package, pack
from app.jobs.applying.resume_document import resume_file
from app.jobs.applying.taking_back import forget_what_was_said
from app.jobs.opening_models import Opening
from app.portfolio.foreign_badge_queries import hold_account

WORKER_LABEL = "worker: applications"


@dataclass(frozen=True)
class HandedIn:
    """What became of handing in; `is_new` False: it had been handed in before, by the same double click."""

    application: Application
    is_new: bool


def submit_application(person: Person, opening: Opening, digest: str, actor: Actor, at: datetime) -> HandedIn:
    """Hand in what the page with this digest showed; handed in twice, the first one is answered.

    Raises `Conflict` when the opening takes no applications any more, when something has changed since that page, or
    when the consent is to something else; `NotFound` when the account has just been closed.
    """
    # Before the draft: whoever closes the account holds it, too, and deletes the drafts.
    hold_account(person)
    draft = drafts.held_draft(person, opening)
    if draft is None:
        return _handed_in_before(person, opening)
    queries.hold_opening(opening)
    require_open(opening, at)
    package = pack(draft, person, opening, at)
    _check(package, draft, digest)
    existing = queries.held_application_for(person, opening)
    if existing is not None and existing.stage != Stage.WITHDRAWN:
        _forget(draft)
        return HandedIn(existing, is_new=False)
    application = _write(existing or _new(person, opening), package, draft, at)
    _forget(draft)
    _event(application, "submit", actor.label, at)
    audit.record(APPLICANT, "application.submit", application, at=at, after={"stage": str(application.stage)})
    _acknowledge(application, opening, at)
    return HandedIn(application, is_new=True)


def withdraw_application(person: Person, public_id: str, actor: Actor, at: datetime) -> Application:
    """Take an application back while the opening's deadline has not passed and nothing has been decided.

    What was handed in is deleted at once; the row stays for the person to apply again. Raises `Conflict`.
    """
    application = queries.held_application(person, public_id)
    if not can_withdraw(application, at):
        raise Conflict(_l("마감이 지났거나 결과가 나와서 지원을 취소할 수 없어요. 동의는 언제든 철회할 수 있어요."))
    _take_back(application, "withdraw", actor, at)
    return application


def withdraw_consent(person: Person, public_id: str, actor: Actor, at: datetime) -> Application:
    """Withdraw the consent (개인정보보호법 제37조): what was handed in is deleted at once, and what is not decided
    yet ends. Raises `Conflict` when there is nothing to delete any more, or the person was hired by it."""
    application = queries.held_application(person, public_id)
    if not can_withdraw_consent(application):
        raise Conflict(_l("이 지원은 동의를 철회할 수 없어요. 채용된 뒤의 서류는 채용한 기관에 물어봐 주세요."))
    _take_back(application, "consent_withdraw", actor, at)
    return application


def can_withdraw(application: Application, at: datetime) -> bool:
    """Tell whether it can be taken back now."""
    deadline = application.opening.deadline_at
    return not Stage(application.stage).is_final and (deadline is None or at <= deadline)


def can_withdraw_consent(application: Application) -> bool:
    """Tell whether there is something left whose use can be ended."""
    return application.identity is not None and application.stage != Stage.HIRED


def _handed_in_before(person: Person, opening: Opening) -> HandedIn:
    existing = queries.application_for(person, opening)
    if existing is None or existing.stage == Stage.WITHDRAWN:
        raise Conflict(_l("작성 중인 지원서가 없어요. 공고에서 다시 시작해 주세요."))
    return HandedIn(existing, is_new=False)


def _check(package: Package, draft: ApplicationDraft, digest: str) -> None:
    if not package.notices.were_agreed_to(draft.consent):
        raise Conflict(_l("제공 동의를 받은 뒤에 내용이 바뀌었어요. 동의 단계에서 다시 확인해 주세요."))
    if package.digest != digest:
        raise Conflict(_l("확인한 뒤에 내용이 바뀌었어요. 바뀐 내용을 확인하고 다시 내 주세요."))


def _new(person: Person, opening: Opening) -> Application:
    application = Application(opening_id=opening.id, organisation_id=opening.organisation_id, person_id=person.id)
    application.number = take_number(opening.id)
    return application


def _write(application: Application, package: Package, draft: ApplicationDraft, at: datetime) -> Application:
    application.stage, application.submitted_at = Stage.RECEIVED, at
    application.viewed_at = application.decided_at = application.revealed_at = None
    application.identity, application.words = package.identity, package.words
    application.eligibility = package.eligibility
    db.session.add(application)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(_l("다른 화면에서 방금 지원서를 냈어요. 지원현황에서 확인해 주세요.")) from error
    for position, item in enumerate(package.items):
        row = ApplicationItem(application_id=application.id, position=position, kind=item.kind.value)
        row.source_public_id, row.facts, row.full, row.document = item.source, item.facts, item.full, item.document
        db.session.add(row)
    handed = [file.id for file in package.files]
    db.session.execute(
        update(ApplicationFile)
        .where(ApplicationFile.id.in_(handed))
        .values(application_id=application.id, draft_public_id=None)
    )
    if package.makes_resume:
        db.session.add(resume_file(application, package, at))
    kept = package.notices
    consent = ApplicationConsent(application_id=application.id, version=kept.version, given_at=at)
    consent.recipient, consent.items, consent.retention_days = kept.recipient, list(kept.items), kept.retention_days
    if draft.consent is not None:
        consent.given_at = datetime.fromisoformat(draft.consent["given_at"])
    db.session.add(consent)
    db.session.flush()
    return application


def _forget(draft: ApplicationDraft) -> None:
    mine = (ApplicationFile.draft_public_id == draft.public_id, ApplicationFile.application_id.is_(None))
    db.session.execute(delete(ApplicationFile).where(*mine))
    db.session.execute(delete(ApplicationDraft).where(ApplicationDraft.id == draft.id))


def _acknowledge(application: Application, opening: Opening, at: datetime) -> None:
    """Tell the applicant that it has arrived (채용절차법 제7조), and keep that this was done."""
    _event(application, "acknowledge", WORKER_LABEL, at)
    _mail(application, opening, "application_received", at)


def _take_back(application: Application, action: str, actor: Actor, at: datetime) -> None:
    before = str(application.stage)
    forget_what_was_said(application)
    if not Stage(application.stage).is_final:
        application.stage, application.decided_at = Stage.WITHDRAWN, at
    db.session.execute(
        update(ApplicationConsent)
        .where(ApplicationConsent.application_id == application.id, ApplicationConsent.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )
    db.session.flush()
    _event(application, action, actor.label, at)
    audit.record(
        APPLICANT,
        f"application.{action}",
        application,
        at=at,
        before={"stage": before},
        after={"stage": str(application.stage)},
    )
    _mail(application, application.opening, "application_withdrawn", at)


def _event(application: Application, action: str, label: str, at: datetime) -> None:
    event = ApplicationEvent(application_id=application.id, at=at, action=action, stage=str(application.stage))
    event.actor_label, event.why, event.is_shown = label[:120], "", True
    db.session.add(event)


def _mail(application: Application, opening: Opening, template: str, at: datetime) -> None:
    account = queries.account_of_person(application.person_id)
    if account is not None:
        send_later(
            account.email,
            template,
            at,
            language=account.language,
            name=account.name,
            employer=opening.employer_name,
            opening=opening.title,
            number=receipt_number(application),
            page_url=absolute_url("applications.show", application_id=application.public_id),
        )
