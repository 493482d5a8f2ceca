"""Destructions (파기): that an application's papers were destroyed, when, how much, by whom and how."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.jobs.opening_models import Opening


class Destruction(Base):
    """The papers of one application are gone. Append-only.

    `counts` says how many rows of which kind were deleted or emptied; nothing here leads to the applicant, whom the
    employer knew by `number`. `is_automatic`: the period had passed; else somebody of the employer did it earlier.
    `decided_at` is when the period began; `is_lapsed`: there was no decision, but everybody was told then that the
    hiring is taken to have ended.
    """

    __tablename__ = "destructions"
    __table_args__ = (Index("ix_destructions_opening_id", "opening_id", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), unique=True)
    number: Mapped[int] = mapped_column(Integer)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    is_automatic: Mapped[bool] = mapped_column(Boolean)
    is_lapsed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    actor_label: Mapped[str] = mapped_column(String(120))
    method: Mapped[str] = mapped_column(String(40))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    opening: Mapped[Opening] = relationship()


class PaperState(StrEnum):
    """How far a certificate of destruction is: it waits for the worker after each destruction."""

    WAITING = "waiting"
    SEALED = "sealed"


class DestructionPaper(Base):
    """The certificate of destruction (파기확인서) of an opening as it was sealed last.

    `asked` grows in the transaction of each destruction, so that what was printed before it is not kept after it. The
    certificate can be made anew at any time from the destructions: only the last one is kept.
    """

    __tablename__ = "destruction_papers"
    __table_args__ = (Index("ix_destruction_papers_state_opening_id", "state", "opening_id"),)

    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"), primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[str] = mapped_column(String(10), default=PaperState.WAITING)
    asked: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_under_way(self) -> bool:
        return self.state == PaperState.WAITING
