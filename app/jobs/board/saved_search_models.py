"""Searches that somebody keeps, and which openings each has told them of."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from werkzeug.datastructures import MultiDict

from app.accounts.models import Account
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.core.i18n import Text, _l
from app.jobs.board.search_question import Question


class Alert(StrEnum):
    """When somebody is told of new openings."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    OFF = "off"

    @property
    def label(self) -> Text:
        return _ALERTS[self]


_ALERTS: dict[Alert, Text] = {
    Alert.AT_ONCE: _l("새 공고가 올라오면 바로"),
    Alert.DAILY: _l("하루에 한 번, 아침 8시"),
    Alert.OFF: _l("알리지 않기"),
}


class SavedSearch(Base):
    """A question of one account. Only openings listed since `told_from`, when its alerts began, are told.

    `looked_at` is when it was last asked for them, `next_look_at` when a daily one is due.
    """

    __tablename__ = "saved_searches"
    __table_args__ = (
        Index("ix_saved_searches_account_id_id", "account_id", "id"),
        Index("ix_saved_searches_alert_looked_at", "alert", "looked_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(80))
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    alert: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_from: Mapped[datetime] = mapped_column(UtcDateTime)
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_look_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()

    @property
    def question(self) -> Question:
        return Question.read(MultiDict(self.asked))


class SavedSearchTelling(Base):
    """One opening that a search has told of: the database keeps it from being told twice."""

    __tablename__ = "saved_search_tellings"

    saved_search_id: Mapped[int] = mapped_column(ForeignKey("saved_searches.id"), primary_key=True)
    opening_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
