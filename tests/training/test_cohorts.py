"""Courses, policies and cohorts made in the browser, by dates or from a plan file."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import MembershipRole
from app.core.db import db
from app.training.models import AttendancePolicy, Cohort, Course
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, make_member, make_organisation, sign_in
from tests.factories.training import make_cohort, make_course
from tests.training.conftest import Centre
from tests.training.samples import DATA, everything_stored, send, ticket_of

RULE = {"first": "2026-09-01", "weekdays": ["1", "3"], "count": "4", "start": "14:00", "end": "18:00"}
FACTS = {"code": "2026-F2", "name": "2026년 하반기 2기", "capacity": "30"}


def course_of(centre: Centre) -> Course:
    return db.session.scalars(select(Course).where(Course.organisation_id == centre.organisation.id)).all()[0]


def rows(*sessions: tuple[str, str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for place, (day, start, end) in enumerate(sessions):
        fields |= {f"sessions-{place}-date": day, f"sessions-{place}-start": start, f"sessions-{place}-end": end}
    return fields


def post(visitor: Visitor, centre: Centre, **fields: Any) -> Any:
    return visitor.post(f"/cohorts/new/{course_of(centre).public_id}", data=fields)


def test_dates_are_made_from_a_rule_and_nothing_is_stored(clerk: Visitor, centre: Centre) -> None:
    before = everything_stored()
    page = post(clerk, centre, act="generate", **RULE).get_data(as_text=True)
    for day in ("2026-09-01", "2026-09-03", "2026-09-08", "2026-09-10"):
        assert f'value="{day}"' in page
    assert everything_stored() == before


def test_the_listed_dates_become_sessions_in_the_order_of_time(clerk: Visitor, centre: Centre) -> None:
    listed = rows(("2026-09-03", "14:00", "18:00"), ("", "14:00", "18:00"), ("2026-09-01", "09:00", "12:30"))
    answer = post(clerk, centre, act="save", **FACTS, **listed)
    assert answer.status_code == 303
    cohort = db.session.scalars(select(Cohort).where(Cohort.code == "2026-F2")).one()
    assert [(s.number, s.date, s.minutes) for s in cohort.sessions] == [
        (1, date(2026, 9, 1), 210),
        (2, date(2026, 9, 3), 240),
    ]
    assert (cohort.starts_on, cohort.ends_on) == (date(2026, 9, 1), date(2026, 9, 3))
    assert "명단을 올리면 시작할 수 있어요" in clerk.get(answer.location).get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({**FACTS}, "수업 날짜가 없어요"),
        ({**FACTS, **rows(("2026-09-01", "18:00", "14:00"))}, "끝나는 시각이 시작 시각보다 늦어야 해요"),
        ({**FACTS, **rows(("2026-09-01", "", ""))}, "시각을 14:00처럼"),
        ({**FACTS, **rows(("2026-02-30", "14:00", "18:00"))}, "날짜를 2026-03-09처럼"),
        (
            {**FACTS, **rows(("2026-09-01", "14:00", "18:00"), ("2026-09-01", "17:00", "19:00"))},
            "같은 날 시간이 겹치는",
        ),
        ({**FACTS, "code": "2026-F1", **rows(("2026-09-01", "14:00", "18:00"))}, "이미 쓰고 있어요"),
        ({**FACTS, "code": "../x", **rows(("2026-09-01", "14:00", "18:00"))}, "글자, 숫자"),
        ({**FACTS, "capacity": "0", **rows(("2026-09-01", "14:00", "18:00"))}, "정원은 1명"),
    ],
)
def test_a_cohort_that_cannot_be_is_explained_and_not_stored(
    clerk: Visitor, centre: Centre, fields: dict[str, str], message: str
) -> None:
    before = everything_stored()
    answer = post(clerk, centre, act="save", **fields)
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert everything_stored() == before


def test_an_unfinished_rule_says_what_is_missing(clerk: Visitor, centre: Centre) -> None:
    page = post(clerk, centre, act="generate", first="2026-09-01", count="3").get_data(as_text=True)
    assert "수업하는 요일을 골라 주세요" in page
    assert "시각을 14:00처럼" in page


def test_a_centre_that_begins_is_told_the_first_step(visitor: Visitor, app: Flask) -> None:
    sign_in(visitor, make_member(make_organisation(), MembershipRole.MANAGER))
    assert "아직 등록한 기수가 없어요" in visitor.get("/centre").get_data(as_text=True)
    assert "먼저 과정을 만들고" in visitor.get("/cohorts").get_data(as_text=True)
    fields = {"name": "도시재생 입문", "kind": "general", "description": ""}
    answer = visitor.post("/courses/new", data=fields)
    assert answer.status_code == 303
    page = visitor.get(answer.location).get_data(as_text=True)
    assert "전체 회차의 80% 이상 출석하면 수료예요." in page
    again = visitor.post("/courses/new", data=fields)
    assert again.status_code == 422
    assert "같은 이름과 종류의 과정이 이미 있어요" in again.get_data(as_text=True)


def test_a_new_policy_version_leaves_cohorts_as_they_began(clerk: Visitor, centre: Centre) -> None:
    course = course_of(centre)
    cohort = make_cohort(course)
    rules = {"completion_percent": "90", "slips_per_absence": "2", "grace_minutes": "5", "absent_percent": "40"}
    answer = clerk.post(f"/courses/{course.public_id}/policy", data=rules)
    assert answer.status_code == 303
    db.session.refresh(course)
    assert (course.policy.version, cohort.policy.version) == (2, 1)
    assert str(course.policy.rules.completion_rate) == "9/10"
    page = clerk.get(answer.location).get_data(as_text=True)
    assert "90% 이상" in page
    assert "80% 이상" in page
    assert len(audit_lines("course.change_policy")) == 1
    same = clerk.post(f"/courses/{course.public_id}/policy", data=rules)
    assert same.status_code == 422
    assert db.session.query(AttendancePolicy).count() == 2


def test_the_list_is_searched_filtered_and_paged(clerk: Visitor, centre: Centre) -> None:
    course = make_course(centre.organisation)
    for number in range(25):
        make_cohort(course, code=f"2027-P{number:02}", name=f"{number}번째 100%_기수")
    assert "2쪽" in clerk.get("/cohorts").get_data(as_text=True)
    assert "2026-F1" in clerk.get("/cohorts?page=2").get_data(as_text=True)
    found = clerk.get("/cohorts?q=2027-P07").get_data(as_text=True)
    assert "2027-P07" in found
    assert "2027-P08" not in found
    assert "2026-F1" not in clerk.get("/cohorts?q=100%25_").get_data(as_text=True)
    in_service = clerk.get("/cohorts?kind=in_service").get_data(as_text=True)
    assert "2026-S1" in in_service
    assert "2026-F1" not in in_service
    assert "조건에 맞는 기수가 없어요" in clerk.get("/cohorts?q=없는말").get_data(as_text=True)


@pytest.fixture
def planner(visitor: Visitor, app: Flask) -> Visitor:
    """A browser of the centre that the sample plan names, before the plan is known."""
    sign_in(visitor, make_member(make_organisation("서울도시재생교육원"), MembershipRole.MANAGER))
    return visitor


def test_a_plan_file_is_previewed_and_confirmed(planner: Visitor) -> None:
    before = everything_stored()
    preview = send(planner, "/cohorts/plan", (DATA / "plan.json").read_bytes(), "plan.json")
    assert everything_stored() == before
    page = preview.get_data(as_text=True)
    assert "새 기수 3개" in page
    action = page.split('action="/cohorts/plan/')[1].split('"')[0]
    answer = planner.post(f"/cohorts/plan/{action}", data={"ticket": ticket_of(preview)})
    assert answer.status_code == 303
    assert db.session.query(Cohort).count() == 3
    again = send(planner, "/cohorts/plan", (DATA / "plan.json").read_bytes(), "plan.json")
    assert "모두 이미 있어요" in again.get_data(as_text=True)


def test_a_plan_of_another_centre_is_refused(planner: Visitor) -> None:
    plan = json.loads((DATA / "plan.json").read_text("utf-8"))
    plan["centre"] = "다른 교육원"
    before = everything_stored()
    answer = send(planner, "/cohorts/plan", json.dumps(plan).encode(), "plan.json")
    assert answer.status_code == 422
    assert "담당하는 교육기관이 아니에요" in answer.get_data(as_text=True)
    assert everything_stored() == before


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"not json", "계획".encode("cp949")])
def test_what_is_no_plan_is_answered_at_the_field(planner: Visitor, content: bytes) -> None:
    answer = send(planner, "/cohorts/plan", content, "plan.json")
    assert answer.status_code == 422
    assert "field__error" in answer.get_data(as_text=True)
