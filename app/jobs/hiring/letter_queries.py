"""Finding an employer's letters, and what is needed to fill one in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import WRITING_ROLES
from app.core.access import Actor, get_owned, owned
from app.core.db import db
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.hiring.applicant_queries import applications_of, with_papers
from app.jobs.interview_models import InterviewChoice, InterviewSlot
from app.jobs.letter_models import LetterTemplate
from app.jobs.opening_models import Opening

_MOST_OPENINGS = 20


def letters_of(actor: Actor, search: str = "") -> Select[LetterTemplate]:
    """Select the letters of the actor's employers, by decision and name."""
    rows = owned(LetterTemplate, actor, roles=WRITING_ROLES)
    if search:
        rows = rows.where(
            or_(*(c.contains(search, autoescape=True) for c in (LetterTemplate.name, LetterTemplate.body)))
        )
    return rows.order_by(LetterTemplate.stage, LetterTemplate.name, LetterTemplate.id)


def find_letter(public_id: str, actor: Actor) -> LetterTemplate:
    """Answer a letter of the actor's employers. Raises `NotFound` for anybody else's."""
    return get_owned(LetterTemplate, public_id, actor, roles=WRITING_ROLES)


def letters_for(opening: Opening, stage: Stage) -> Sequence[LetterTemplate]:
    """Answer the letters with which this decision of the opening's employer can be told, by name."""
    rows = select(LetterTemplate).where(
        LetterTemplate.organisation_id == opening.organisation_id, LetterTemplate.stage == stage.value
    )
    return db.session.scalars(rows.order_by(LetterTemplate.name, LetterTemplate.id)).all()


def count_letters(organisation_id: int) -> int:
    """Answer how many letters an employer keeps."""
    rows = select(func.count()).where(LetterTemplate.organisation_id == organisation_id)
    return db.session.scalar(rows) or 0


def is_named(organisation_id: int, name: str, besides: LetterTemplate | None = None) -> bool:
    """Tell whether another letter of the employer has this name."""
    rows = select(LetterTemplate.id).where(
        LetterTemplate.organisation_id == organisation_id, LetterTemplate.name == name
    )
    found = db.session.scalar(rows.limit(1))
    return found is not None and (besides is None or found != besides.id)


def openings_to_show(organisation_id: int, actor: Actor) -> Sequence[Opening]:
    """Answer the employer's last openings that somebody applied for, the newest first."""
    applied = select(Application.opening_id).where(Application.organisation_id == organisation_id)
    rows = owned(Opening, actor, roles=WRITING_ROLES).where(
        Opening.organisation_id == organisation_id, Opening.id.in_(applied)
    )
    return db.session.scalars(rows.order_by(Opening.id.desc()).limit(_MOST_OPENINGS)).all()


def applicant_to_show(opening: Opening, actor: Actor) -> Application | None:
    """Answer the opening's first applicant who has not withdrawn; None when there is none."""
    rows = applications_of(opening, actor, to_write=True).where(Application.stage != Stage.WITHDRAWN.value)
    rows = with_papers(rows, with_documents=False).order_by(Application.number).limit(1)
    return db.session.scalars(rows).one_or_none()


def chosen_times(applications: Sequence[Application]) -> dict[str, datetime]:
    """Answer the interview time that each of these has chosen, by the application's public id."""
    rows = select(InterviewChoice).where(InterviewChoice.application_id.in_([a.id for a in applications]))
    public_ids = {a.id: a.public_id for a in applications}
    found: Sequence[InterviewChoice] = db.session.scalars(rows.options(joinedload(InterviewChoice.slot))).all()
    return {public_ids[choice.application_id]: choice.slot.starts_at for choice in found}


def times_to_choose(opening: Opening, at: datetime) -> Sequence[datetime]:
    """Answer the interview times of an opening that can still be chosen, the earliest first."""
    rows = select(InterviewSlot.starts_at).where(
        InterviewSlot.opening_id == opening.id,
        InterviewSlot.withdrawn_at.is_(None),
        InterviewSlot.changes_until > at,
    )
    return db.session.scalars(rows.order_by(InterviewSlot.starts_at, InterviewSlot.id)).all()
