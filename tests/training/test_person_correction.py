"""Putting a name or a date of birth right: by the centre that has the person, and with a trail."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Person
from app.core.audit import AuditLine
from app.core.db import db
from app.training.models import Enrolment
from tests.conftest import Visitor
from tests.factories.accounts import make_organisation
from tests.factories.training import enrol, make_cohort, make_course
from tests.training.conftest import Centre

BORN = date(1971, 5, 6)


@pytest.fixture
def enrolment(centre: Centre) -> Enrolment:
    (enrolment,) = enrol(make_cohort(make_course(centre.organisation)), [("홍길돈", BORN)])
    return enrolment


def address(enrolment: Enrolment) -> str:
    return f"/cohorts/{enrolment.cohort.public_id}/people/{enrolment.public_id}/correct"


def recorded(enrolment: Enrolment) -> tuple[str, date]:
    db.session.expire_all()
    person = db.session.get_one(Person, enrolment.person_id)
    return person.name, person.birth_date


def test_the_form_shows_what_is_recorded_and_stores_what_is_right(clerk: Visitor, enrolment: Enrolment) -> None:
    page = clerk.get(address(enrolment)).text
    assert 'value="홍길돈"' in page
    assert 'value="1971-05-06"' in page
    answer = clerk.post(address(enrolment), data={"name": " 홍길동 ", "birth_date": "1971-05-07", "reason": "오타"})
    assert answer.status_code == 303
    assert recorded(enrolment) == ("홍길동", date(1971, 5, 7))
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "person.correct")).one()
    assert line.after == {"fields": ["name", "birth_date"]}
    assert line.why == "오타"


def test_nothing_changed_leaves_no_trail(clerk: Visitor, enrolment: Enrolment) -> None:
    assert clerk.post(address(enrolment), data={"name": "홍길돈", "birth_date": "1971-05-06"}).status_code == 303
    assert not db.session.scalars(select(AuditLine).where(AuditLine.action == "person.correct")).all()


def test_whom_another_centre_knows_is_changed_by_the_operator_alone(
    app: Flask, clerk: Visitor, enrolment: Enrolment
) -> None:
    other = make_cohort(make_course(make_organisation("다른 교육원")))
    db.session.add(
        Enrolment(
            organisation_id=other.organisation_id,
            cohort_id=other.id,
            person_id=enrolment.person_id,
            status="enrolled",
            created_at=enrolment.created_at,
        )
    )
    answer = clerk.post(address(enrolment), data={"name": "홍길동", "birth_date": "1971-05-06"})
    assert answer.status_code == 422
    assert "다른 교육기관에도 기록이 있는" in answer.text
    assert enrolment.person.public_id in answer.text
    assert recorded(enrolment) == ("홍길돈", BORN)
    as_operator = [
        "training",
        "correct-person",
        enrolment.person.public_id,
        "--birth-date",
        "1971-05-06",
        "--why",
        "오타",
    ]
    result = app.test_cli_runner().invoke(args=[*as_operator, "--name", "홍길동"])
    assert result.exit_code == 0, result.output
    assert recorded(enrolment) == ("홍길동", BORN)
    unknown = app.test_cli_runner().invoke(args=["training", "correct-person", "x", *as_operator[3:], "--name", "홍"])
    assert (unknown.exit_code, "이런 사람 번호는 없어요" in unknown.stderr) == (1, True)


def test_nor_in_another_cohort_of_theirs(clerk: Visitor, enrolment: Enrolment) -> None:
    elsewhere = make_cohort(enrolment.cohort.course, code="2026-F2")
    enrol(elsewhere, [("홍길동", BORN)])
    db.session.add(
        Enrolment(
            organisation_id=elsewhere.organisation_id,
            cohort_id=elsewhere.id,
            person_id=enrolment.person_id,
            status="enrolled",
            created_at=enrolment.created_at,
        )
    )
    answer = clerk.post(address(enrolment), data={"name": "홍길동", "birth_date": "1971-05-06"})
    assert answer.status_code == 422
    assert f"{elsewhere.name} 기수에 이름과 생년월일이 같은 사람이 이미 있어요" in answer.text
    assert recorded(enrolment) == ("홍길돈", BORN)


def test_two_people_of_a_cohort_never_become_alike(clerk: Visitor, enrolment: Enrolment) -> None:
    enrol(enrolment.cohort, [("홍길동", BORN)])
    answer = clerk.post(address(enrolment), data={"name": "홍길동", "birth_date": "1971-05-06"})
    assert answer.status_code == 422
    assert "같은 사람이 이미 있어요" in answer.text
    assert recorded(enrolment) == ("홍길돈", BORN)


@pytest.mark.parametrize("data", [{"name": "", "birth_date": "1971-05-06"}, {"name": "홍길동", "birth_date": "어제"}])
def test_what_is_missing_is_said_at_the_field(clerk: Visitor, enrolment: Enrolment, data: dict[str, str]) -> None:
    answer = clerk.post(address(enrolment), data=data)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert recorded(enrolment) == ("홍길돈", BORN)
