"""After hiring: the job is confirmed, enters the portfolio, makes a coordinator, is asked about after six months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account, Organisation, PersonRole
from app.core import clock
from app.core.db import db
from app.core.mail import OutgoingMail
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.opening_words import OpeningState, WorkKind
from app.jobs.outcomes.employment_job import ask_about_employments
from app.jobs.outcomes.employment_models import Employment
from app.jobs.outcomes.employment_rules import asked_on, ended_early, is_full, months_after
from app.portfolio.experience_models import Experience
from app.training.models import CourseKind
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_organisation, make_person, sign_in
from tests.factories.duties import make_destruction, make_employment
from tests.factories.jobs import make_application, make_employer, make_opening
from tests.factories.training import make_cohort, make_course

NOW = clock.now()
TODAY = clock.seoul_date(NOW)


def planned(name: str, kind: str, days: int) -> None:
    """Store a cohort of a course that begins in so many days."""
    cohort = make_cohort(make_course(make_organisation(), name, kind), sessions=1)
    cohort.starts_on = cohort.ends_on = TODAY + timedelta(days=days)
    db.session.commit()


def hired(
    employer: Organisation, work_kind: str = WorkKind.COORDINATOR, headcount: int = 2
) -> tuple[Application, Account]:
    person = make_person("나지원", role=PersonRole.TRAINEE)
    applicant = make_account(person=person)
    opening = make_opening(employer, work_kind=work_kind, headcount=headcount)
    return make_application(opening, applicant, Stage.HIRED, decided_at=NOW), applicant


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 3, 9), 6, date(2026, 9, 9)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 31), -6, date(2025, 9, 30)),
        (date(9999, 12, 1), 6, date(9999, 12, 31)),
    ],
)
def test_months_later(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


def test_a_job_that_ended_before_it_is_asked_about_did_not_stand() -> None:
    start = date(2026, 3, 9)
    assert asked_on(start) == date(2026, 9, 9)
    assert ended_early(start, date(2026, 9, 8))
    assert not ended_early(start, date(2026, 9, 9))
    assert not ended_early(start, None)


@pytest.mark.parametrize(("wanted", "count", "full"), [(2, 1, False), (2, 2, True), (None, 9, False)])
def test_when_an_opening_is_full(wanted: int | None, count: int, full: bool) -> None:
    assert is_full(wanted, count) is full


def test_the_employer_confirms_and_all_follows(app: Flask, visitor: Visitor) -> None:
    employer = make_employer("종로센터")
    application, applicant = hired(employer, headcount=1)
    planned("현장실무", CourseKind.IN_SERVICE, 20)
    sign_in(visitor, make_member(employer))
    address = f"/employments/new/{application.public_id}"
    assert address in visitor.get("/employments").get_data(as_text=True)
    assert visitor.post(address, data={"title": "코디네이터"}).status_code == 422
    answer = visitor.post(address, data={"title": "코디네이터", "started_on": TODAY.isoformat()})
    assert answer.status_code == 303
    experience = db.session.scalars(select(Experience)).one()
    assert (experience.confirmed_by, experience.title, experience.starts_on) == ("종로센터", "코디네이터", TODAY)
    assert applicant.person is not None
    db.session.refresh(applicant.person)
    assert applicant.person.role == PersonRole.COORDINATOR
    mail = db.session.scalars(select(OutgoingMail).filter_by(recipient=applicant.email)).one()
    assert "현장실무" in mail.body
    assert "모집인원을 모두 채용했어요" in visitor.get(answer.headers["Location"]).get_data(as_text=True)
    assert application.opening.state == OpeningState.PUBLISHED
    assert visitor.post(address, data={"title": "x", "started_on": "2026-01-01"}).status_code == 422
    assert len(db.session.scalars(select(Employment)).all()) == 1


def test_she_sees_her_job_and_the_next_courses(app: Flask, visitor: Visitor) -> None:
    application, applicant = hired(make_employer("종로센터"))
    make_employment(application)
    planned("현장실무", CourseKind.IN_SERVICE, 20)
    planned("지난실무", CourseKind.IN_SERVICE, -20)
    planned("처음교육", CourseKind.FOUNDATION, 20)
    sign_in(visitor, applicant)
    page = visitor.get("/employments/mine").get_data(as_text=True)
    assert "종로센터" in page
    assert "현장실무" in page
    assert "지난실무" not in page
    assert "처음교육" not in page


@pytest.mark.parametrize(
    ("work_kind", "role"), [(WorkKind.PLANNER, PersonRole.PLANNER), (WorkKind.OFFICE, PersonRole.TRAINEE)]
)
def test_the_role_follows_the_kind_of_work(app: Flask, work_kind: str, role: str) -> None:
    application, applicant = hired(make_employer(), work_kind)
    make_employment(application)
    assert applicant.person is not None
    assert applicant.person.role == role


def test_a_blind_applicant_is_confirmed_once_the_identity_was_opened(app: Flask, visitor: Visitor) -> None:
    employer = make_employer()
    opening, applicant = make_opening(employer, blind=True), make_account(person=make_person("나지원"))
    application = make_application(opening, applicant, Stage.HIRED, decided_at=NOW)
    sign_in(visitor, make_member(employer))
    data = {"title": "코디네이터", "started_on": TODAY.isoformat()}
    answer = visitor.post(f"/employments/new/{application.public_id}", data=data)
    assert answer.status_code == 422
    assert "인적사항을 연 뒤에" in answer.get_data(as_text=True)
    assert "나지원" not in visitor.get("/employments").get_data(as_text=True)
    visitor.post(f"/hiring/{opening.public_id}/applications/{application.public_id}/reveal")
    assert visitor.post(f"/employments/new/{application.public_id}", data=data).status_code == 303


def test_nobody_is_confirmed_before_the_last_stage(app: Flask, visitor: Visitor) -> None:
    employer = make_employer()
    application = make_application(make_opening(employer), make_account(person=make_person()), Stage.INTERVIEW)
    sign_in(visitor, make_member(employer))
    data = {"title": "코디네이터", "started_on": TODAY.isoformat()}
    assert visitor.post(f"/employments/new/{application.public_id}", data=data).status_code == 422
    assert db.session.scalars(select(Employment)).all() == []


def test_it_is_corrected_in_the_portfolio_too(app: Flask, visitor: Visitor) -> None:
    employer = make_employer()
    job = make_employment(hired(employer)[0], TODAY - timedelta(days=90))
    sign_in(visitor, make_member(employer))
    address = f"/employments/{job.public_id}/edit"
    data = {"version": "1", "title": "팀장", "started_on": (TODAY - timedelta(days=80)).isoformat()}
    data["ended_on"] = TODAY.isoformat()
    assert visitor.post(address, data=data).status_code == 303
    assert visitor.post(address, data=data).status_code == 422  # Somebody has changed it since.
    db.session.expire_all()
    experience = job.experience
    assert (experience.title, experience.ends_on) == ("팀장", TODAY)
    assert (job.stood, job.answered_at is not None) == (False, True)


def test_the_employer_is_asked_once_after_six_months(app: Flask, visitor: Visitor) -> None:
    employer = make_employer()
    manager = make_member(employer)
    job = make_employment(hired(employer)[0], months_after(TODAY, -6) + timedelta(days=1))
    for later, asked in ((0, 0), (1, 1), (2, 1)):
        ask_about_employments(NOW + timedelta(days=later))
        mails = db.session.scalars(select(OutgoingMail).filter_by(recipient=manager.email)).all()
        assert len(mails) == asked
    sign_in(visitor, manager)
    address = f"/employments/{job.public_id}/standing"
    assert visitor.post(address, data={"stood": "yes"}).status_code == 409  # Six months have not passed yet.
    job.started_on = months_after(TODAY, -6)
    db.session.commit()
    assert visitor.post(address, data={"stood": "yes"}).status_code == 303
    db.session.expire_all()
    assert job.stood is True


def test_the_job_outlives_the_papers(app: Flask) -> None:
    application, applicant = hired(make_employer())
    job = make_employment(application)
    row = make_destruction(application)
    db.session.expire_all()
    assert (job.application_id, job.person_id) == (None, applicant.person_id)
    assert row.counts["employments"] == 1


def test_who_was_hired_is_found_from_every_page(app: Flask, visitor: Visitor) -> None:
    sign_in(visitor, make_member(make_employer()))
    assert 'href="/employments"' in visitor.get("/hiring").get_data(as_text=True)


def test_a_job_is_its_employers_alone(app: Flask, visitor: Visitor) -> None:
    job = make_employment(hired(make_employer())[0])
    sign_in(visitor, make_member(make_employer()))
    for page in ("", "/edit", "/standing"):
        assert visitor.get(f"/employments/{job.public_id}{page}").status_code == 404
