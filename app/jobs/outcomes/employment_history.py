"""What every change of an employment shares: its step in the history, and the role that goes with the job."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.i18n import _l
from app.jobs.opening_models import Opening
from app.jobs.opening_words import WorkKind
from app.jobs.outcomes.employment_models import Employment, EmploymentStep
from app.jobs.outcomes.employment_rules import ROLES


def step(
    action: str,
    actor: Actor,
    at: datetime,
    *,
    by_person: bool = False,
    why: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> EmploymentStep:
    """Make a step of an employment's history."""
    return EmploymentStep(
        action=action,
        at=at,
        by_person=by_person,
        actor_label=actor.label[:120],
        why=why[:500],
        before=before,
        after=after,
    )


def facts_of(employment: Employment) -> dict[str, Any]:
    """Answer what an employment says, for its history."""
    ended = employment.ended_on.isoformat() if employment.ended_on is not None else None
    return {"title": employment.title, "started_on": employment.started_on.isoformat(), "ended_on": ended}


def refuse_withdrawn(employment: Employment) -> None:
    """Raise `Conflict` for an employment that was withdrawn."""
    if employment.withdrawn_at is not None:
        raise Conflict(_l("철회한 채용 기록이에요."))


def take_role(employment: Employment, actor: Actor, at: datetime) -> None:
    """Give the person the role of the work they were hired for; the history keeps the one they had."""
    person, role = employment.person, ROLES.get(WorkKind(employment.opening.work_kind))
    if role is None or person.role == role:
        return
    before, after = {"role": str(person.role)}, {"role": role.value}
    person.role = role.value
    employment.steps.append(step("role", actor, at, before=before, after=after))
    audit.record(actor, "person.role", person, at=at, before=before, after=after)


def give_role_back(employment: Employment, actor: Actor, at: datetime) -> None:
    """Give the person the role back that this employment changed, unless it was changed since or another job has
    made it theirs."""
    taken = next((one for one in reversed(employment.steps) if one.action == "role"), None)
    if taken is None or taken.before is None or taken.after is None:
        return
    person, role = employment.person, taken.after["role"]
    if person.role != role or _has_other_job_of(employment, role):
        return
    person.role = taken.before["role"]
    audit.record(actor, "person.role", person, at=at, before=taken.after, after=taken.before)


def _has_other_job_of(employment: Employment, role: str) -> bool:
    kinds = [kind.value for kind, of_kind in ROLES.items() if of_kind.value == role]
    rows = select(Employment.id).join(Opening, Opening.id == Employment.opening_id)
    rows = rows.where(
        Employment.person_id == employment.person_id,
        Employment.id != employment.id,
        Employment.withdrawn_at.is_(None),
        Opening.work_kind.in_(kinds),
    )
    return db.session.scalar(rows.limit(1)) is not None
