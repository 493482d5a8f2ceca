"""Questions about correction requests."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.accounts.models import Person
from app.core.access import Actor, get_owned, owned
from app.core.db import db
from app.training.correction_request_models import CorrectionRequest, CorrectionState
from app.training.models import Cohort, Course, Enrolment


def requests_to(actor: Actor, search: str, state: str) -> Select[CorrectionRequest]:
    """Select the requests to the actor's centres, the newest first; `search` looks at names, cohorts and courses."""
    rows = (
        owned(CorrectionRequest, actor)
        .join(CorrectionRequest.enrolment)
        .join(Enrolment.person)
        .join(Enrolment.cohort)
        .join(Cohort.course)
        .options(
            contains_eager(CorrectionRequest.enrolment).options(
                contains_eager(Enrolment.person), contains_eager(Enrolment.cohort).contains_eager(Cohort.course)
            ),
            joinedload(CorrectionRequest.session),
        )
        .order_by(CorrectionRequest.id.desc())
    )
    if search:
        columns = (Person.name, Cohort.name, Cohort.code, Course.name)
        rows = rows.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    return rows.where(CorrectionRequest.state == state) if state else rows


def request_to(actor: Actor, public_id: str, *, roles: tuple[str, ...] = ()) -> CorrectionRequest:
    """Answer one request to the actor's centres. Raises `NotFound` for anybody else's."""
    return get_owned(CorrectionRequest, public_id, actor, roles=roles)


def unanswered(actor: Actor) -> int:
    """Count the requests to the actor's centres that nobody has answered."""
    new = owned(CorrectionRequest, actor).where(CorrectionRequest.state == CorrectionState.NEW)
    return db.session.scalar(select(func.count()).select_from(new.subquery())) or 0


def requests_about(enrolment: Enrolment) -> Sequence[CorrectionRequest]:
    """Answer what its person asked about an enrolment, with all answers, the newest first."""
    rows = select(CorrectionRequest).where(CorrectionRequest.enrolment_id == enrolment.id)
    history = rows.options(selectinload(CorrectionRequest.answers), joinedload(CorrectionRequest.session))
    return db.session.scalars(history.order_by(CorrectionRequest.id.desc())).all()
