"""What the record says: current attendance, decisions per person, hours. Reads only; a few queries per cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.core.access import Actor, owned
from app.core.db import db
from app.training.completion import Decision, decide
from app.training.models import (
    Attendance,
    AttendancePolicy,
    AttendanceUpload,
    Cohort,
    Course,
    Enrolment,
    EnrolmentStatus,
    Session,
)
from app.training.policy import Mark


@dataclass(frozen=True)
class PersonReport:
    """Where one person of a cohort stands: a mark per session in order (None: nothing recorded), and the decision."""

    enrolment: Enrolment
    marks: tuple[Mark | None, ...]
    decision: Decision

    @property
    def person(self) -> Person:
        return self.enrolment.person


def cohorts_of(actor: Actor, search: str = "", kind: str = "") -> Select[Cohort]:
    """Select the cohorts this actor's centres run, the newest first, for a paged list."""
    rows = owned(Cohort, actor).join(Course, Cohort.course_id == Course.id)
    if search:
        rows = rows.where(
            or_(*(c.icontains(search, autoescape=True) for c in (Cohort.code, Cohort.name, Course.name)))
        )
    if kind:
        rows = rows.where(Course.kind == kind)
    return rows.options(joinedload(Cohort.course)).order_by(Cohort.starts_on.desc(), Cohort.id.desc())


def courses_of(actor: Actor, search: str = "") -> Select[Course]:
    """Select the courses of this actor's centres by name."""
    rows = owned(Course, actor).options(joinedload(Course.policy))
    if search:
        rows = rows.where(Course.name.icontains(search, autoescape=True))
    return rows.order_by(Course.name, Course.id)


def cohorts_of_course(course: Course) -> Select[Cohort]:
    """Select a course's cohorts, the newest first, with the policy version each is under."""
    rows = select(Cohort).where(Cohort.course_id == course.id).options(joinedload(Cohort.policy))
    return rows.order_by(Cohort.starts_on.desc(), Cohort.id.desc())


def policy_versions(course: Course) -> list[AttendancePolicy]:
    """Answer every version of the course's policy, the newest first."""
    rows = select(AttendancePolicy).where(
        AttendancePolicy.organisation_id == course.organisation_id, AttendancePolicy.name == course.policy.name
    )
    return list(db.session.scalars(rows.order_by(AttendancePolicy.version.desc())))


def enrolments(cohort: Cohort, *statuses: EnrolmentStatus) -> list[Enrolment]:
    """Answer a cohort's enrolments in the order they were made, people included; no status named means enrolled."""
    wanted = [s.value for s in statuses] or [EnrolmentStatus.ENROLLED.value]
    rows = (
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(wanted))
        .options(joinedload(Enrolment.person))
        .order_by(Enrolment.id)
    )
    return list(db.session.scalars(rows))


def current_attendance(enrolment_ids: Select[int]) -> Select[Attendance]:
    """Select the highest version of each person and session; a version whose mark was undone says "not recorded"."""
    newest = (
        select(Attendance.enrolment_id, Attendance.session_id, func.max(Attendance.version).label("version"))
        .where(Attendance.enrolment_id.in_(enrolment_ids))
        .group_by(Attendance.enrolment_id, Attendance.session_id)
        .subquery()
    )
    return select(Attendance).join(
        newest,
        (Attendance.enrolment_id == newest.c.enrolment_id)
        & (Attendance.session_id == newest.c.session_id)
        & (Attendance.version == newest.c.version),
    )


def attendance_of_cohort(cohort: Cohort) -> dict[tuple[int, int], Attendance]:
    """Answer the current attendance of a cohort by (enrolment id, session id)."""
    ids = select(Enrolment.id).where(Enrolment.cohort_id == cohort.id)
    return {(a.enrolment_id, a.session_id): a for a in db.session.scalars(current_attendance(ids))}


def cohort_report(cohort: Cohort) -> list[PersonReport]:
    """Answer every enrolled person's marks and decision under the cohort's policy version; three queries."""
    recorded = _recorded(select(Enrolment.id).where(Enrolment.cohort_id == cohort.id))
    return [_report(cohort, enrolment, recorded) for enrolment in enrolments(cohort)]


def enrolment_report(enrolment: Enrolment) -> PersonReport:
    """Answer one person's marks and decision in one cohort."""
    return reports_of([enrolment])[0]


_MARKS = {mark.value: mark for mark in Mark}
# What is recorded of a person (enrolment id) in a session (id): mark and minutes.
_Recorded = dict[tuple[int, int], tuple[Mark, int]]


def _recorded(enrolment_ids: Select[int]) -> _Recorded:
    # Columns instead of objects, which take several times as long: there is a row for each person and session. All
    # versions are read, of which the last one stays: there are few, and to look for the highest takes longer.
    columns = (
        select(Attendance.enrolment_id, Attendance.session_id, Attendance.mark, Attendance.minutes)
        .where(Attendance.enrolment_id.in_(enrolment_ids))
        .order_by(Attendance.enrolment_id, Attendance.session_id, Attendance.version)
    )
    newest = {
        (enrolment, session): (mark, minutes) for enrolment, session, mark, minutes in db.session.execute(columns)
    }
    return {place: (_MARKS[mark], minutes) for place, (mark, minutes) in newest.items() if mark}


def _report(cohort: Cohort, enrolment: Enrolment, recorded: _Recorded) -> PersonReport:
    id = enrolment.id
    found = [recorded.get((id, session.id), _NOTHING) for session in cohort.sessions]
    marks = tuple(mark for mark, _minutes in found)
    return PersonReport(
        enrolment, marks, decide(marks, cohort.policy.rules, sum(minutes for _mark, minutes in found))
    )


_NOTHING = (None, 0)


def uploads_of(cohort: Cohort) -> Select[AttendanceUpload]:
    """Select what was uploaded to a cohort, the newest first, undoings included."""
    return (
        select(AttendanceUpload).where(AttendanceUpload.cohort_id == cohort.id).order_by(AttendanceUpload.id.desc())
    )


def applied_upload(cohort: Cohort, sha256: str) -> AttendanceUpload | None:
    """Find the upload that applied this very file to the cohort and still stands."""
    return db.session.scalars(
        select(AttendanceUpload).where(
            AttendanceUpload.cohort_id == cohort.id,
            AttendanceUpload.sha256 == sha256,
            AttendanceUpload.undone_at.is_(None),
            AttendanceUpload.undoes_id.is_(None),
        )
    ).one_or_none()


def enrolments_of_person(person_id: int) -> Select[Enrolment]:
    """Select a person's own training, the newest cohort first, whichever centre taught it."""
    return (
        select(Enrolment)
        .join(Cohort, Enrolment.cohort_id == Cohort.id)
        .where(Enrolment.person_id == person_id)
        .options(joinedload(Enrolment.cohort).joinedload(Cohort.course).joinedload(Course.organisation))
        .order_by(Cohort.starts_on.desc(), Enrolment.id.desc())
    )


@dataclass(frozen=True)
class SessionHistory:
    """One session of one person: every version ever recorded, the first one first."""

    session: Session
    versions: tuple[Attendance, ...]

    @property
    def current(self) -> Attendance | None:
        """The version that holds; it may say that nothing is recorded."""
        return self.versions[-1] if self.versions else None

    @property
    def mark(self) -> Mark | None:
        return self.current.known_mark if self.current is not None else None


def session_histories(enrolment: Enrolment) -> list[SessionHistory]:
    """Answer every session of a person's cohort with the versions of what was recorded."""
    rows = (
        select(Attendance)
        .where(Attendance.enrolment_id == enrolment.id)
        .options(joinedload(Attendance.upload))
        .order_by(Attendance.session_id, Attendance.version)
    )
    versions: dict[int, list[Attendance]] = {}
    for version in db.session.scalars(rows):
        versions.setdefault(version.session_id, []).append(version)
    return [SessionHistory(session, tuple(versions.get(session.id, ()))) for session in enrolment.cohort.sessions]


@dataclass(frozen=True)
class ChangedPerson:
    """One person whom an upload touched, and in how many sessions."""

    enrolment: Enrolment
    cells: int


def people_changed_by(upload: AttendanceUpload) -> list[ChangedPerson]:
    """Answer whom an upload (or an undoing) touched, in the order of the roster; one query."""
    counted = (
        select(Attendance.enrolment_id, func.count().label("cells"))
        .where(Attendance.upload_id == upload.id)
        .group_by(Attendance.enrolment_id)
        .subquery()
    )
    rows = (
        select(Enrolment, counted.c.cells)
        .join(counted, counted.c.enrolment_id == Enrolment.id)
        .options(joinedload(Enrolment.person))
        .order_by(Enrolment.id)
    )
    return [ChangedPerson(enrolment, cells) for enrolment, cells in db.session.execute(rows)]


def reports_of(enrolments: Sequence[Enrolment]) -> list[PersonReport]:
    """Answer where one person stands in each of these enrolments, with one query for all their attendance."""
    ids = select(Enrolment.id).where(Enrolment.id.in_([e.id for e in enrolments]))
    recorded = _recorded(ids)
    return [_report(enrolment.cohort, enrolment, recorded) for enrolment in enrolments]
