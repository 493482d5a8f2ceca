"""Withdrawing an employment that was confirmed by mistake (채용 확정 철회): by the employer, or by whom it is about.

Nothing is deleted: the employment stays with its history and says that it is withdrawn. The portfolio, requirements,
figures and the role follow, and the other side is told, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.tokens import absolute_url
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.i18n import _l
from app.core.mail import send_later
from app.jobs.applicant_trail import APPLICANT
from app.jobs.duties.duty_service import writers_of
from app.jobs.outcomes.employment_history import facts_of, give_role_back, step
from app.jobs.outcomes.employment_models import Employment
from app.portfolio.experience_service import withdraw_confirmed_experience

LONGEST_WHY = 500


def withdraw_employment(employment: Employment, why: str, actor: Actor, at: datetime, *, by_person: bool) -> None:
    """Withdraw an employment with its confirmed experience. Raises `Invalid` without a reason, `Conflict` when it was
    withdrawn before."""
    why = why.strip()[:LONGEST_WHY]
    if not why:
        raise Invalid(_l("철회하는 까닭을 적어 주세요."))
    db.session.refresh(employment, with_for_update=True)
    if employment.withdrawn_at is not None:
        raise Conflict(_l("이미 철회한 채용 기록이에요."))
    if by_person:
        actor = APPLICANT
    before = facts_of(employment)
    # It can be confirmed anew from the same application.
    employment.withdrawn_at, employment.application_id = at, None
    employment.version += 1
    withdraw_confirmed_experience(employment.experience, actor, at)
    give_role_back(employment, actor, at)
    employment.steps.append(step("withdraw", actor, at, by_person=by_person, why=why, before=before))
    db.session.flush()
    # Without the reason: it is in the history, for those whom it concerns.
    audit.record(actor, "employment.withdraw", employment, at=at, before=before, after={"by_person": by_person})
    _tell(employment, why, at, by_person=by_person)


def _tell(employment: Employment, why: str, at: datetime, *, by_person: bool) -> None:
    if by_person:
        page_url = absolute_url("employments.show", employment_id=employment.public_id)
    else:
        page_url = absolute_url("employments.mine")
    for reader in writers_of(employment.organisation_id) if by_person else _account_of(employment):
        send_later(
            reader.email,
            "employment_withdrawn",
            at,
            language=reader.language,
            by_person=by_person,
            employer=employment.organisation.name,
            opening=employment.opening.title,
            title=employment.title,
            why=why,
            page_url=page_url,
        )


def _account_of(employment: Employment) -> Sequence[Account]:
    rows = select(Account).where(Account.person_id == employment.person_id, Account.confirmed_at.is_not(None))
    return db.session.scalars(rows).all()
