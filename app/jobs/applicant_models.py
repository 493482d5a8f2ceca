"""What an employer does with applications: moves between stages, reveals of identity."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id


class StageMove(Base):
    """One decision on an application, with the reason that stays inside the employer.

    `mail_id` is the mail that tells the applicant: it waits as long as the move can be undone, and goes with it.
    `decision_id` is what the moves of one decision on several applications share.
    """

    __tablename__ = "stage_moves"
    __table_args__ = (
        Index("ix_stage_moves_application_id", "application_id", "id"),
        Index("ix_stage_moves_decision_id", "decision_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    before: Mapped[str] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(20))
    why: Mapped[str] = mapped_column(String(500), default="")
    actor_label: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    mail_id: Mapped[str] = mapped_column(String(32), default="")
    decision_id: Mapped[str] = mapped_column(String(32), default="", server_default="")
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Reveal(Base):
    """Somebody opened the identity box of an application of a blind opening: who and when. Append-only."""

    __tablename__ = "reveals"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(RowId)
    actor_label: Mapped[str] = mapped_column(String(120))
    acted_for: Mapped[str] = mapped_column(String(120))
    stage: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
