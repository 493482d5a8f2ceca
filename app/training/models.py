"""Courses, cohorts, sessions, enrolments, attendance in versions, and the ledger of credited minutes."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, Integer, Numeric, String, Time, UniqueConstraint, text
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation, Person
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.core.i18n import Text, _l
from app.training.policy import Mark, PolicyRules


class CourseKind(StrEnum):
    """The three kinds of course of the programmes."""

    FOUNDATION = "foundation"
    IN_SERVICE = "in_service"
    GENERAL = "general"

    @property
    def label(self) -> Text:
        return _COURSE_KINDS[self]


class EnrolmentStatus(StrEnum):
    """Where an enrolment stands."""

    ENROLLED = "enrolled"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Text:
        return _ENROLMENT_STATUSES[self]


_COURSE_KINDS: dict[CourseKind, Text] = {
    CourseKind.FOUNDATION: _l("양성교육"),
    CourseKind.IN_SERVICE: _l("직무교육"),
    CourseKind.GENERAL: _l("일반교육"),
}
_ENROLMENT_STATUSES: dict[EnrolmentStatus, Text] = {
    EnrolmentStatus.ENROLLED: _l("수강 중"),
    EnrolmentStatus.WAITLISTED: _l("대기"),
    EnrolmentStatus.CANCELLED: _l("수강취소"),
}


class AttendancePolicy(Base):
    """One version of a centre's rules on attendance (출결기준). A new version is a new row; none is changed."""

    __tablename__ = "attendance_policies"
    __table_args__ = (UniqueConstraint("organisation_id", "name", "version"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(Integer)
    completion_rate: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    slips_per_absence: Mapped[int] = mapped_column(Integer)
    grace_minutes: Mapped[int] = mapped_column(Integer)
    absent_below: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def rules(self) -> PolicyRules:
        """This version as the pure rules that decide."""
        return PolicyRules.of(
            name=self.name,
            version=self.version,
            completion_rate=self.completion_rate,
            slips_per_absence=self.slips_per_absence,
            grace_minutes=self.grace_minutes,
            absent_below=self.absent_below,
        )


class Course(Base):
    """What a centre teaches; `policy` is the version of its rules that new cohorts get."""

    __tablename__ = "courses"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "name"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(LongText, default="")
    policy_id: Mapped[int] = mapped_column(ForeignKey("attendance_policies.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    policy: Mapped[AttendancePolicy] = relationship()

    @property
    def kind_label(self) -> Text:
        return CourseKind(self.kind).label


class Cohort(Base):
    """One run of a course (기수), under the policy version it began with."""

    __tablename__ = "cohorts"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("attendance_policies.id"))
    code: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(80))
    capacity: Mapped[int] = mapped_column(Integer)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    course: Mapped[Course] = relationship()
    policy: Mapped[AttendancePolicy] = relationship()
    organisation: Mapped[Organisation] = relationship()
    sessions: Mapped[list[Session]] = relationship(order_by="Session.number", back_populates="cohort")


class Session(Base):
    """One meeting of a cohort (회차); times are Korea's."""

    __tablename__ = "sessions"
    __table_args__ = (UniqueConstraint("cohort_id", "number"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    date: Mapped[date] = mapped_column(Date)
    start: Mapped[time] = mapped_column(Time)
    end: Mapped[time] = mapped_column(Time)

    cohort: Mapped[Cohort] = relationship(back_populates="sessions")

    @property
    def minutes(self) -> int:
        """The session's length in whole minutes."""
        return (self.end.hour * 60 + self.end.minute) - (self.start.hour * 60 + self.start.minute)


class Enrolment(Base):
    """A person takes part in a cohort. Phone and mail are what this centre was told, seen by this centre only."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("cohort_id", "person_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), default=EnrolmentStatus.ENROLLED)
    phone: Mapped[str] = mapped_column(String(30), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    cohort: Mapped[Cohort] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def status_label(self) -> Text:
        return EnrolmentStatus(self.status).label


class AttendanceUpload(Base):
    """One attendance file that was applied to a cohort, or the undoing of one (`undoes_id`).

    The file itself is not kept (it holds telephone numbers that nobody here needs): its digest, and at each
    attendance the cell it came from, lead back to the centre's own copy.
    """

    __tablename__ = "attendance_uploads"
    __table_args__ = (
        Index(
            "uq_attendance_uploads_applied_once",
            "cohort_id",
            "sha256",
            unique=True,
            sqlite_where=text("undone_at IS NULL AND undoes_id IS NULL"),
            postgresql_where=text("undone_at IS NULL AND undoes_id IS NULL"),
        ),
        Index("ix_attendance_uploads_cohort_id_id", "cohort_id", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"))
    policy_id: Mapped[int] = mapped_column(ForeignKey("attendance_policies.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str] = mapped_column(String(200))
    layout: Mapped[str] = mapped_column(String(20))
    rows_changed: Mapped[int] = mapped_column(Integer)
    actor_label: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_uploads.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attendance(Base):
    """One version of what is known of a person in a session. The highest version holds; none is changed.

    `mark` is empty in the version that an undo writes where nothing was recorded before.
    """

    __tablename__ = "attendances"
    __table_args__ = (UniqueConstraint("enrolment_id", "session_id", "version"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("attendance_uploads.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    mark: Mapped[str | None] = mapped_column(String(20))
    minutes: Mapped[int] = mapped_column(Integer)
    check_in: Mapped[time | None] = mapped_column(Time)
    check_out: Mapped[time | None] = mapped_column(Time)
    raw: Mapped[str] = mapped_column(String(80), default="")
    sheet: Mapped[str] = mapped_column(String(80), default="")
    row: Mapped[int | None] = mapped_column(Integer)
    column: Mapped[str] = mapped_column(String(4), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    session: Mapped[Session] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
    upload: Mapped[AttendanceUpload] = relationship()

    @property
    def known_mark(self) -> Mark | None:
        """The mark as the rules know it; None when this version says that nothing is recorded."""
        return Mark(self.mark) if self.mark else None


class CreditEntry(Base):
    """One line of the ledger of credited minutes: append-only, negative where a correction takes back.

    The sum over a person is what they have been credited; each line leads to session, policy, upload and row.
    """

    __tablename__ = "credit_entries"
    __table_args__ = (Index("ix_credit_entries_person_id_held_on", "person_id", "held_on"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendances.id"), unique=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("attendance_policies.id"))
    held_on: Mapped[date] = mapped_column(Date)
    course_kind: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
