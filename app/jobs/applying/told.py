"""What an applicant is told of the steps of an application. Pure.

A decision can be taken back for a while (`stages.UNDO_WITHIN`), and the mail about it waits as long: until then the
page must not tell it either, nor ever one that was taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.stages import UNDO_WITHIN

DECISION, UNDOING = "decide", "undo"


def told_events(events: Sequence[ApplicationEvent], at: datetime) -> list[ApplicationEvent]:
    """Answer the steps that the applicant may know of at this moment, in their order."""
    return [e for e in _standing(events) if not _waits(e, at)]


def told_stage(application: Application, at: datetime) -> Stage:
    """Answer where the applicant is told that the application stands: without what may still be taken back."""
    standing = _standing(application.events)
    first = next((place for place, e in enumerate(standing) if _waits(e, at)), None)
    if first is None:
        return Stage(application.stage)
    # Steps that came after the decision know of it: what was told before it counts.
    return Stage(standing[first - 1].stage) if first else Stage.RECEIVED


def _standing(events: Sequence[ApplicationEvent]) -> list[ApplicationEvent]:
    """Answer the steps that may ever be told: without decisions that were taken back."""
    standing: list[ApplicationEvent] = []
    for event in (e for e in events if e.is_shown):
        if event.action == UNDOING:
            last = next((e for e in reversed(standing) if e.action == DECISION), None)
            if last is not None:
                standing.remove(last)
        else:
            standing.append(event)
    return standing


def _waits(event: ApplicationEvent, at: datetime) -> bool:
    return event.action == DECISION and event.at + UNDO_WITHIN > at
