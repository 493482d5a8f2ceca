"""Credit and completion by the rules of policy "standard", version 1."""

from __future__ import annotations

from datetime import date, time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.training.attendance_reading import PlannedSession
from app.training.completion import credit, credit_from_times, decide, merge_periods
from app.training.policy import Mark, PolicyRules, exact

P, L, E, O, X, C = (  # noqa: E741
    Mark.PRESENT,
    Mark.LATE,
    Mark.LEFT_EARLY,
    Mark.OUTING,
    Mark.ABSENT,
    Mark.EXCUSED,
)
RULES = PolicyRules.of(
    name="standard", version=1, completion_rate=0.8, slips_per_absence=3, grace_minutes=10, absent_below=0.5
)
SESSION = PlannedSession(1, date(2026, 3, 9), time(9, 30), time(12, 30))
MARKS = st.sampled_from(Mark)
TIMES = st.times(min_value=time(6), max_value=time(20))


@pytest.mark.parametrize(
    ("came", "went", "mark", "minutes"),
    [
        ("09:30", "12:30", P, 180),
        ("08:00", "20:00", P, 180),
        ("09:40", "12:30", P, 180),
        ("09:41", "12:30", L, 169),
        ("09:40:01", "12:30", L, 169),
        ("09:30", "12:20", P, 180),
        ("09:30", "12:19", E, 169),
        ("09:50", "12:00", L, 130),
        ("11:00", "12:30", X, 0),
        ("10:59", "12:30", L, 91),
        ("09:30", "11:00", X, 0),
        ("09:30", "11:00:59", X, 0),
        ("09:30", "11:01", E, 91),
        ("12:30", "18:00", X, 0),
        ("07:00", "09:30", X, 0),
        ("12:00", "10:00", X, 0),
        (None, "12:30", X, 0),
        ("09:30", None, X, 0),
        (None, None, X, 0),
    ],
)
def test_times_give_mark_and_minutes(came: str | None, went: str | None, mark: Mark, minutes: int) -> None:
    moments = [None if moment is None else time.fromisoformat(moment) for moment in (came, went)]

    assert credit_from_times(moments[0], moments[1], SESSION, RULES) == (mark, minutes)


@pytest.mark.parametrize(("mark", "minutes"), [(P, 180), (L, 180), (E, 180), (O, 180), (C, 180), (X, 0)])
def test_a_mark_credits_the_whole_session_or_nothing(mark: Mark, minutes: int) -> None:
    assert credit(mark, 180, RULES) == minutes


@pytest.mark.parametrize(
    ("marks", "counted", "completed"),
    [
        ([P] * 15, 15, True),
        ([P] * 12 + [X] * 3, 12, True),
        ([P] * 11 + [X] * 4, 11, False),
        ([P] * 10 + [L, E] + [X] * 3, 12, True),
        ([P] * 9 + [L, E, O] + [X] * 3, 11, False),
        ([P] * 9 + [L] * 6, 13, True),
        ([C] * 12 + [None] * 3, 12, True),
        ([C] * 11 + [None] * 4, 11, False),
        ([L, L, X], 2, False),
        ([L] * 3, 2, False),
        ([None] * 5, 0, False),
        ([], 0, False),
        ([P, P, P, P, X], 4, True),
    ],
)
def test_completion_is_decided_by_sessions_less_slips(
    marks: list[Mark | None], counted: int, completed: bool
) -> None:
    decision = decide(marks, RULES, 60)

    assert (decision.counted, decision.completed, decision.sessions) == (counted, completed, len(marks))
    assert decision.unrecorded == marks.count(None)
    assert decision.credited_minutes == 60


@pytest.mark.parametrize("written", [0.8, "0.8", "0.80", Fraction(4, 5)])
def test_rates_are_exact_however_they_are_written(written: float | str | Fraction) -> None:
    assert exact(written) == Fraction(4, 5)
    assert decide([P] * 4 + [X], RULES, 0).rate == Fraction(4, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"completion_rate": "1.1"},
        {"absent_below": "-0.1"},
        {"slips_per_absence": 0},
        {"grace_minutes": -1},
    ],
)
def test_impossible_rules_are_refused(wrong: dict[str, object]) -> None:
    right: dict[str, object] = {
        "name": "n",
        "version": 1,
        "completion_rate": "0.8",
        "slips_per_absence": 3,
        "grace_minutes": 10,
        "absent_below": "0.5",
    }
    with pytest.raises(ValueError, match=r"between 0 and 1|at least"):
        PolicyRules.of(**(right | wrong))  # type: ignore[arg-type]


def test_a_rate_that_is_no_fraction_is_refused() -> None:
    with pytest.raises(TypeError):
        PolicyRules("n", 1, 0.8, 3, 10, Fraction(1, 2))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("marks", "merged"),
    [
        ([P, P, P, P], P),
        ([X, P, P, P], L),
        ([P, P, P, X], E),
        ([P, X, P, P], O),
        ([X, X, P, P], X),
        ([X, X, X, X], X),
        ([C, C, P, P], C),
        ([C, C, C, C], C),
        ([L, P, P, P], L),
        ([P, P, P, E], E),
        ([X, P, P], L),
        ([P, X], X),
    ],
)
def test_periods_make_one_mark(marks: list[Mark], merged: Mark) -> None:
    assert merge_periods(marks, RULES) is merged


@given(st.lists(st.one_of(st.none(), MARKS), max_size=40))
def test_counted_stays_between_nought_and_the_sessions(marks: list[Mark | None]) -> None:
    decision = decide(marks, RULES, 0)

    assert 0 <= decision.counted <= decision.sessions == len(marks)
    assert decision.completed == (len(marks) > 0 and decision.counted * 5 >= len(marks) * 4)


@given(st.lists(st.one_of(st.none(), MARKS), min_size=1, max_size=30), st.data())
def test_a_better_mark_never_counts_for_less(marks: list[Mark | None], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(marks) - 1))
    before = decide(marks, RULES, 0)
    better = [*marks]
    better[place] = Mark.PRESENT
    after = decide(better, RULES, 0)

    assert after.counted >= before.counted
    assert after.completed >= before.completed


@given(st.lists(MARKS, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_sessions_does_not_matter(marks: list[Mark], shuffler: object) -> None:
    shuffled = [*marks]
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]

    assert decide(shuffled, RULES, 0) == decide(marks, RULES, 0)


@given(TIMES, TIMES)
def test_minutes_stay_within_the_session(came: time, went: time) -> None:
    mark, minutes = credit_from_times(came, went, SESSION, RULES)

    assert 0 <= minutes <= SESSION.minutes
    assert (minutes == 0) == (mark is X)
    assert mark in (P, L, E, X)
    assert mark is not P or minutes == SESSION.minutes


@given(TIMES, TIMES, TIMES)
def test_staying_longer_never_credits_less(came: time, went: time, later: time) -> None:
    went, later = sorted((went, later))

    shorter = credit_from_times(came, went, SESSION, RULES)
    longer = credit_from_times(came, later, SESSION, RULES)
    assert longer.minutes >= shorter.minutes


@given(TIMES, TIMES, TIMES)
def test_coming_earlier_never_credits_less(came: time, earlier: time, went: time) -> None:
    earlier, came = sorted((earlier, came))

    later = credit_from_times(came, went, SESSION, RULES)
    sooner = credit_from_times(earlier, went, SESSION, RULES)
    assert sooner.minutes >= later.minutes
