"""What the duties of the fair-hiring law leave in the record: notices, requests for return, reminders."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.jobs.application_models import Application
from app.jobs.opening_models import Opening


class ScheduleNotice(Base):
    """The employer told all applicants of an opening how the hiring goes on (채용일정 고지)."""

    __tablename__ = "schedule_notices"
    __table_args__ = (Index("ix_schedule_notices_opening_id", "opening_id", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    words: Mapped[str] = mapped_column(LongText)
    recipients: Mapped[int] = mapped_column(Integer)
    actor_label: Mapped[str] = mapped_column(String(120))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReturnRequest(Base):
    """An applicant asks for the documents back (반환청구); `returned_at` is when the employer says they are.

    It is open as long as there is something to return: not once the papers were destroyed, or the consent to keep
    them was withdrawn.
    """

    __tablename__ = "return_requests"
    __table_args__ = (Index("ix_return_requests_opening_id", "opening_id", "returned_at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), unique=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_by: Mapped[str] = mapped_column(String(120), default="")

    application: Mapped[Application] = relationship()
    opening: Mapped[Opening] = relationship()

    @property
    def is_open(self) -> bool:
        """Tell whether the employer still owes the papers."""
        return self.returned_at is None and self.application.identity is not None


class OpenDuty(Base):
    """One duty of an opening that is not done yet, as the worker found it today: what the office's list reads."""

    __tablename__ = "open_duties"
    __table_args__ = (
        UniqueConstraint("opening_id", "kind"),
        Index("ix_open_duties_due_on_id", "due_on", "id"),
        Index("ix_open_duties_organisation_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date] = mapped_column(Date)
    count: Mapped[int] = mapped_column(Integer)

    opening: Mapped[Opening] = relationship()
    organisation: Mapped[Organisation] = relationship()


class DutyReminder(Base):
    """The employer was reminded of a duty: once before its day (`phase` soon), once after it (overdue)."""

    __tablename__ = "duty_reminders"
    __table_args__ = (UniqueConstraint("opening_id", "kind", "phase", "due_on"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    kind: Mapped[str] = mapped_column(String(20))
    phase: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date] = mapped_column(Date)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DailyRun(Base):
    """The last day (Korea's) on which a piece of the job board's daily work was finished."""

    __tablename__ = "job_board_daily_runs"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    ran_on: Mapped[date] = mapped_column(Date)
