"""Badges from elsewhere (다른 곳에서 받은 배지): what a person has uploaded and what the check of it found."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.core.i18n import Text, _l


class BadgeState(StrEnum):
    """How far the check is, or what it found. `UNKNOWN`: we could not find out; neither a yes nor a no."""

    WAITING = "waiting"
    CHECKING = "checking"
    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Text:
        return _STATES[self]


_STATES: dict[BadgeState, Text] = {
    BadgeState.WAITING: _l("기다림"),
    BadgeState.CHECKING: _l("확인 중"),
    BadgeState.VALID: _l("확인됨"),
    BadgeState.INVALID: _l("유효하지 않음"),
    BadgeState.UNKNOWN: _l("확인하지 못함"),
}
UNDER_WAY = (BadgeState.WAITING.value, BadgeState.CHECKING.value)


class ForeignBadge(Base):
    """A badge that somebody else has issued, as it was uploaded. It is the person's: deleted, it is gone.

    `content` is what the last check with a right signature read (`content_at`); None before there was one. While
    `CHECKING`, `claim` names the attempt that holds the row since `claimed_at`; `attempts` counts those since the
    check was asked for.
    """

    __tablename__ = "foreign_badges"
    __table_args__ = (
        UniqueConstraint("person_id", "sha256"),
        Index("ix_foreign_badges_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(4))
    file: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(String(20), default=BadgeState.WAITING)
    reason: Mapped[str] = mapped_column(String(40), default="")
    standard: Mapped[str] = mapped_column(String(20), default="")
    name: Mapped[str] = mapped_column(String(300), default="")
    issuer_name: Mapped[str] = mapped_column(String(300), default="")
    issuer: Mapped[str] = mapped_column(String(300), default="")
    host: Mapped[str] = mapped_column(String(300), default="")
    status: Mapped[str] = mapped_column(String(20), default="")
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    content_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim: Mapped[str | None] = mapped_column(String(32))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY
