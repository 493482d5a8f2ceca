"""An opening asks for what a record can prove; somebody who reads it is told how she stands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import MembershipRole, Organisation, Person
from app.core import clock
from app.core.db import db
from app.jobs.matching.eligibility_service import findings_for, fits
from app.jobs.opening_models import OpeningEdit, Requirement
from app.jobs.opening_words import OpeningState
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_organisation, make_person, sign_in
from tests.factories.certificates import issue
from tests.factories.foreign_badges import make_foreign_badge
from tests.factories.jobs import make_employer, make_opening
from tests.factories.statements import count_statements
from tests.factories.training import finished_cohort, make_cohort, make_course


@pytest.fixture
def employer(app: Any) -> Organisation:
    return make_employer("종로구 도시재생지원센터")


HOURS = {"level": "required", "kind": "hours", "course_kind": "in_service", "hours": "40", "within_months": "12"}


def test_an_employer_asks_changes_and_asks_no_more(visitor: Visitor, employer: Organisation) -> None:
    opening = make_opening(employer)
    sign_in(visitor, make_member(employer, MembershipRole.CLERK))
    address = f"/hiring/{opening.public_id}/requirements"
    assert visitor.post(address + "/new", data=HOURS).status_code == 303
    page = visitor.get(address).get_data(as_text=True)
    assert "최근 12개월 직무교육 40시간 이상" in page
    one = db.session.scalars(select(Requirement)).one()
    assert 'value="40' in visitor.get(f"{address}/{one.id}").get_data(as_text=True)
    visitor.post(f"{address}/{one.id}", data=HOURS | {"hours": "62.5", "level": "preferred"})
    assert "최근 12개월 직무교육 62.5시간 이상" in visitor.get(f"/openings/{opening.public_id}").get_data(
        as_text=True
    )
    visitor.post(f"{address}/{one.id}/remove")
    assert "아직 정한 요건이 없어요" in visitor.get(address).get_data(as_text=True)
    edits = db.session.scalars(select(OpeningEdit).order_by(OpeningEdit.version)).all()
    assert [e.after.get("requirement", {}) is None for e in edits][-3:] == [False, False, True]
    assert edits[-2].before["requirement"]["minutes"] == 2400


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hours": ""}, "이수시간을 입력해 주세요."),
        ({"hours": "-1"}, "0보다 큰 시간을 입력해 주세요."),
        ({"kind": "course"}, "과정 이름을 입력해 주세요."),
        ({"kind": "badge"}, "증서 이름을 입력해 주세요."),
        ({"kind": "experience"}, "몇 개월 이상인지 입력해 주세요."),
        ({"kind": "appointment", "months": "0"}, "1에서 600 사이로 입력해 주세요."),
        ({"kind": "other"}, "어떤 요건인지 설명을 입력해 주세요."),
    ],
)
def test_what_is_missing_is_said(
    visitor: Visitor, employer: Organisation, changes: dict[str, str], message: str
) -> None:
    opening = make_opening(employer)
    sign_in(visitor, make_member(employer))
    answer = visitor.post(f"/hiring/{opening.public_id}/requirements/new", data=HOURS | changes)
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert db.session.scalars(select(Requirement)).all() == []


def test_what_the_kind_does_not_use_is_not_kept(visitor: Visitor, employer: Organisation) -> None:
    opening = make_opening(employer)
    sign_in(visitor, make_member(employer))
    data = HOURS | {"kind": "course", "name": "도시재생 기초", "issuer": "누구"}
    visitor.post(f"/hiring/{opening.public_id}/requirements/new", data=data)
    one = db.session.scalars(select(Requirement)).one()
    assert (one.minutes, one.course_kind, one.issuer, one.within_months) == (None, "", "", None)


def test_another_openings_requirement_is_not_here(visitor: Visitor, employer: Organisation) -> None:
    one = Requirement(kind="course", level="required", name="기초")
    make_opening(employer, requirements=(one,))
    other = make_opening(employer)
    sign_in(visitor, make_member(employer))
    address = f"/hiring/{other.public_id}/requirements/{one.id}"
    assert visitor.get(address).status_code == 404
    assert visitor.post(address + "/remove").status_code == 404


def test_an_ended_opening_asks_for_nothing_new(visitor: Visitor, employer: Organisation) -> None:
    opening = make_opening(employer, OpeningState.CLOSED)
    sign_in(visitor, make_member(employer))
    assert visitor.post(f"/hiring/{opening.public_id}/requirements/new", data=HOURS).status_code == 409


def test_a_coordinator_sees_what_proves_it_and_what_is_short(visitor: Visitor, employer: Organisation) -> None:
    centre = make_organisation("서울 도시재생 교육원")
    cohort = finished_cohort(centre, completing=2)
    certificate = issue(cohort)[0]
    minutes = certificate.credited_minutes
    coming = make_cohort(make_course(centre, "현장 실무", cohort.course.kind), code="2099-S1", sessions=2)
    coming.starts_on = clock.seoul_date(clock.now()) + timedelta(days=7)
    db.session.commit()
    asked = (
        Requirement(kind="hours", level="required", course_kind=cohort.course.kind, minutes=minutes),
        Requirement(kind="hours", level="preferred", course_kind=cohort.course.kind, minutes=minutes + 720),
        Requirement(kind="course", level="preferred", name=certificate.course_name),
        Requirement(kind="other", level="required", text="운전 가능한 분"),
    )
    opening = make_opening(employer, requirements=asked)
    person = db.session.scalars(select(Person).where(Person.public_id == certificate.person_public_id)).one()
    subject = make_account(person=person)
    sign_in(visitor, subject)
    page = visitor.get(f"/openings/{opening.public_id}").get_data(as_text=True)
    assert f"충족: {certificate.serial}" in page
    assert "12시간 부족" in page
    assert "‘현장 실무’" in page
    assert "기록으로 확인할 수 없어요" in page
    with count_statements() as statements:
        findings = findings_for(person, opening, clock.now())
    assert len(statements) <= 9
    assert [f.met for f in findings] == [True, False, True, None]
    assert findings[1].short_minutes == 720
    assert findings[1].next_course is not None
    assert findings[1].next_course.minutes == 2 * 240
    assert fits(findings)


def test_nobody_else_is_told(visitor: Visitor, employer: Organisation) -> None:
    opening = make_opening(
        employer, requirements=(Requirement(kind="hours", level="required", course_kind="", minutes=60),)
    )
    assert "내 기록으로 확인한 요건" not in visitor.get(f"/openings/{opening.public_id}").get_data(as_text=True)
    sign_in(visitor, make_member(employer))
    assert "내 기록으로 확인한 요건" not in visitor.get(f"/openings/{opening.public_id}").get_data(as_text=True)


def test_a_badge_of_somebody_else_proves_nothing(employer: Organisation) -> None:
    owner = make_account(person=make_person("나배지", date(1990, 1, 2)))
    badge = make_foreign_badge(owner)
    opening = make_opening(
        employer, requirements=(Requirement(kind="badge", level="required", name=badge.name, issuer=""),)
    )
    assert owner.person is not None
    own = {"kind": "email", "identity": owner.email}
    badge.content = {**(badge.content or {}), "recipients": [own]}
    db.session.commit()
    assert findings_for(owner.person, opening, clock.now())[0].met is True
    badge.content = {**badge.content, "recipients": [own | {"identity": "other@example.kr"}]}
    db.session.commit()
    assert findings_for(owner.person, opening, clock.now())[0].met is False
