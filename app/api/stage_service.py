"""Moves an application from one stage to the next for a program of its employer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.i18n import _l
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage

MAY_FOLLOW: dict[Stage, tuple[Stage, ...]] = {
    Stage.RECEIVED: (Stage.VIEWED, Stage.SHORTLISTED, Stage.REJECTED),
    Stage.VIEWED: (Stage.SHORTLISTED, Stage.REJECTED),
    Stage.SHORTLISTED: (Stage.INTERVIEW, Stage.HIRED, Stage.REJECTED),
    Stage.INTERVIEW: (Stage.HIRED, Stage.REJECTED),
    Stage.HIRED: (),
    Stage.REJECTED: (),
    Stage.WITHDRAWN: (),
}


def change_stage(application: Application, seen: Stage, wanted: Stage, actor: Actor, at: datetime) -> None:
    """Move an application that was seen at `seen` to `wanted`. Raises `Conflict` when it is elsewhere by now, or when
    the one may not follow the other."""
    if wanted not in MAY_FOLLOW[seen]:
        raise Conflict(
            _l("‘%(before)s’ 다음에 ‘%(after)s’ 단계로 갈 수 없어요.", before=seen.label, after=wanted.label)
        )
    here = update(Application).where(Application.id == application.id, Application.stage == seen.value)
    moved = db.session.execute(here.values(stage=wanted.value).returning(Application.id)).scalar_one_or_none()
    if moved is None:
        raise Conflict(_l("그사이 지원서의 단계가 바뀌었어요. 다시 읽고 정해 주세요."))
    db.session.refresh(application)
    if wanted is Stage.VIEWED:
        application.viewed_at = application.viewed_at or at
    if wanted.is_final:
        application.decided_at = at
    event = ApplicationEvent(application_id=application.id, at=at, action="decide", stage=wanted.value)
    # The applicant is told who employs, not which program of theirs.
    event.actor_label, event.why, event.is_shown = application.opening.employer_name[:120], "", True
    db.session.add(event)
    db.session.flush()
    before, after = {"stage": seen.value}, {"stage": wanted.value}
    audit.record(actor, "application.stage", application, at=at, before=before, after=after)
