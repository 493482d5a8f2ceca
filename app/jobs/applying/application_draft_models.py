"""Drafts of applications, so that closing the phone loses nothing, and the counter of an opening's applications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.jobs.opening_models import Opening


class ApplicationDraft(Base):
    """How far somebody has come with one application. It is gone once the application is handed in.

    `items` are the keys of what was chosen (`application_choices`); `consent` what was agreed to, as
    `application_consent.Notices.as_json` writes it with the moment, None before.
    """

    __tablename__ = "application_drafts"
    __table_args__ = (UniqueConstraint("person_id", "opening_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    phone: Mapped[str] = mapped_column(String(30), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    items: Mapped[list[str]] = mapped_column(JSON, default=list)
    makes_resume: Mapped[bool] = mapped_column(Boolean, default=True)
    words: Mapped[str] = mapped_column(LongText, default="")
    has_chosen: Mapped[bool] = mapped_column(Boolean, default=False)
    consent: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    opening: Mapped[Opening] = relationship()

    @property
    def is_complete(self) -> bool:
        """Tell whether the documents have been gone through, and the applicant can be reached."""
        return self.has_chosen and bool(self.phone and self.email)


class ApplicationCounter(Base):
    """The number that an opening's next application gets; taken in the transaction that hands in, so without gaps."""

    __tablename__ = "application_counters"

    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"), primary_key=True, autoincrement=False)
    next_number: Mapped[int] = mapped_column(Integer)
