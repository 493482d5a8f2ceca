"""Who judges the applications of an opening, by which criteria, and what they found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id


class Reviewer(Base):
    """A member of the employer who judges the applications of one opening (심사위원). Removed ones keep their row."""

    __tablename__ = "opening_reviewers"
    __table_args__ = (UniqueConstraint("opening_id", "account_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()


class Recusal(Base):
    """A reviewer steps back from one application because of a conflict of interest (회피). Append-only."""

    __tablename__ = "application_recusals"
    __table_args__ = (UniqueConstraint("application_id", "account_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    why: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Criterion(Base):
    """What an opening's applications are judged by: points up to `most`, counted `weight` times."""

    __tablename__ = "opening_criteria"
    __table_args__ = (UniqueConstraint("opening_id", "position"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(120))
    most: Mapped[int] = mapped_column(Integer)
    weight: Mapped[int] = mapped_column(Integer, default=1)


class Score(Base):
    """What one reviewer gave one application on one criterion."""

    __tablename__ = "application_scores"
    __table_args__ = (UniqueConstraint("application_id", "criterion_id", "account_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("opening_criteria.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    points: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ScoresOpened(Base):
    """A manager lets everybody see the scores of an opening before all are in. Append-only."""

    __tablename__ = "opened_scores"

    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int | None] = mapped_column(RowId)
    actor_label: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewComment(Base):
    """What a reviewer says of an application, inside the employer. Append-only but for the destruction of papers."""

    __tablename__ = "review_comments"
    __table_args__ = (Index("ix_review_comments_application_id", "application_id", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    actor_label: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(LongText)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
