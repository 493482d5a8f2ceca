"""Openings (채용공고): what an employer offers, what it asks for, and how it has changed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Date, ForeignKey, Index, Integer, Numeric, String, UniqueConstraint
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.jobs.opening_words import OpeningState


class Opening(Base):
    """One opening. `organisation_id` is the employer here that posted it; one from a portal has none.

    Pay is in won per `pay_unit`; both bounds are None where only `pay_text` says something. `deadline_at` is the last
    moment to apply: None with `until_filled`. `same_key` finds the same opening in other lists (`opening_sameness`).
    `retention_days` is how long documents are kept after the decision
    (채용절차법 제11조: 14 to 180). `version` grows with every change and is what an edit must name.
    """

    __tablename__ = "openings"
    __table_args__ = (
        Index("ix_openings_state_published_at", "state", "published_at", "id"),
        Index("ix_openings_state_deadline_at", "state", "deadline_at"),
        Index("ix_openings_organisation_id_id", "organisation_id", "id"),
        Index("ix_openings_same_key", "same_key"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    source: Mapped[str] = mapped_column(String(20), default="own")
    source_url: Mapped[str] = mapped_column(String(500), default="")
    employer_name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    work_kind: Mapped[str] = mapped_column(String(20))
    duties: Mapped[str] = mapped_column(LongText, default="")
    province: Mapped[str | None] = mapped_column(String(2))
    district: Mapped[str] = mapped_column(String(40), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    employment_type: Mapped[str] = mapped_column(String(20))
    headcount: Mapped[int | None] = mapped_column(Integer)
    pay_unit: Mapped[str] = mapped_column(String(20))
    pay_min: Mapped[int | None] = mapped_column(BigInteger)
    pay_max: Mapped[int | None] = mapped_column(BigInteger)
    pay_text: Mapped[str] = mapped_column(String(200), default="")
    weekly_hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    hours_text: Mapped[str] = mapped_column(String(200), default="")
    period_from: Mapped[date | None] = mapped_column(Date)
    period_until: Mapped[date | None] = mapped_column(Date)
    qualification_text: Mapped[str] = mapped_column(LongText, default="")
    preference_text: Mapped[str] = mapped_column(LongText, default="")
    posted_on: Mapped[date | None] = mapped_column(Date)
    deadline_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until_filled: Mapped[bool] = mapped_column(Boolean, default=False)
    documents: Mapped[list[str]] = mapped_column(JSON, default=list)
    documents_text: Mapped[str] = mapped_column(String(300), default="")
    contact_name: Mapped[str] = mapped_column(String(80), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    blind: Mapped[bool] = mapped_column(Boolean, default=False)
    reveal_stage: Mapped[str] = mapped_column(String(20), default="interview")
    residents_first: Mapped[bool] = mapped_column(Boolean, default=False)
    has_thirty_staff: Mapped[bool] = mapped_column(Boolean, default=True)
    retention_days: Mapped[int] = mapped_column(Integer, default=180)
    state: Mapped[str] = mapped_column(String(20), default=OpeningState.DRAFT)
    returned_why: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    same_key: Mapped[str] = mapped_column(String(32), default="", server_default="")

    organisation: Mapped[Organisation | None] = relationship()
    requirements: Mapped[list[Requirement]] = relationship(
        order_by="Requirement.position", back_populates="opening", cascade="all, delete-orphan"
    )

    @property
    def is_own(self) -> bool:
        """Tell whether people apply for it here, and not at the portal that it came from."""
        return self.organisation_id is not None

    def takes_applications(self, at: datetime) -> bool:
        """Tell whether somebody may apply here at this moment."""
        in_time = self.deadline_at is None or at <= self.deadline_at
        return self.is_own and self.state == OpeningState.PUBLISHED and in_time


class Requirement(Base):
    """One thing an opening asks for (자격요건) or prefers (우대사항), so that a record can prove it.

    By `kind`: `hours` needs `minutes` of `course_kind` (empty: any) within the last `within_months` (None: ever);
    `course` a completed course of `name`; `appointment` and `experience` `months` in the field `name` (empty: any);
    `badge` a certificate called `name` of the issuer `issuer`; `other` only says something, in `text`.
    """

    __tablename__ = "opening_requirements"
    __table_args__ = (UniqueConstraint("opening_id", "position"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(20))
    course_kind: Mapped[str] = mapped_column(String(20), default="")
    minutes: Mapped[int | None] = mapped_column(Integer)
    within_months: Mapped[int | None] = mapped_column(Integer)
    months: Mapped[int | None] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(200), default="")
    issuer: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(String(300), default="")

    opening: Mapped[Opening] = relationship(back_populates="requirements")


class OpeningEdit(Base):
    """One change of an opening, for everybody who works on it to see. Append-only."""

    __tablename__ = "opening_edits"
    __table_args__ = (UniqueConstraint("opening_id", "version"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    version: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_label: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(20))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(String(500), default="")
