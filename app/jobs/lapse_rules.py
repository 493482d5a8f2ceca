"""When papers go for which nobody ever told a result (docs/decisions/0011). Pure.

1. A hiring is taken to have ended without result `GRACE_DAYS` after the last day to apply, or after the last step
   that the applicant was told of, whichever is later. An opening that is open until it is filled has no last day:
   there it is `OPEN_GRACE_DAYS` after handing in.
2. On that day applicant, employer and office are told. The employer's period counts from the day on which they were,
   as it counts from a decision.
3. After the period the papers are destroyed. A step that is told before, or a longer time to apply, begins anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.core.clock import seoul_date
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage

GRACE_DAYS = 60
OPEN_GRACE_DAYS = 180
# The earliest that any application can lapse: what a search for them may leave out.
SHORTEST_WAIT = timedelta(days=GRACE_DAYS)
LAPSE = "lapse"
DECISION, UNDOING = "decide", "undo"
# Steps of an application by which its applicant hears that the hiring goes on; a decision that was taken back tells
# nobody anything.
SIGNS_OF_LIFE = ("schedule", DECISION, "interview")


@dataclass(frozen=True)
class Waiting:
    """An application without result, in days of Korea; `heard_on`: the last step that its applicant was told of,
    `told_on`: when everybody was told last that it has lapsed."""

    submitted_on: date
    ended_on: date | None
    heard_on: date | None
    told_on: date | None
    retention_days: int

    @property
    def lapses_on(self) -> date:
        """The day on which the hiring is taken to have ended without a result."""
        if self.ended_on is not None:
            day = max(self.ended_on, self.submitted_on) + timedelta(days=GRACE_DAYS)
        else:
            day = self.submitted_on + timedelta(days=OPEN_GRACE_DAYS)
        return max(day, self.heard_on + timedelta(days=GRACE_DAYS)) if self.heard_on is not None else day

    @property
    def counts_from(self) -> date | None:
        """The day from which the employer's period counts; None until everybody has been told."""
        return self.told_on if self.told_on is not None and self.told_on >= self.lapses_on else None

    @property
    def destroyed_on(self) -> date:
        """The day on which the papers are destroyed, as it stands now."""
        return destroyed_on(self.counts_from or self.lapses_on, self.retention_days)

    def is_ended(self, today: date) -> bool:
        """Tell whether nobody can apply any more, so that the days are worth telling."""
        return self.counts_from is not None or (self.ended_on is not None and self.ended_on <= today)


def destroyed_on(counts_from: date, retention_days: int) -> date:
    """Answer the day on which papers are destroyed: the first after the employer's period."""
    return counts_from + timedelta(days=retention_days + 1)


def waiting_of(
    application: Application, stage: Stage | None = None, steps: Iterable[ApplicationEvent] | None = None
) -> Waiting | None:
    """Answer how long an application has waited, from its own history; None when it has a result or no papers.

    `stage` and `steps` are what its applicant is told of them so far, for pages that she reads.
    """
    events = list(application.events if steps is None else steps)
    if (
        (stage or Stage(application.stage)).is_final
        or application.destroyed_at is not None
        or application.identity is None
    ):
        return None
    opening = application.opening
    return Waiting(
        submitted_on=seoul_date(application.submitted_at),
        ended_on=ended_on(opening.closed_at, opening.deadline_at),
        heard_on=_last(events, SIGNS_OF_LIFE),
        told_on=_last(events, (LAPSE,)),
        retention_days=opening.retention_days,
    )


def ended_on(closed_at: datetime | None, deadline_at: datetime | None) -> date | None:
    """Answer the last day to apply; None for an opening that is open until it is filled."""
    end = min((moment for moment in (closed_at, deadline_at) if moment is not None), default=None)
    return seoul_date(end) if end is not None else None


def _last(events: Iterable[ApplicationEvent], actions: Iterable[str]) -> date | None:
    steps: list[ApplicationEvent] = []
    for event in events:
        if event.action == UNDOING:
            last = next((e for e in reversed(steps) if e.action == DECISION), None)
            steps = [e for e in steps if e is not last]
        elif event.action in actions:
            steps.append(event)
    return max((seoul_date(event.at) for event in steps), default=None)
