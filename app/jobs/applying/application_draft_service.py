"""Drafts of applications: begun, filled in step by step, thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from app.accounts.models import Account, Person
from app.core import audit
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.core.errors import Conflict, NotFound
from app.core.holding import hold
from app.core.i18n import _, _l
from app.core.jobs import job
from app.jobs.applicant_trail import APPLICANT
from app.jobs.application_models import ApplicationFile
from app.jobs.applying import application_draft_queries as queries
from app.jobs.applying.application_choices import Choice, usual
from app.jobs.applying.application_consent import Notices
from app.jobs.applying.application_draft_models import ApplicationDraft
from app.jobs.opening_models import Opening
from app.portfolio.foreign_badge_queries import hold_account

MOST_DRAFTS = 50
UNTOUCHED_KEPT_FOR = timedelta(days=90)
ENDED_KEPT_FOR = timedelta(days=14)


def begin_draft(
    person: Person, opening: Opening, choices: Sequence[Choice], email: str, actor: Actor, at: datetime
) -> ApplicationDraft:
    """Begin an application, or go on with the one that was begun; `email` is for somebody without one.

    Raises `Conflict` when the opening takes none now, or the person has begun as many as there may be.
    """
    require_open(opening, at)
    # Whoever closes the account waits, and deletes this with the rest.
    hold_account(person)
    hold(person)
    found = queries.draft_of(person, opening)
    if found is not None:
        return found
    if queries.number_of_drafts(person) >= MOST_DRAFTS:
        raise Conflict(_("쓰던 지원서는 %(most)s개까지 둘 수 있어요. 안 쓰는 것을 지워 주세요.", most=MOST_DRAFTS))
    draft = ApplicationDraft(person_id=person.id, opening_id=opening.id, created_at=at, updated_at=at)
    draft.phone, draft.email = person.phone, person.email or email
    draft.items, draft.makes_resume, draft.words, draft.has_chosen = usual(choices), True, "", False
    db.session.add(draft)
    db.session.flush()
    audit.record(APPLICANT, "application_draft.begin", draft, at=at)
    return draft


def choose(
    draft: ApplicationDraft,
    keys: Sequence[str],
    *,
    makes_resume: bool,
    words: str,
    phone: str,
    email: str,
    at: datetime,
) -> None:
    """Keep what was chosen and written. Raises `Conflict` when it has just been handed in or thrown away."""
    require_draft(draft)
    draft.items, draft.makes_resume, draft.words = list(keys), makes_resume, words
    draft.phone, draft.email = phone, email
    draft.has_chosen, draft.updated_at = True, at
    db.session.flush()


def agree(draft: ApplicationDraft, notices: Notices, at: datetime) -> None:
    """Keep the consent to these notices; it becomes one of the application when that is handed in.

    Raises `Conflict` when that has just been done, or the draft was thrown away.
    """
    require_draft(draft)
    draft.consent, draft.updated_at = notices.as_json(at), at
    db.session.flush()


def discard(draft: ApplicationDraft, actor: Actor, at: datetime) -> None:
    """Throw a draft away with its files; once is enough."""
    try:
        hold(draft)
    except NotFound:
        return
    audit.record(APPLICANT, "application_draft.discard", draft, at=at)
    _delete(draft)


def require_draft(draft: ApplicationDraft) -> None:
    """Take hold of a draft. Raises `Conflict` when it has just been handed in or thrown away."""
    try:
        hold(draft)
    except NotFound:
        raise Conflict(_l("작성 중인 지원서가 없어요. 공고에서 다시 시작해 주세요.")) from None


def require_open(opening: Opening, at: datetime) -> None:
    """Raise `Conflict` when nobody can apply any more."""
    if not opening.takes_applications(at):
        raise Conflict(_l("접수가 끝난 공고예요. 이제 지원할 수 없어요."))


def forget_drafts(account: Account, at: datetime, **_more: Any) -> None:
    """Delete what somebody who closes their account has begun and uploaded but not handed in (receives
    `account-closed`). What was handed in stays for the employer's period, by the consent to it."""
    if account.person_id is None:
        return
    loose = (ApplicationFile.person_id == account.person_id, ApplicationFile.application_id.is_(None))
    db.session.execute(delete(ApplicationFile).where(*loose))
    db.session.execute(delete(ApplicationDraft).where(ApplicationDraft.person_id == account.person_id))


@job("application-drafts")
def sweep_old_drafts(at: datetime) -> None:
    """Delete drafts that nobody will go on with, and files that no draft names any more."""
    with unit_of_work():
        for draft in db.session.scalars(queries.stale_drafts(at - UNTOUCHED_KEPT_FOR, at - ENDED_KEPT_FOR)).all():
            _delete(draft)
    with unit_of_work():
        loose = (ApplicationFile.application_id.is_(None), ApplicationFile.created_at < at - UNTOUCHED_KEPT_FOR)
        known = select(ApplicationDraft.public_id)
        db.session.execute(delete(ApplicationFile).where(*loose, ApplicationFile.draft_public_id.not_in(known)))


def _delete(draft: ApplicationDraft) -> None:
    mine = (ApplicationFile.draft_public_id == draft.public_id, ApplicationFile.application_id.is_(None))
    db.session.execute(delete(ApplicationFile).where(*mine))
    db.session.execute(delete(ApplicationDraft).where(ApplicationDraft.id == draft.id))
