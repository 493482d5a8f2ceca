"""Messages between an employer and one applicant."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id


class ApplicationMessage(Base):
    """One message, plain text. `read_at` is when somebody of the other side first saw it."""

    __tablename__ = "application_messages"
    __table_args__ = (Index("ix_application_messages_application_id", "application_id", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    from_employer: Mapped[bool] = mapped_column(Boolean)
    actor_label: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(LongText)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
