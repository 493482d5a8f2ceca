"""How scores add up, and who sees whose: the rules alone."""

from __future__ import annotations

from fractions import Fraction

from app.jobs.hiring.scoring import Given, Weighed, judge, may_see_all

CRITERIA = (Weighed(1, 10, 2), Weighed(2, 5, 1))


def test_points_count_by_weight_and_only_complete_sums_are_averaged() -> None:
    given = [Given(1, 7, 8), Given(2, 7, 5), Given(1, 8, 6), Given(2, 8, 3), Given(1, 9, 10)]
    judgement = judge(CRITERIA, (7, 8, 9), given)
    assert judgement.sums == {7: 21, 8: 15}
    assert (judgement.average, judgement.missing, judgement.most) == (Fraction(18), (9,), 25)
    assert not may_see_all(judgement, opened=False)
    assert may_see_all(judgement, opened=True)


def test_points_of_others_and_on_other_criteria_count_for_nothing() -> None:
    judgement = judge(CRITERIA, (7,), [Given(1, 7, 8), Given(2, 7, 5), Given(1, 99, 1), Given(3, 7, 9)])
    assert judgement.sums == {7: 21}
    assert may_see_all(judgement, opened=False)


def test_nobody_has_judged_where_there_is_nothing_to_judge_by_or_nobody_to_judge() -> None:
    assert not judge((), (7,), []).is_complete
    assert not judge(CRITERIA, (), []).is_complete
