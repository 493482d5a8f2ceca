"""Interview times that an employer offers, and the one that each applicant chose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id


class InterviewSlot(Base):
    """A time for interviews of one opening. `taken` never exceeds `capacity`: the database refuses it.

    It can be chosen, changed and left until `changes_until`.
    """

    __tablename__ = "interview_slots"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= capacity", name="taken"),
        Index("ix_interview_slots_opening_id", "opening_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[int] = mapped_column(Integer)
    place: Mapped[str] = mapped_column(String(300))
    capacity: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)
    changes_until: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InterviewChoice(Base):
    """The time that an applicant chose; changing it changes the row."""

    __tablename__ = "interview_choices"

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True, autoincrement=False)
    slot_id: Mapped[int] = mapped_column(ForeignKey("interview_slots.id"), index=True)
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)

    slot: Mapped[InterviewSlot] = relationship()
