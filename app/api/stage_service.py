"""Moves an application from one stage to the next for a program of its employer, as its pages do."""

from __future__ import annotations

from datetime import datetime

from app.core.access import Actor
from app.core.errors import Conflict
from app.core.holding import hold
from app.core.i18n import _l
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.hiring.applicant_service import decide, open_application
from app.jobs.stages import may_move


def may_follow(seen: Stage, wanted: Stage) -> bool:
    """Tell whether a program may ask for this: to open what was received, or a decision that may follow."""
    return (seen, wanted) == (Stage.RECEIVED, Stage.VIEWED) or may_move(seen, wanted)


def change_stage(application: Application, seen: Stage, wanted: Stage, actor: Actor, at: datetime) -> None:
    """Move an application that was seen at `seen` to `wanted`. Raises `Conflict` when it is elsewhere by now, or when
    the one may not follow the other."""
    if not may_follow(seen, wanted):
        raise Conflict(
            _l("‘%(before)s’ 다음에 ‘%(after)s’ 단계로 갈 수 없어요.", before=seen.label, after=wanted.label)
        )
    hold(application)
    if wanted is not Stage.VIEWED:
        decide(application, seen, wanted, "", "", actor, at)
        return
    if application.stage != seen or application.destroyed_at is not None:
        raise Conflict(_l("그사이 지원서의 단계가 바뀌었어요. 다시 읽고 정해 주세요."))
    open_application(application, actor, at)
