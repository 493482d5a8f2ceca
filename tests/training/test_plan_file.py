"""Plans are read strictly: what is wrong is said with its path in the file."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date, time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.training.plan_file import PlanError, parse

TEXT = (Path(__file__).parents[1] / "data" / "plan.json").read_text(encoding="utf-8")
GOOD: dict[str, Any] = json.loads(TEXT)


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    plan = copy.deepcopy(GOOD)
    change(plan)
    return json.dumps(plan, ensure_ascii=False)


def put(path: str, value: object) -> Callable[[dict[str, Any]], object]:
    """Set the value at a path such as courses.0.sessions.3.date."""

    def change(plan: dict[str, Any]) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        place: Any = plan
        for part in way:
            place = place[part]
        place[last] = value

    return change


def drop(path: str) -> Callable[[dict[str, Any]], object]:
    def change(plan: dict[str, Any]) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        place: Any = plan
        for part in way:
            place = place[part]
        del place[last]

    return change


@pytest.mark.parametrize("written", [TEXT, TEXT.encode(), b"\xef\xbb\xbf" + TEXT.encode()])
def test_the_sample_plan_is_read(written: str | bytes) -> None:
    plan = parse(written)

    assert plan.centre == "서울도시재생교육원"
    assert plan.policy.completion_rate == Fraction(4, 5)
    assert [(c.code, c.kind, len(c.sessions)) for c in plan.courses] == [
        ("2026-F1", "foundation", 15),
        ("2026-S1", "in_service", 10),
        ("2026-G1", "general", 5),
    ]
    first = plan.courses[0].sessions[0]
    assert (first.number, first.date, first.start, first.minutes) == (1, date(2026, 3, 9), time(14), 240)


def test_sessions_come_in_the_order_of_their_numbers() -> None:
    plan = parse(changed(lambda plan: plan["courses"][0]["sessions"].reverse()))

    assert [session.number for session in plan.courses[0].sessions] == list(range(1, 16))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (drop("centre"), "centre"),
        (put("centre", ""), "centre"),
        (put("centre", 3), "centre"),
        (put("centre", "a\u202eb"), "centre"),
        (put("extra", 1), ""),
        (put("policy", []), "policy"),
        (drop("policy.version"), "policy.version"),
        (put("policy.version", True), "policy.version"),
        (put("policy.version", 0), "policy.version"),
        (put("policy.completion_rate", 80), "policy.completion_rate"),
        (put("policy.completion_rate", "0.8"), "policy.completion_rate"),
        (put("policy.absent_below", -0.1), "policy.absent_below"),
        (put("policy.slips_per_absence", 0), "policy.slips_per_absence"),
        (put("policy.slips_per_absence", 3.0), "policy.slips_per_absence"),
        (put("policy.grace_minutes", -1), "policy.grace_minutes"),
        (put("policy.grace", 1), "policy"),
        (put("courses", {}), "courses"),
        (put("courses", []), "courses"),
        (put("courses.1.code", "2026-F1"), "courses[1].code"),
        (put("courses.0.code", "a b"), "courses[0].code"),
        (put("courses.0.kind", "other"), "courses[0].kind"),
        (put("courses.0.capacity", 0), "courses[0].capacity"),
        (put("courses.0.capacity", "30"), "courses[0].capacity"),
        (put("courses.0.sessions", []), "courses[0].sessions"),
        (put("courses.0.sessions.3.date", "2026-02-30"), "courses[0].sessions[3].date"),
        (put("courses.0.sessions.3.date", "2026/03/16"), "courses[0].sessions[3].date"),
        (put("courses.0.sessions.3.start", "25:00"), "courses[0].sessions[3].start"),
        (put("courses.0.sessions.3.end", "14:00"), "courses[0].sessions[3].end"),
        (put("courses.0.sessions.3.end", "9:00"), "courses[0].sessions[3].end"),
        (put("courses.0.sessions.3.number", 1), "courses[0].sessions[3].number"),
        (put("courses.0.sessions.3.number", 0), "courses[0].sessions[3].number"),
        (put("courses.0.sessions.3.date", "2026-03-09"), "courses[0].sessions[3].start"),
        (drop("courses.0.sessions.3.start"), "courses[0].sessions[3].start"),
        (put("courses.0.sessions.3", None), "courses[0].sessions[3]"),
        (put("courses.0.sessions.3.room", "1"), "courses[0].sessions[3]"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(change: Callable[[dict[str, Any]], object], path: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse(changed(change))

    assert caught.value.path == path
    assert str(caught.value.message).startswith(path or "$")


def test_sessions_on_one_day_may_follow_each_other() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["courses"][0]["sessions"][1] = {"number": 2, "date": "2026-03-09", "start": "18:00", "end": "20:00"}

    assert len(parse(changed(change)).courses[0].sessions) == 15


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        "{}",
        TEXT.replace("0.8", "NaN"),
        TEXT.replace('"version": 1', '"version": 1, "version": 2'),
        TEXT.replace("서울도시재생교육원", "850315-1234567"),
        "[" * 100_000,
        TEXT.encode("cp949"),
        b"a" * (5 * 1024 * 1024 + 1),
    ],
)
def test_what_is_no_plan_is_refused(text: str | bytes) -> None:
    with pytest.raises(Invalid) as caught:
        parse(text)

    assert str(caught.value.message)
    assert "1234567" not in str(caught.value.message)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["centre", "policy", "courses", "x"]), inner)
    ),
    max_leaves=8,
)


@given(JSON)
def test_any_json_is_a_plan_or_an_error_with_words(value: object) -> None:
    with pytest.raises(PlanError):
        parse(json.dumps(value))
