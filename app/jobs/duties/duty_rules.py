"""What an employer owes the applicants of an opening, and by when (채용절차의 공정화에 관한 법률). Pure.

1. Receipt (제7조): told at once, by the system, in the transaction that hands in.
2. Schedule (제8조): how the hiring goes on, within `SCHEDULE_DAYS` of the last day to apply.
3. Result (제10조): every applicant, hired or not, without delay: `RESULT_DAYS` from the last day to apply, and no
   later than `RESULT_AFTER_HIRE_DAYS` from the first hiring.
4. Return (제11조): `RETURN_DAYS` from the request.
5. Destruction (제11조 ④): once the employer's period, counted from the day of decision, has passed.
6. Lapse: papers of applications without any result go, too, once everybody has been told (`jobs/lapse_rules`).

The law binds employers with thirty staff or more; smaller ones are shown the same as advice. The law says "without
delay" of 2 and 3; the days are this service's reading of it and stand here, nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.core.i18n import Text, _l
from app.jobs.lapse_rules import destroyed_on

SCHEDULE_DAYS = 7
RESULT_DAYS = 30
RESULT_AFTER_HIRE_DAYS = 14
RETURN_DAYS = 14
SOON_DAYS = 3


class DutyKind(StrEnum):
    """What is owed."""

    RECEIPT = "receipt"
    SCHEDULE = "schedule"
    RESULT = "result"
    RETURN = "return"
    DESTRUCTION = "destruction"
    LAPSE = "lapse"

    @property
    def label(self) -> Text:
        return _KINDS[self]


_KINDS: dict[DutyKind, Text] = {
    DutyKind.RECEIPT: _l("접수 확인"),
    DutyKind.SCHEDULE: _l("채용일정 고지"),
    DutyKind.RESULT: _l("채용 여부 고지"),
    DutyKind.RETURN: _l("채용서류 반환"),
    DutyKind.DESTRUCTION: _l("채용서류 파기"),
    DutyKind.LAPSE: _l("결과 없는 지원서 파기"),
}


class DutyState(StrEnum):
    """Where a duty stands today. `waiting`: its day is not known yet; `missed`: it cannot be done any more."""

    DONE = "done"
    MISSED = "missed"
    WAITING = "waiting"
    OPEN = "open"
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Facts:
    """What is known of an opening's applications, in days of Korea; None: not yet, or none.

    `applications` counts all, `undecided` those without result, `kept` those decided whose papers are still here,
    `lapsed` those whose papers went without a result; `decided_first` is the day of the oldest decision among `kept`,
    `asked_first` that of the oldest open request, `lapse_first` the first day on which papers go without a result.
    """

    applications: int = 0
    undecided: int = 0
    kept: int = 0
    returns: int = 0
    lapsed: int = 0
    retention_days: int = 180
    ended_on: date | None = None
    scheduled_on: date | None = None
    hired_on: date | None = None
    decided_first: date | None = None
    asked_first: date | None = None
    lapse_first: date | None = None


@dataclass(frozen=True)
class Duty:
    """One thing owed: by when (None: no day yet), for how many applications, and whether it is done, or was missed
    for good."""

    kind: DutyKind
    due_on: date | None
    count: int
    is_done: bool = False
    is_missed: bool = False

    def days_left(self, today: date) -> int | None:
        """Count the days until its day, negative when it has passed."""
        return (self.due_on - today).days if self.due_on is not None else None

    def state(self, today: date) -> DutyState:
        """Tell where it stands on a day."""
        left = self.days_left(today)
        if self.is_missed:
            return DutyState.MISSED
        if self.is_done:
            return DutyState.DONE
        if left is None:
            return DutyState.WAITING
        if left < 0:
            return DutyState.OVERDUE
        return DutyState.SOON if left <= SOON_DAYS else DutyState.OPEN


def last_day_kept(decided_on: date, retention_days: int) -> date:
    """Answer the last day on which papers are kept, and on which they can be asked back."""
    return decided_on + timedelta(days=retention_days)


def may_destroy(
    decided_on: date | None, retention_days: int, today: date, asked_on: date | None = None, is_returned: bool = False
) -> bool:
    """Tell whether the period has passed: not before a decision, and not while a return that was asked for in time
    can still be made in time."""
    if decided_on is None or today <= last_day_kept(decided_on, retention_days):
        return False
    return asked_on is None or is_returned or today > asked_on + timedelta(days=RETURN_DAYS)


def is_running_out(duty: Duty, retention_days: int, today: date) -> bool:
    """Tell whether everybody has been told that papers go without a result: before that their day is further away."""
    if duty.kind is not DutyKind.LAPSE or duty.due_on is None:
        return False
    return duty.due_on <= destroyed_on(today, retention_days)


def duties_of(facts: Facts) -> list[Duty]:
    """Answer what is owed for an opening, in the order of the law; nothing while nobody has applied."""
    if not facts.applications:
        return []
    duties = [Duty(DutyKind.RECEIPT, None, facts.applications, is_done=True), _schedule(facts), _result(facts)]
    if facts.asked_first is not None:
        duties.append(Duty(DutyKind.RETURN, facts.asked_first + timedelta(days=RETURN_DAYS), facts.returns))
    if facts.undecided and facts.lapse_first is not None:
        duties.append(Duty(DutyKind.LAPSE, facts.lapse_first, facts.undecided))
    return [*duties, _destruction(facts)]


def open_duties(duties: Iterable[Duty]) -> list[Duty]:
    """Answer those that are not done and have a day, the most urgent first."""
    waiting = [duty for duty in duties if not duty.is_done and duty.due_on is not None]
    return sorted(waiting, key=lambda duty: (duty.due_on or date.max, duty.kind))


def _schedule(facts: Facts) -> Duty:
    if _was_missed(facts) and facts.scheduled_on is None:
        return Duty(DutyKind.SCHEDULE, None, facts.lapsed, is_missed=True)
    # Whoever has told everybody the result has nothing left to announce.
    is_done = facts.scheduled_on is not None or not facts.undecided
    due_on = facts.ended_on + timedelta(days=SCHEDULE_DAYS) if facts.ended_on is not None else None
    return Duty(DutyKind.SCHEDULE, due_on, facts.undecided, is_done)


def _was_missed(facts: Facts) -> bool:
    # Those whose papers went without a result cannot be told any more.
    return bool(facts.lapsed and not facts.undecided)


def _result(facts: Facts) -> Duty:
    if _was_missed(facts):
        return Duty(DutyKind.RESULT, None, facts.lapsed, is_missed=True)
    days = [
        start + timedelta(days=length)
        for start, length in ((facts.ended_on, RESULT_DAYS), (facts.hired_on, RESULT_AFTER_HIRE_DAYS))
        if start is not None
    ]
    is_done = not facts.undecided and facts.ended_on is not None
    return Duty(DutyKind.RESULT, min(days, default=None), facts.undecided, is_done)


def _destruction(facts: Facts) -> Duty:
    if facts.decided_first is None:
        return Duty(DutyKind.DESTRUCTION, None, facts.kept, is_done=not facts.undecided)
    due_on = last_day_kept(facts.decided_first, facts.retention_days) + timedelta(days=1)
    if facts.asked_first is not None:
        # Papers that were asked back stay until the day of their return.
        due_on = max(due_on, facts.asked_first + timedelta(days=RETURN_DAYS + 1))
    return Duty(DutyKind.DESTRUCTION, due_on, facts.kept)
