"""What the signed-in person sees of their own record."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Organisation
from app.certificates import key_service, status_service
from app.core import clock
from app.core.db import db, unit_of_work
from app.training.models import CourseKind, Enrolment
from app.training.policy import Mark
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_organisation, make_person, sign_in
from tests.factories.certificates import CLERK, issue
from tests.factories.training import attend, enrol, finished_cohort, make_cohort, make_course

IN_2026 = datetime(2026, 5, 1, 0, 0, tzinfo=UTC)


@pytest.fixture
def centre(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Organisation:
    monkeypatch.setattr(clock, "now", lambda: IN_2026)
    return make_organisation("서울교육원")


def first_enrolment() -> Enrolment:
    return db.session.scalars(select(Enrolment).order_by(Enrolment.id)).all()[0]


def page_of(visitor: Visitor, enrolment: Enrolment, address: str) -> str:
    """Answer what the page says to this person, without markup."""
    sign_in(visitor, make_account("hong@example.kr", person=enrolment.person))
    said = visitor.get(address)
    assert said.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", said.text.split("<main")[1])).split())


def test_hours_of_in_service_training_count_towards_the_target(visitor: Visitor, centre: Organisation) -> None:
    finished_cohort(centre, course=make_course(centre, "현장 실무", CourseKind.IN_SERVICE))
    enrol(make_cohort(make_course(centre)))
    said = page_of(visitor, first_enrolment(), "/portfolio")
    assert "20시간 / 60시간" in said
    assert "목표까지 40시간 남았어요." in said


def test_other_training_counts_in_the_sum_only(visitor: Visitor, centre: Organisation) -> None:
    finished_cohort(centre)
    said = page_of(visitor, first_enrolment(), "/portfolio")
    assert "직무교육 0시간 / 60시간" in said
    assert "모든 교육 20시간" in said


def test_a_valid_certificate_is_one_tap_from_its_pdf(visitor: Visitor, centre: Organisation) -> None:
    certificate = issue(finished_cohort(centre), IN_2026)[0]
    assert "PDF 내려받기" in page_of(visitor, first_enrolment(), "/portfolio")
    answer = visitor.get(f"/certificates/{certificate.public_id}.pdf")
    assert answer.data.startswith(b"%PDF-")


def test_nobody_is_told_valid_of_what_verification_refuses(visitor: Visitor, centre: Organisation) -> None:
    certificate = issue(finished_cohort(centre), IN_2026)[0]
    with unit_of_work():
        key_service.revoke(certificate.key_id, IN_2026, "백업 유출", CLERK, clock.now())
    status_service.publish_lists(clock.now())
    assert "PDF 내려받기" not in page_of(visitor, first_enrolment(), "/portfolio")
    for address in ("/portfolio", "/portfolio/certificates"):
        shown = visitor.get(address).text
        assert ("인정되지 않음" in shown, ">유효<" in shown) == (True, False)


def test_each_session_is_told_with_where_its_mark_came_from(visitor: Visitor, centre: Organisation) -> None:
    cohort = make_cohort(make_course(centre), sessions=3)
    enrolment = enrol(cohort)[0]
    attend(cohort, {enrolment.public_id: [Mark.PRESENT, Mark.LATE, Mark.ABSENT]})
    said = page_of(visitor, enrolment, f"/portfolio/courses/{enrolment.public_id}")
    for number, words in ((1, "○ 출석 4시간"), (2, "△ 지각 4시간"), (3, "× 결석 0시간")):
        line = rf"{number}회차 2026\. 3\. \d+\. 14:00~18:00 {words} 2026\. 3\. 2\. 올린 출석부 5행"
        assert re.search(line, said)


@pytest.mark.parametrize("recorded", [False, True])
def test_a_course_that_goes_on_is_not_called_failed(visitor: Visitor, centre: Organisation, recorded: bool) -> None:
    cohort = make_cohort(make_course(centre), sessions=3)
    enrolment = enrol(cohort)[0]
    if recorded:
        attend(cohort, {enrolment.public_id: [Mark.ABSENT] * 3})
    expected, other = ("미수료", "진행 중") if recorded else ("진행 중", "미수료")
    for address in ("/portfolio", f"/portfolio/courses/{enrolment.public_id}"):
        said = page_of(visitor, enrolment, address) if address == "/portfolio" else visitor.get(address).text
        assert expected in said
        assert other not in said


def test_somebody_without_training_is_told_how_it_comes_here(visitor: Visitor, centre: Organisation) -> None:
    sign_in(visitor, make_account("new@example.kr", person=make_person()))
    said = visitor.get("/portfolio").text
    assert "아직 교육 기록이 없어요" in said
    assert "아직 수료증이 없어요" in said
