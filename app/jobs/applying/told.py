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
    told: list[ApplicationEvent] = []
    for event in (e for e in events if e.is_shown):
        if event.action == UNDOING:
            last = next((e for e in reversed(told) if e.action == DECISION), None)
            if last is not None:
                told.remove(last)
        else:
            told.append(event)
    return [e for e in told if e.action != DECISION or e.at + UNDO_WITHIN <= at]


def told_stage(application: Application, at: datetime) -> Stage:
    """Answer where the applicant is told that the application stands: without what may still be taken back."""
    shown = [e for e in application.events if e.is_shown]
    told = told_events(shown, at)
    if len(told) == len(shown) or not told:
        return Stage(application.stage)
    waits = any(e.action == DECISION and e.at + UNDO_WITHIN > at for e in shown)
    return Stage(told[-1].stage) if waits else Stage(application.stage)
