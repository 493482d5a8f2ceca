"""Where the page of an applied file leads: to what comes next for this cohort."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Organisation
from app.core.db import db
from app.core.templating import actor_name
from app.training.models import AttendanceUpload, Cohort
from app.training.policy import Mark
from tests.conftest import Visitor
from tests.factories.accounts import make_member, make_organisation, sign_in
from tests.factories.certificates import issue
from tests.factories.training import attend, enrol, finished_cohort, make_cohort, make_course


@pytest.fixture
def centre(app: Flask, visitor: Visitor) -> Organisation:
    centre = make_organisation("서울교육원")
    sign_in(visitor, make_member(centre))
    return centre


def page_after(visitor: Visitor, cohort: Cohort) -> str:
    upload = db.session.scalars(select(AttendanceUpload)).one()
    return visitor.get(f"/cohorts/{cohort.public_id}/attendance/{upload.public_id}").text


def test_complete_attendance_leads_to_the_certificates(visitor: Visitor, centre: Organisation) -> None:
    said = page_after(visitor, finished_cohort(centre))
    assert "수료증 발급하기" in said
    assert "수료증 살펴보기" not in said


def test_with_sessions_to_come_nobody_is_led_to_issue(visitor: Visitor, centre: Organisation) -> None:
    cohort = make_cohort(make_course(centre), sessions=3)
    attend(cohort, {e.public_id: [Mark.PRESENT] * 2 for e in enrol(cohort)})
    said = page_after(visitor, cohort)
    assert "3회차 가운데 2회차의 출결이 있어요." in said
    assert "수료증 발급하기" not in said


def test_missing_marks_are_said_before_anybody_issues(visitor: Visitor, centre: Organisation) -> None:
    cohort = make_cohort(make_course(centre), sessions=3)
    first, *_others = enrol(cohort)
    attend(cohort, {first.public_id: [Mark.PRESENT] * 3})
    said = page_after(visitor, cohort)
    assert "출결이 비어 있는 칸이 15개 있어요." in said
    assert "수료증 발급하기" not in said


def test_after_issuing_it_says_that_certificates_do_not_change_by_themselves(
    visitor: Visitor, centre: Organisation
) -> None:
    cohort = finished_cohort(centre)
    issue(cohort)
    said = page_after(visitor, cohort)
    assert "이 기수는 수료증 6장을 이미 발급했어요." in said
    assert "수료증 살펴보기" in said
    assert "수료증 발급하기" not in said


def test_what_no_person_did_is_named_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "ko"}):
        assert str(actor_name("command: training")) == "서버 명령(training)"
        assert str(actor_name("worker: issuing")) == "자동 처리"
        assert str(actor_name("김담당")) == "김담당"
