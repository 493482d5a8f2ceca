"""The audit trail: one line for every change of state, in the same transaction as the change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.access import Actor
from app.core.db import Base, UtcDateTime, db, insert_rows

RowId = BigInteger().with_variant(Integer, "sqlite")


class AuditLine(Base):
    """Who did what to what, when and why. Append-only: the database refuses to change or delete a line."""

    __tablename__ = "audit_lines"
    __table_args__ = (Index("ix_audit_lines_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(RowId)
    actor_label: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(64))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(String(500), default="")


def record(
    actor: Actor,
    action: str,
    subject: Any,
    *,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    why: str = "",
) -> None:
    """Write one audit line about `subject` (a row with a public id). `action` reads like `cohort.create`."""
    kind, id = type(subject).__name__, str(getattr(subject, "public_id", "") or getattr(subject, "id", ""))
    db.session.add(AuditLine(**line(actor, action, kind, id, at=at, before=before, after=after, why=why)))


def line(
    actor: Actor,
    action: str,
    subject_kind: str,
    subject_id: str,
    *,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    why: str = "",
) -> dict[str, Any]:
    """Make what `record` writes, for work on many rows that hands all its lines to `record_all`."""
    return {
        "at": at,
        "account_id": actor.account_id,
        "actor_label": actor.label[:120],
        "action": action,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "before": before,
        "after": after,
        "why": why[:500],
    }


def record_all(lines: Sequence[dict[str, Any]]) -> None:
    """Write lines in their order, in one statement."""
    insert_rows(AuditLine, lines)
