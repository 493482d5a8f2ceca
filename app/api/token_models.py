"""Tokens of programs that act for an organisation, and the answers that were given to their requests."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.core.i18n import Text, _l


class Scope(StrEnum):
    """What a token may do."""

    OPENINGS_READ = "openings:read"
    OPENINGS_WRITE = "openings:write"
    APPLICATIONS_READ = "applications:read"
    APPLICATIONS_WRITE = "applications:write"
    VERIFICATION_WRITE = "verification:write"
    WEBHOOKS_WRITE = "webhooks:write"

    @property
    def label(self) -> Text:
        return _SCOPES[self]


_SCOPES: dict[Scope, Text] = {
    Scope.OPENINGS_READ: _l("우리 공고 읽기"),
    Scope.OPENINGS_WRITE: _l("공고 쓰기·고치기·올리기·마감하기"),
    Scope.APPLICATIONS_READ: _l("지원서 읽기"),
    Scope.APPLICATIONS_WRITE: _l("지원서의 단계 바꾸기"),
    Scope.VERIFICATION_WRITE: _l("여러 증서의 진위확인"),
    Scope.WEBHOOKS_WRITE: _l("웹훅 주소 관리"),
}


class ApiToken(Base):
    """A program's right to act for one organisation, within `scopes`, until `expires_at`.

    Only the SHA-256 of the token is kept: it holds 256 random bits, so that nothing is gained by a slow digest.
    `hint` is its last four characters, by which people tell their tokens apart.
    """

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(4))
    created_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)

    def is_good(self, at: datetime) -> bool:
        """Tell whether it opens something at this moment."""
        return self.revoked_at is None and at < self.expires_at and self.organisation.approved_at is not None


class StoredAnswer(Base):
    """What was answered to a request with an Idempotency-Key, stored in the transaction of its effect, for a day.

    `request` is the SHA-256 of the request; `body` is sealed, for it may hold what is shown once. `about` is the
    public id of the application that it tells of, with whose papers it is destroyed.
    """

    __tablename__ = "api_answers"
    __table_args__ = (UniqueConstraint("token_id", "key"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_tokens.id"))
    key: Mapped[str] = mapped_column(String(100))
    request: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    headers: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    about: Mapped[str] = mapped_column(String(32), default="", server_default="", index=True)
