"""The rules of stages: what may follow what, what reaches which stage, and what can be taken back. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.i18n import Text, _l
from app.jobs.application_words import Stage

# The applicant's mail waits as long as the decision can be taken back, so that nobody is told what was a slip.
UNDO_WITHIN = timedelta(minutes=10)
TOLD = _l("10분이 지나 지원자에게 알렸기 때문에 되돌릴 수 없어요.")

_NEXT: dict[Stage, tuple[Stage, ...]] = {
    Stage.RECEIVED: (Stage.SHORTLISTED, Stage.REJECTED),
    Stage.VIEWED: (Stage.SHORTLISTED, Stage.REJECTED),
    Stage.SHORTLISTED: (Stage.INTERVIEW, Stage.HIRED, Stage.REJECTED),
    Stage.INTERVIEW: (Stage.HIRED, Stage.REJECTED),
    Stage.HIRED: (),
    Stage.REJECTED: (),
    Stage.WITHDRAWN: (),
}
_ORDER = (Stage.RECEIVED, Stage.VIEWED, Stage.SHORTLISTED, Stage.INTERVIEW, Stage.HIRED)
DECISIONS = (Stage.SHORTLISTED, Stage.INTERVIEW, Stage.HIRED, Stage.REJECTED)


@dataclass(frozen=True)
class Move:
    """A decision as the rules of undoing see it."""

    before: Stage
    after: Stage
    at: datetime


def next_stages(stage: Stage) -> tuple[Stage, ...]:
    """Answer the decisions that may follow this stage."""
    return _NEXT[stage]


def may_move(before: Stage, after: Stage) -> bool:
    """Tell whether this decision may follow this stage."""
    return after in _NEXT[before]


def has_reached(stage: Stage, wanted: Stage) -> bool:
    """Tell whether an application at `stage` has come as far as `wanted`. Rejected and withdrawn ones have not."""
    return stage in _ORDER and wanted in _ORDER and _ORDER.index(stage) >= _ORDER.index(wanted)


def why_not_undo(
    move: Move | None, stage: Stage, at: datetime, *, was_revealed: bool, was_chosen: bool
) -> Text | None:
    """Tell why the last decision cannot be taken back; None when it can.

    `was_revealed`: somebody has opened the identity since; `was_chosen`: the applicant has chosen an interview since.
    """
    if move is None or move.after is not stage:
        return _l("되돌릴 결정이 없어요.")
    if at - move.at > UNDO_WITHIN:
        return TOLD
    if was_revealed:
        return _l("그사이 인적사항을 열어서 되돌릴 수 없어요.")
    if was_chosen:
        return _l("그사이 지원자가 면접 시간을 골라서 되돌릴 수 없어요.")
    return None
