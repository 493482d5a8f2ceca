"""What an opening is filtered and found by, read from the opening. No database."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from app.core import clock
from app.core.i18n import in_language
from app.jobs.board.search_models import NEVER
from app.jobs.board.search_pay import comparable
from app.jobs.board.search_text import normalise, searchable
from app.jobs.opening_models import Opening, Requirement
from app.jobs.opening_words import EmploymentType, OpeningSource, PayUnit, RequirementKind, RequirementLevel, WorkKind
from app.jobs.regions import Province

NATIONWIDE = "00"
YES = "yes"
PAY_STEPS = (
    *(f"m{amount}" for amount in (2_000_000, 2_500_000, 3_000_000, 3_500_000, 4_000_000, 5_000_000)),
    *(f"h{amount}" for amount in (11_000, 13_000, 15_000, 20_000)),
)
HOURS_STEPS = (0, 20, 40, 60, 100)

Facet = tuple[str, str]


def row_of(opening: Opening) -> dict[str, Any]:
    """Answer the values of an opening's row in the index, but for its moments there."""
    month, hour = comparable(PayUnit(opening.pay_unit), opening.pay_min, opening.pay_max, opening.weekly_hours)
    return {
        "opening_id": opening.id,
        "version": opening.version,
        "published_at": opening.published_at or opening.created_at,
        "ends_at": opening.deadline_at or NEVER,
        "until_filled": opening.until_filled,
        "province": opening.province or NATIONWIDE,
        "district": opening.district,
        "work_kind": opening.work_kind,
        "employment_type": opening.employment_type,
        "source": opening.source,
        "residents_first": opening.residents_first,
        "blind": opening.blind,
        "pay_month": month,
        "pay_hour": hour,
        "hours_asked": hours_asked(opening.requirements),
        "title": normalise(opening.title),
        "text": searchable(_texts(opening)),
    }


def facets_of(row: dict[str, Any]) -> set[Facet]:
    """Answer the choices of filters that a row has."""
    found: set[Facet] = {
        ("all", ""),
        ("province", row["province"]),
        ("work_kind", row["work_kind"]),
        ("employment_type", row["employment_type"]),
        ("source", row["source"]),
    }
    if row["district"]:
        found.add((district_kind(row["province"]), row["district"]))
    found |= {(name, YES) for name in ("residents_first", "blind", "until_filled") if row[name]}
    if row["ends_at"] != NEVER:
        found.add(("deadline", clock.seoul_date(row["ends_at"]).isoformat()))
    found |= {("pay", step) for step in PAY_STEPS if pays(row, step)}
    found |= {("hours", str(step)) for step in HOURS_STEPS if row["hours_asked"] <= step * 60}
    return found


def pays(row: dict[str, Any], step: str) -> bool:
    """Tell whether a row pays at least what a step of the filter says: `m2500000` a month, `h13000` an hour."""
    return bool(row["pay_month" if step[0] == "m" else "pay_hour"] >= int(step[1:]))


def district_kind(province: str) -> str:
    """Answer the kind of facet that the districts of a province are."""
    return f"district {province}"


def hours_asked(requirements: Iterable[Requirement]) -> int:
    """Answer the training that must be proven, in minutes: the most of each kind of course, together."""
    asked: dict[str, int] = {}
    for one in requirements:
        if one.kind == RequirementKind.HOURS and one.level == RequirementLevel.REQUIRED and one.minutes:
            asked[one.course_kind] = max(asked.get(one.course_kind, 0), one.minutes)
    return sum(asked.values())


def _texts(opening: Opening) -> list[str]:
    province = _label("province", opening.province) if opening.province else ""
    return [
        opening.title,
        opening.employer_name,
        f"{province} {opening.district} {opening.place}",
        _label("work_kind", opening.work_kind),
        _label("employment_type", opening.employment_type),
        _label("source", opening.source),
        opening.duties,
        opening.qualification_text,
        opening.preference_text,
        opening.pay_text,
        opening.hours_text,
        *(f"{one.name} {one.issuer} {one.text}" for one in opening.requirements),
    ]


@cache
def _labels() -> dict[tuple[str, str], str]:
    words = {
        "province": Province,
        "work_kind": WorkKind,
        "employment_type": EmploymentType,
        "source": OpeningSource,
    }
    with in_language("ko"):
        return {(name, word.value): str(word.label) for name, kind in words.items() for word in kind}  # type: ignore[attr-defined]


def _label(name: str, value: str) -> str:
    return _labels().get((name, value), "")
