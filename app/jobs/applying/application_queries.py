"""Questions about applications as their applicants ask them. Every one starts from the person's own id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload, undefer

from app.accounts.models import Account, Person
from app.core.db import db
from app.core.errors import NotFound
from app.jobs.application_models import Application, ApplicationConsent, ApplicationEvent, ApplicationFile
from app.jobs.applying.told import DECISION
from app.jobs.opening_models import Opening
from app.jobs.stages import UNDO_WITHIN


def applications_of(person: Person, at: datetime, search: str = "", stage: str = "") -> Select[Application]:
    """Select a person's applications, the newest first; `search` looks at the opening and its employer.

    By stage those are left out whose last decision may still be taken back: she is not told of it yet.
    """
    rows = select(Application).join(Application.opening).where(Application.person_id == person.id)
    if search:
        columns = (Opening.title, Opening.employer_name)
        rows = rows.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    if stage:
        fresh = Application.events.any(
            (ApplicationEvent.action == DECISION) & (ApplicationEvent.at > at - UNDO_WITHIN)
        )
        rows = rows.where(Application.stage == stage, ~fresh)
    rows = rows.options(contains_eager(Application.opening), selectinload(Application.events))
    return rows.order_by(Application.submitted_at.desc(), Application.id.desc())


def application_of(person: Person, public_id: str) -> Application:
    """Answer one application of this person with all that was handed in. Raises `NotFound` for anybody else's."""
    rows = _mine(person).where(Application.public_id == public_id)
    rows = rows.options(
        joinedload(Application.opening),
        selectinload(Application.items),
        selectinload(Application.events),
        selectinload(Application.files),
    )
    found = db.session.scalars(rows).one_or_none()
    if found is None:
        raise NotFound
    return found


def application_for(person: Person, opening: Opening) -> Application | None:
    """Find what this person has handed in for this opening, withdrawn or not."""
    return db.session.scalars(_mine(person).where(Application.opening_id == opening.id)).one_or_none()


def held_application_for(person: Person, opening: Opening) -> Application | None:
    """Find it, and take hold of it until the transaction ends."""
    rows = _mine(person).where(Application.opening_id == opening.id).with_for_update()
    return db.session.scalars(rows.execution_options(populate_existing=True)).one_or_none()


def held_application(person: Person, public_id: str) -> Application:
    """Answer it by its public id, and take hold of it. Raises `NotFound` for anybody else's."""
    rows = _mine(person).where(Application.public_id == public_id).with_for_update()
    found = db.session.scalars(rows.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    return found


def hold_opening(opening: Opening) -> None:
    """Read the opening as it stands now, and keep it from being closed or changed until the transaction ends."""
    rows = select(Opening).where(Opening.id == opening.id).with_for_update(read=True)
    db.session.scalars(rows.execution_options(populate_existing=True)).one()


def consents_of(application: Application) -> Sequence[ApplicationConsent]:
    """Answer the consents to an application, the newest first."""
    rows = select(ApplicationConsent).where(ApplicationConsent.application_id == application.id)
    return db.session.scalars(rows.order_by(ApplicationConsent.id.desc())).all()


def file_of(application: Application, public_id: str) -> ApplicationFile:
    """Answer one file with its bytes. Raises `NotFound` for any other."""
    rows = select(ApplicationFile).where(
        ApplicationFile.application_id == application.id, ApplicationFile.public_id == public_id
    )
    found = db.session.scalars(rows.options(undefer(ApplicationFile.content))).one_or_none()
    if found is None:
        raise NotFound
    return found


def account_of_person(person_id: int | None) -> Account | None:
    """Find the account of a person, for mail to it; None when there is none any more."""
    if person_id is None:
        return None
    return db.session.scalars(select(Account).where(Account.person_id == person_id)).one_or_none()


def _mine(person: Person) -> Select[Application]:
    return select(Application).where(Application.person_id == person.id)
