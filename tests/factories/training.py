"""A centre's course with a cohort, people and attendance, recorded through the services that the product uses."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from app.accounts.models import Organisation
from app.core.access import Actor
from app.core.db import db
from app.training import attendance_service, enrolment_service, plan_service, queries
from app.training.attendance_sheet import Entry, PlannedSession
from app.training.models import AttendanceUpload, Cohort, Course, CourseKind, Enrolment
from app.training.policy import Mark, PolicyRules
from app.training.record import basis_of
from app.training.roster_sheet import RosterPerson
from app.training.understanding import Understanding

AT = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
CLERK = Actor.command("test: clerk")
RULES = PolicyRules.of(
    name="standard", version=1, completion_rate="0.8", slips_per_absence=3, grace_minutes=10, absent_below="0.5"
)
FIRST_DAY = date(2026, 3, 9)

# Namesakes with other dates of birth, and a name of more than three syllables, as every real roster has.
PEOPLE = (
    ("홍정훈", date(1969, 10, 28)),
    ("박영길", date(1977, 2, 16)),
    ("안미숙", date(1991, 11, 13)),
    ("홍정훈", date(1974, 7, 2)),
    ("남궁하늘별", date(1988, 10, 25)),
    ("김이음", date(1995, 5, 5)),
)

_numbers = itertools.count(1)


def make_course(
    centre: Organisation, name: str = "도시재생 코디네이터 양성교육", kind: str = CourseKind.FOUNDATION
) -> Course:
    """Store a course of a centre under the usual rules."""
    policy = plan_service.ensure_policy(centre, RULES, CLERK, AT)
    course = plan_service.ensure_course(centre, name, kind, policy, CLERK, AT)
    db.session.commit()
    return course


def make_cohort(course: Course, *, code: str = "", name: str = "2026년 상반기 1기", sessions: int = 5) -> Cohort:
    """Store a cohort that meets each day from 14:00 to 18:00."""
    meetings = [
        PlannedSession(number + 1, FIRST_DAY + timedelta(days=number), time(14), time(18))
        for number in range(sessions)
    ]
    code = code or f"2026-T{next(_numbers)}"
    cohort = plan_service.create_cohort(course, code, name, 60, meetings, CLERK, AT)
    db.session.commit()
    return cohort


def enrol(cohort: Cohort, people: Sequence[tuple[str, date]] = PEOPLE) -> list[Enrolment]:
    """Enrol people in this order."""
    roster = [RosterPerson(name, born, "", "", "명단", row) for row, (name, born) in enumerate(people, start=2)]
    enrolment_service.enrol_people(cohort, roster, CLERK, AT)
    db.session.commit()
    return queries.enrolments(cohort)


def attend(cohort: Cohort, marks: dict[str, Sequence[Mark]], at: datetime = AT) -> AttendanceUpload:
    """Apply attendance: for each enrolment's public id the marks of the sessions in order; fewer: the first ones."""
    entries = tuple(
        Entry(
            person_key=key,
            session_number=session.number,
            mark=mark,
            minutes=0 if mark is Mark.ABSENT else session.minutes,
            check_in=None,
            check_out=None,
            raw=mark.value,
            sheet="출석부",
            row=row,
            column="D",
        )
        for row, (key, said) in enumerate(marks.items(), start=5)
        for session, mark in zip(cohort.sessions, said, strict=False)
    )
    content = hashlib.sha256(repr(entries).encode()).hexdigest()
    upload = attendance_service.apply(
        cohort,
        Understanding(
            entries=entries, filename="출석부.xlsx", sha256=content, layout="columns", basis=basis_of(cohort)
        ),
        CLERK,
        at,
    )
    db.session.commit()
    return upload


def finished_cohort(
    centre: Organisation,
    *,
    people: Sequence[tuple[str, date]] = PEOPLE,
    completing: int | None = None,
    sessions: int = 5,
    course: Course | None = None,
) -> Cohort:
    """Store a cohort whose attendance is complete; the first `completing` people (None: all) completed."""
    cohort = make_cohort(course or make_course(centre), sessions=sessions)
    enrolments = enrol(cohort, people)
    done = len(enrolments) if completing is None else completing
    attend(
        cohort,
        {
            e.public_id: [Mark.PRESENT if place < done else Mark.ABSENT] * sessions
            for place, e in enumerate(enrolments)
        },
    )
    return cohort
