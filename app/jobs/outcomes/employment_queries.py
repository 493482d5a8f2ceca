"""Employments: an employer's, a person's, those to be asked about; and who could be confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.accounts.models import WRITING_ROLES
from app.core.access import Actor, get_owned, owned
from app.core.db import db
from app.core.errors import NotFound
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.opening_models import Opening
from app.jobs.opening_words import OpeningState
from app.jobs.outcomes.employment_models import Employment
from app.jobs.outcomes.employment_rules import MONTHS_UNTIL_ASKED, is_full, months_after
from app.training.models import Cohort, Course, CourseKind

_NEXT_COHORTS = 10


@dataclass(frozen=True)
class NextCohort:
    """An in-service course that can still be joined before it begins."""

    course: str
    cohort: str
    centre: str
    starts_on: date
    ends_on: date


def employments_of(actor: Actor, search: str = "") -> Select[Employment]:
    """Select the employments of the actor's employers, those that wait for an answer first, then the newest."""
    rows = (
        owned(Employment, actor, roles=WRITING_ROLES)
        .join(Employment.opening)
        .options(contains_eager(Employment.opening))
    )
    rows = rows.options(joinedload(Employment.person))
    if search:
        rows = rows.where(
            or_(Opening.title.contains(search, autoescape=True), Employment.title.contains(search, autoescape=True))
        )
    waits = Employment.asked_at.is_not(None) & Employment.answered_at.is_(None) & Employment.withdrawn_at.is_(None)
    return rows.order_by(waits.desc(), Employment.id.desc())


def employment_of(actor: Actor, public_id: str, *, to_write: bool = False) -> Employment:
    """Answer one employment of the actor's employers. Raises `NotFound`."""
    return get_owned(Employment, public_id, actor, roles=WRITING_ROLES if to_write else ())


def own_employment(actor: Actor, public_id: str) -> Employment:
    """Answer one of the actor's own jobs. Raises `NotFound` for anybody else's."""
    rows = select(Employment).where(Employment.public_id == public_id, Employment.person_id == actor.person_id)
    found = db.session.scalars(rows).one_or_none() if actor.person_id is not None else None
    if found is None:
        raise NotFound
    return found


def to_confirm(actor: Actor) -> Sequence[Application]:
    """Answer the applications in the last stage whose employment nobody has confirmed yet."""
    known = select(Employment.id).where(Employment.application_id == Application.id).exists()
    rows = owned(Application, actor, roles=WRITING_ROLES).where(
        Application.stage == Stage.HIRED.value, Application.destroyed_at.is_(None), ~known
    )
    return db.session.scalars(rows.options(joinedload(Application.opening)).order_by(Application.id).limit(50)).all()


def application_to_confirm(actor: Actor, public_id: str) -> Application:
    """Answer an application of the actor's employers. Raises `NotFound`."""
    return get_owned(Application, public_id, actor, roles=WRITING_ROLES)


def is_confirmed(application: Application) -> bool:
    """Tell whether its employment is recorded already."""
    return (
        db.session.scalar(select(Employment.id).where(Employment.application_id == application.id).limit(1))
        is not None
    )


def confirmed_among(applications: Iterable[Application]) -> set[int]:
    """Answer which of these applications, by their rows, have their employment recorded already."""
    ids = [application.id for application in applications]
    rows = select(Employment.application_id).where(Employment.application_id.in_(ids))
    return {id for id in db.session.scalars(rows) if id is not None}


def employments_of_person(actor: Actor) -> Sequence[Employment]:
    """Answer the actor's own employments, the newest first. Raises `NotFound` for an account of nobody's record."""
    if actor.person_id is None:
        raise NotFound
    rows = select(Employment).where(Employment.person_id == actor.person_id)
    rows = rows.options(
        joinedload(Employment.opening), joinedload(Employment.organisation), selectinload(Employment.steps)
    )
    return db.session.scalars(rows.order_by(Employment.id.desc())).all()


def to_ask_about(today: date) -> Sequence[int]:
    """Answer the ids of the employments that have lasted six months and were not asked about."""
    rows = select(Employment.id).where(
        Employment.asked_at.is_(None),
        Employment.answered_at.is_(None),
        Employment.withdrawn_at.is_(None),
        Employment.started_on <= months_after(today, -MONTHS_UNTIL_ASKED),
    )
    return db.session.scalars(rows.order_by(Employment.id)).all()


def next_in_service_cohorts(today: date) -> list[NextCohort]:
    """Answer the in-service cohorts that begin after today, the next first."""
    rows = (
        select(Cohort)
        .join(Cohort.course)
        .options(contains_eager(Cohort.course), joinedload(Cohort.organisation))
        .where(Course.kind == CourseKind.IN_SERVICE.value, Cohort.starts_on > today)
        .order_by(Cohort.starts_on, Cohort.id)
        .limit(_NEXT_COHORTS)
    )
    found = db.session.scalars(rows)
    return [NextCohort(c.course.name, c.name, c.organisation.name, c.starts_on, c.ends_on) for c in found]


def suggests_filling(opening: Opening) -> bool:
    """Tell whether as many are hired as the opening looks for while it still is open or only closed."""
    if opening.state not in (OpeningState.PUBLISHED, OpeningState.CLOSED) or opening.headcount is None:
        return False
    stands = (Employment.opening_id == opening.id, Employment.withdrawn_at.is_(None))
    hired = db.session.scalar(select(func.count()).where(*stands)) or 0
    return is_full(opening.headcount, hired)
