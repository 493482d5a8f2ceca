"""Employments (채용 확정): who was hired for what, from when, and whether the job still stands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation, Person
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.jobs.opening_models import Opening
from app.portfolio.experience_models import Experience


class Employment(Base):
    """A job that an employer has confirmed. It outlives the application (`application_id` is None once its papers
    are destroyed).

    One that was confirmed by mistake is withdrawn (`withdrawn_at`): it is shown as such and counted nowhere; its link
    to the application is cut, so that it can be confirmed anew. `asked_at` is when the employer was asked whether it
    stands after six months, `answered_at` when they said (`stood`). `version` grows with every correction.
    """

    __tablename__ = "employments"
    __table_args__ = (
        Index("ix_employments_organisation_id_id", "organisation_id", "id"),
        Index("ix_employments_person_id_id", "person_id", "id"),
        Index("ix_employments_opening_id", "opening_id"),
        Index("ix_employments_asked_at_started_on", "asked_at", "started_on"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), unique=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    experience_id: Mapped[int] = mapped_column(ForeignKey("experiences.id"))
    title: Mapped[str] = mapped_column(String(120))
    started_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stood: Mapped[bool | None] = mapped_column(Boolean)
    version: Mapped[int] = mapped_column(Integer, default=1)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    opening: Mapped[Opening] = relationship()
    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship()
    experience: Mapped[Experience] = relationship()
    steps: Mapped[list[EmploymentStep]] = relationship(order_by="EmploymentStep.id")


class EmploymentStep(Base):
    """What happened to an employment: confirmed, corrected, answered, withdrawn. Append-only.

    `by_person`: the person whose job it is did it, else somebody of the employer. `why` is read by both.
    """

    __tablename__ = "employment_steps"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    employment_id: Mapped[int] = mapped_column(ForeignKey("employments.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(20))
    by_person: Mapped[bool] = mapped_column(Boolean)
    actor_label: Mapped[str] = mapped_column(String(120))
    why: Mapped[str] = mapped_column(String(500))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
