"""Decides credited time and completion (수료판정) from marks or times, by one version of the rules.

The rules of policy "standard", version 1:

1. A mark of 출석, 공결, 지각, 조퇴 or 외출 credits the whole session's minutes; 결석 none.
2. From times: the overlap of [in, out] with the session, in whole minutes. Half of the session or less
   (`absent_below`), or a missing time, is 결석 with 0 minutes. In more than `grace_minutes` after the start is 지각;
   out more than that before the end is 조퇴; 지각 goes first. Otherwise 출석 with the whole session's minutes.
3. Sessions counted are those not 결석, less one for every whole `slips_per_absence` of 지각, 조퇴 and 외출.
   Completed when counted / sessions >= `completion_rate`. A session without a record counts as not attended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from fractions import Fraction
from typing import NamedTuple, Protocol

from app.training.policy import SLIPS, Mark, PolicyRules

_MICROSECONDS_PER_MINUTE = 60_000_000


class Timed(Protocol):
    """Whatever has a beginning and an end on one day: a planned session or a stored one."""

    @property
    def start(self) -> time: ...
    @property
    def end(self) -> time: ...


class Credit(NamedTuple):
    """The mark of one session and the minutes it credits."""

    mark: Mark
    minutes: int


@dataclass(frozen=True)
class Decision:
    """Whether a person completed. `unrecorded` of the `sessions` have no record and count as not attended."""

    sessions: int
    counted: int
    credited_minutes: int
    completed: bool
    rate: Fraction
    unrecorded: int


def credit(mark: Mark, session_minutes: int, rules: PolicyRules) -> int:
    """Answer the minutes that a mark credits (rule 1). `rules` has no other choice in version 1."""
    del rules
    return 0 if mark is Mark.ABSENT else session_minutes


def credit_from_times(check_in: time | None, check_out: time | None, session: Timed, rules: PolicyRules) -> Credit:
    """Answer mark and minutes from the times of coming and going (rule 2)."""
    if check_in is None or check_out is None:
        return Credit(Mark.ABSENT, 0)
    start, end = _microseconds(session.start), _microseconds(session.end)
    came, went = _microseconds(check_in), _microseconds(check_out)
    overlap = max(0, min(went, end) - max(came, start)) // _MICROSECONDS_PER_MINUTE
    whole = (end - start) // _MICROSECONDS_PER_MINUTE
    if overlap <= whole * rules.absent_below:
        return Credit(Mark.ABSENT, 0)
    grace = rules.grace_minutes * _MICROSECONDS_PER_MINUTE
    if came > start + grace:
        return Credit(Mark.LATE, overlap)
    if went < end - grace:
        return Credit(Mark.LEFT_EARLY, overlap)
    return Credit(Mark.PRESENT, whole)


def merge_periods(marks: Sequence[Mark], rules: PolicyRules) -> Mark:
    """Answer the mark of a session whose periods (교시) were marked one by one.

    Missing the share of `absent_below` of the periods or more is 결석. Otherwise the first thing that was not full
    attendance names the session: missing or late at the first period is 지각, missing or gone early at the last is
    조퇴, missing in between is 외출; 공결 in some periods leaves 공결.
    """
    if not marks:
        raise ValueError("a session has at least one period")
    missed = [position for position, mark in enumerate(marks) if mark is Mark.ABSENT]
    if missed and len(missed) >= len(marks) * rules.absent_below:
        return Mark.ABSENT
    slips = {mark for mark in marks if mark.is_slip}
    for position in missed:
        at_start, at_end = position == 0, position == len(marks) - 1
        slips.add(Mark.LATE if at_start else Mark.LEFT_EARLY if at_end else Mark.OUTING)
    for slip in (Mark.LATE, Mark.LEFT_EARLY, Mark.OUTING):
        if slip in slips:
            return slip
    return Mark.EXCUSED if Mark.EXCUSED in marks else Mark.PRESENT


def decide(marks: Iterable[Mark | None], rules: PolicyRules, credited_minutes: int) -> Decision:
    """Decide completion from the mark of every session of the cohort, None where there is no record (rule "
    "3)."""
    known = list(marks)
    unrecorded = known.count(None)
    attended = len(known) - unrecorded - known.count(Mark.ABSENT)
    slips = sum(known.count(mark) for mark in SLIPS)
    counted = max(0, attended - slips // rules.slips_per_absence)
    rate = Fraction(counted, len(known)) if known else Fraction(0)
    return Decision(
        sessions=len(known),
        counted=counted,
        credited_minutes=credited_minutes,
        completed=bool(known) and rate >= rules.completion_rate,
        rate=rate,
        unrecorded=unrecorded,
    )


def minutes_between(start: time, end: time) -> int:
    """Answer the whole minutes from start to end on one day."""
    return (_microseconds(end) - _microseconds(start)) // _MICROSECONDS_PER_MINUTE


def _microseconds(moment: time) -> int:
    since = timedelta(
        hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond
    )
    return since // timedelta(microseconds=1)
