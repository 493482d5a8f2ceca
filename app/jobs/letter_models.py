"""What an employer has written down to tell applicants of its decisions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id


class LetterTemplate(Base):
    """The text of a mail that tells decisions of one kind (`stage`), with placeholders as `letter_rules` knows them.

    `english` is for applicants who read English; where it is empty they read `body`. What was sent stays as it was:
    a mail holds its text.
    """

    __tablename__ = "letter_templates"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    stage: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)
    english: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
