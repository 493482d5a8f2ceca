"""Which training would make most people fit for what is open: counts only, nobody's name.

A person counts for a course when one thing alone keeps her from fitting an opening, and that course would bring it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from app.jobs.matching.eligibility import Asked, Record, Result, judge
from app.jobs.opening_words import RequirementKind, RequirementLevel

_TRAINING = (RequirementKind.HOURS.value, RequirementKind.COURSE.value)


@dataclass(frozen=True)
class Lack:
    """What is lacked: hours of `course_kind` (empty: any), or the course `name`."""

    kind: str
    course_kind: str
    name: str


@dataclass(frozen=True)
class TrainingNeed:
    """How many people would fit how many openings with this; `typical_minutes` is the median of what they are short
    (0 for a course by name)."""

    lack: Lack
    people: int
    openings: int
    typical_minutes: int


def training_needs(
    openings: Mapping[int, Sequence[Asked]], records: Iterable[Record], today: date
) -> list[TrainingNeed]:
    """Answer what would help most people, the most first. `openings`: what each asks for, by its id."""
    required = {
        id: [one for one in asked if one.level == RequirementLevel.REQUIRED] for id, asked in openings.items()
    }
    people: dict[Lack, int] = defaultdict(int)
    fitting: dict[Lack, set[int]] = defaultdict(set)
    short: dict[Lack, list[int]] = defaultdict(list)
    for record in records:
        alone = _alone_missing(required, record, today)
        for lack, (ids, minutes) in alone.items():
            people[lack] += 1
            fitting[lack] |= ids
            short[lack].append(minutes)
    needs = [TrainingNeed(k, people[k], len(fitting[k]), int(median(short[k]))) for k in people]
    return sorted(needs, key=lambda need: (-need.people, -need.openings, need.lack.name, need.lack.course_kind))


def _alone_missing(
    required: Mapping[int, Sequence[Asked]], record: Record, today: date
) -> dict[Lack, tuple[set[int], int]]:
    judged: dict[tuple[object, ...], Result] = {}
    found: dict[Lack, tuple[set[int], int]] = {}
    for id, asked in required.items():
        missing = [r for r in (_judged(one, record, today, judged) for one in asked) if r.met is False]
        if len(missing) != 1 or missing[0].asked.kind not in _TRAINING:
            continue
        lack = Lack(missing[0].asked.kind, missing[0].asked.course_kind, missing[0].asked.name)
        ids, least = found.get(lack, (set(), missing[0].short))
        found[lack] = (ids | {id}, min(least, missing[0].short))
    return found


def _judged(asked: Asked, record: Record, today: date, judged: dict[tuple[object, ...], Result]) -> Result:
    # Many openings ask for the same: each question is put to a record once.
    key = (asked.kind, asked.course_kind, asked.minutes, asked.within_months, asked.months, asked.name, asked.issuer)
    if key not in judged:
        judged[key] = judge(asked, record, today)
    return judged[key]
