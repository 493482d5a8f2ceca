"""How well an opening and a person suit each other: rules with visible reasons, the same for both sides.

Points (`POINTS`) only order a list; what is shown are the reasons. Somebody whose record lacks something required
comes after everybody who lacks nothing, however many points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.jobs.matching.eligibility import Result
from app.jobs.opening_words import RequirementLevel
from app.jobs.wishes import Wish


class Rule(StrEnum):
    """What is compared."""

    REQUIRED = "required"
    PREFERRED = "preferred"
    WORK = "work"
    PLACE = "place"
    TERMS = "terms"


POINTS: dict[Rule, int] = {Rule.REQUIRED: 40, Rule.PREFERRED: 5, Rule.WORK: 20, Rule.PLACE: 15, Rule.TERMS: 5}


@dataclass(frozen=True)
class Offered:
    """What an opening offers; `province` None is anywhere in the country."""

    province: str | None
    work_kind: str
    employment_type: str


@dataclass(frozen=True)
class Reason:
    """One rule and its outcome. `count` of `of` for the requirements; both 0 for a wish."""

    rule: Rule
    fits: bool
    count: int = 0
    of: int = 0


@dataclass(frozen=True)
class Match:
    """All reasons, what is missing of the required things, and the points that order the list."""

    reasons: tuple[Reason, ...]
    missing: int
    points: int

    @property
    def order(self) -> tuple[int, int]:
        """The better the smaller."""
        return self.missing, -self.points


def compare(wish: Wish, offered: Offered, results: Sequence[Result]) -> Match:
    """Compare both sides. What a record cannot tell counts neither way."""
    reasons = [*_of_requirements(results), *_of_wishes(wish, offered)]
    missing = sum(1 for r in results if r.met is False and r.asked.level == RequirementLevel.REQUIRED)
    points = sum(POINTS[r.rule] * (r.count if r.rule is Rule.PREFERRED else 1) for r in reasons if r.fits)
    return Match(tuple(reasons), missing, points)


def _of_requirements(results: Iterable[Result]) -> list[Reason]:
    reasons = []
    results = list(results)
    for rule, level in ((Rule.REQUIRED, RequirementLevel.REQUIRED), (Rule.PREFERRED, RequirementLevel.PREFERRED)):
        told = [r.met for r in results if r.asked.level == level and r.met is not None]
        if told:
            met = sum(told)
            fits = met == len(told) if rule is Rule.REQUIRED else met > 0
            reasons.append(Reason(rule, fits, met, len(told)))
    return reasons


def _of_wishes(wish: Wish, offered: Offered) -> list[Reason]:
    reasons = []
    if wish.work_kinds:
        reasons.append(Reason(Rule.WORK, offered.work_kind in wish.work_kinds))
    if wish.provinces:
        reasons.append(Reason(Rule.PLACE, offered.province is None or offered.province in wish.provinces))
    if wish.employment_types:
        reasons.append(Reason(Rule.TERMS, offered.employment_type in wish.employment_types))
    return reasons
