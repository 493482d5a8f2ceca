"""What is owed by when: a table of cases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.jobs.duties.duty_rules import (
    Duty,
    DutyKind,
    DutyState,
    Facts,
    duties_of,
    last_day_kept,
    may_destroy,
    open_duties,
)

DAY = date(2026, 3, 10)


def days(count: int) -> date:
    return DAY + timedelta(days=count)


def due(facts: Facts) -> dict[str, date | None]:
    return {duty.kind.value: duty.due_on for duty in duties_of(facts) if not duty.is_done}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(), {}),
        (Facts(1, undecided=1), {"schedule": None, "result": None, "destruction": None}),
        (Facts(1, undecided=1, ended_on=DAY), {"schedule": days(7), "result": days(30), "destruction": None}),
        (
            Facts(2, undecided=2, ended_on=DAY, scheduled_on=DAY),
            {"result": days(30), "destruction": None},
        ),
        # Somebody was hired before anybody else heard: the others need not wait for the deadline's thirty days.
        (
            Facts(2, undecided=1, kept=1, hired_on=DAY, decided_first=DAY, retention_days=14),
            {"schedule": None, "result": days(14), "destruction": days(15)},
        ),
        (
            Facts(2, undecided=1, kept=1, ended_on=days(-20), hired_on=DAY, decided_first=DAY),
            {"schedule": days(-13), "result": days(10), "destruction": days(181)},
        ),
        (Facts(1, kept=1, ended_on=DAY, decided_first=DAY, retention_days=14), {"destruction": days(15)}),
        (
            Facts(1, kept=1, returns=1, ended_on=DAY, decided_first=DAY, retention_days=14, asked_first=days(10)),
            {"return": days(24), "destruction": days(25)},
        ),
        # All decided and destroyed.
        (Facts(3, ended_on=DAY), {}),
        # Everybody has an answer, but others may still apply.
        (Facts(1, kept=1, decided_first=DAY, retention_days=14), {"result": None, "destruction": days(15)}),
    ],
)
def test_what_is_owed_by_when(facts: Facts, expected: dict[str, date | None]) -> None:
    assert due(facts) == expected


def test_the_receipt_is_done_by_the_system() -> None:
    assert duties_of(Facts(2, undecided=2))[0] == Duty(DutyKind.RECEIPT, None, 2, is_done=True)


@pytest.mark.parametrize(
    ("left", "state"),
    [(-1, DutyState.OVERDUE), (0, DutyState.SOON), (3, DutyState.SOON), (4, DutyState.OPEN)],
)
def test_where_a_duty_stands(left: int, state: DutyState) -> None:
    assert Duty(DutyKind.RESULT, days(left), 1).state(DAY) is state
    assert Duty(DutyKind.RESULT, days(left), 1, is_done=True).state(DAY) is DutyState.DONE


def test_what_has_no_day_waits_and_is_in_no_list() -> None:
    waiting, urgent, later = (Duty(DutyKind.RESULT, day, 1) for day in (None, DAY, days(1)))
    assert waiting.state(DAY) is DutyState.WAITING
    assert open_duties([later, waiting, urgent]) == [urgent, later]


@pytest.mark.parametrize(
    ("after", "asked", "is_returned", "expected"),
    [
        (14, None, False, False),
        (15, None, False, True),
        (15, 14, False, False),
        (28, 14, False, False),
        (29, 14, False, True),
        (15, 14, True, True),
    ],
)
def test_when_papers_are_destroyed(after: int, asked: int | None, is_returned: bool, expected: bool) -> None:
    asked_on = days(asked) if asked is not None else None
    assert may_destroy(DAY, 14, days(after), asked_on, is_returned) is expected


def test_nothing_is_destroyed_before_a_decision() -> None:
    assert not may_destroy(None, 14, days(1000))
    assert last_day_kept(DAY, 180) == days(180)
