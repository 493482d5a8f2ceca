"""Fills a database with cohorts whose people all completed and wait for their certificates.

Course and cohorts are made by the services; people and attendance are inserted in bulk, as the services would leave
them. `ask` is what a click on "issue" does.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import insert, select

from app.accounts.models import Organisation, OrganisationKind, Person
from app.accounts.organisations import create_organisation
from app.certificates import issuing_service
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.training import plan_service
from app.training.attendance_sheet import PlannedSession
from app.training.models import Attendance, AttendanceUpload, Cohort, Course, CourseKind, Enrolment
from app.training.policy import Mark

ACTOR = Actor.command("benchmark")
PEOPLE, SESSIONS = 200, 10
_FIRST_DAY = date(2026, 3, 9)
_FAMILY, _GIVEN = "김이박최정강조윤장임", ("민수", "서연", "지훈", "하은", "도윤", "수아", "예준", "지우")


def fill(people: int) -> list[int]:
    """Add cohorts of 200, this many people in all, ten sessions of four hours each; answer the cohorts' row ids."""
    at = datetime.now(UTC)
    with unit_of_work():
        centre = create_organisation("서울도시재생교육원", OrganisationKind.TRAINING_CENTRE, ACTOR, at, approved=True)
        policy = plan_service.first_policy(centre, ACTOR, at)
        course_id = plan_service.ensure_course(
            centre, "도시재생 코디네이터 양성과정", CourseKind.FOUNDATION.value, policy, ACTOR, at
        ).id
    cohorts: list[int] = []
    for number, first in enumerate(range(0, people, PEOPLE)):
        with unit_of_work():
            course = db.session.get_one(Course, course_id)
            cohorts.append(_finished(course, number, min(PEOPLE, people - first), at).id)
        db.session.remove()
    return cohorts


def ask(cohort_id: int) -> None:
    """Store the intention to issue for everybody of a cohort."""
    with unit_of_work():
        issuing_service.request_certificates(db.session.get_one(Cohort, cohort_id), ACTOR, datetime.now(UTC))
    db.session.remove()


def _finished(course: Course, number: int, size: int, at: datetime) -> Cohort:
    meetings = [
        PlannedSession(day + 1, _FIRST_DAY + timedelta(days=day), time(14), time(18)) for day in range(SESSIONS)
    ]
    cohort = plan_service.create_cohort(
        course, f"2026-B{number}", f"2026년 {number + 1}기", size, meetings, ACTOR, at
    )
    organisation = db.session.get_one(Organisation, course.organisation_id)
    upload = AttendanceUpload(
        organisation_id=organisation.id,
        cohort_id=cohort.id,
        policy_id=cohort.policy_id,
        sha256=uuid.uuid4().hex * 2,
        filename="출석부.xlsx",
        layout="columns",
        rows_changed=size * SESSIONS,
        actor_label=ACTOR.label,
        created_at=at,
    )
    db.session.add(upload)
    db.session.flush()
    _attend(cohort, _enrol(cohort, size, at), upload.id, at)
    return cohort


def _enrol(cohort: Cohort, size: int, at: datetime) -> list[int]:
    known = [uuid.uuid4().hex for _person in range(size)]
    db.session.execute(
        insert(Person),
        [
            {
                "public_id": public_id,
                "name": _FAMILY[place % 10] + _GIVEN[place % 8],
                "birth_date": date(1955 + place % 50, 1 + place % 12, 1 + place % 28),
                "created_at": at,
            }
            for place, public_id in enumerate(known)
        ],
    )
    people = db.session.scalars(select(Person.id).where(Person.public_id.in_(known)).order_by(Person.id)).all()
    seat = {"organisation_id": cohort.organisation_id, "cohort_id": cohort.id, "created_at": at}
    db.session.execute(insert(Enrolment), [seat | {"person_id": person} for person in people])
    return list(
        db.session.scalars(select(Enrolment.id).where(Enrolment.cohort_id == cohort.id).order_by(Enrolment.id))
    )


def _attend(cohort: Cohort, enrolments: list[int], upload: int, at: datetime) -> None:
    present = {"upload_id": upload, "version": 1, "mark": Mark.PRESENT.value, "minutes": 240, "created_at": at}
    db.session.execute(
        insert(Attendance),
        [
            present | {"enrolment_id": enrolment, "session_id": session.id}
            for enrolment in enrolments
            for session in cohort.sessions
        ],
    )
