"""How the scores of several reviewers add up, and who may see whose. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Weighed:
    """A criterion: points up to `most`, counted `weight` times."""

    id: int
    most: int
    weight: int


@dataclass(frozen=True)
class Given:
    """Points that a reviewer gave on a criterion."""

    criterion_id: int
    account_id: int
    points: int


@dataclass(frozen=True)
class Judgement:
    """What the reviewers make of one application. `sums`: weighed points by reviewer, of those who gave all;
    `missing`: who has not; `most`: the highest sum there can be."""

    sums: Mapping[int, int]
    missing: tuple[int, ...]
    most: int

    @property
    def is_complete(self) -> bool:
        """Whether every reviewer has given all their points."""
        return bool(self.sums) and not self.missing

    @property
    def average(self) -> Fraction | None:
        """The mean of the complete sums; None when there is none."""
        return Fraction(sum(self.sums.values()), len(self.sums)) if self.sums else None


def judge(criteria: Sequence[Weighed], reviewers: Iterable[int], given: Iterable[Given]) -> Judgement:
    """Add up what these reviewers gave; points of anybody else, or on other criteria, count for nothing."""
    weight = {criterion.id: criterion.weight for criterion in criteria}
    points: dict[int, dict[int, int]] = {reviewer: {} for reviewer in reviewers}
    for one in given:
        if one.account_id in points and one.criterion_id in weight:
            points[one.account_id][one.criterion_id] = one.points
    complete = {r: said for r, said in points.items() if criteria and len(said) == len(weight)}
    sums = {r: sum(weight[c] * p for c, p in said.items()) for r, said in complete.items()}
    missing = tuple(r for r in points if r not in complete)
    return Judgement(sums, missing, sum(c.most * c.weight for c in criteria))


def may_see_all(judgement: Judgement, *, opened: bool) -> bool:
    """Tell whether reviewers see each other's scores and comments: once all are in, or a manager has opened them."""
    return opened or judgement.is_complete
