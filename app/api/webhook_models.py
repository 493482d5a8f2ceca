"""Webhooks: where an organisation wants to be told, and every message to there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.core.i18n import Text, _l


class WebhookEvent(StrEnum):
    """What a webhook can be told."""

    OPENING_PUBLISHED = "opening.published"
    OPENING_CHANGED = "opening.changed"
    OPENING_CLOSED = "opening.closed"
    APPLICATION_RECEIVED = "application.received"
    APPLICATION_WITHDRAWN = "application.withdrawn"
    APPLICATION_STAGE_CHANGED = "application.stage_changed"

    @property
    def label(self) -> Text:
        return _EVENTS[self]


class DeliveryState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"

    @property
    def label(self) -> Text:
        return _STATES[self]


_EVENTS: dict[WebhookEvent, Text] = {
    WebhookEvent.OPENING_PUBLISHED: _l("공고를 올렸을 때"),
    WebhookEvent.OPENING_CHANGED: _l("공고를 고쳤을 때"),
    WebhookEvent.OPENING_CLOSED: _l("공고를 마감했을 때"),
    WebhookEvent.APPLICATION_RECEIVED: _l("지원서가 들어왔을 때"),
    WebhookEvent.APPLICATION_WITHDRAWN: _l("지원을 취소했을 때"),
    WebhookEvent.APPLICATION_STAGE_CHANGED: _l("지원서의 단계가 바뀌었을 때"),
}
_STATES: dict[DeliveryState, Text] = {
    DeliveryState.WAITING: _l("보내는 중"),
    DeliveryState.DELIVERED: _l("전달함"),
    DeliveryState.FAILED: _l("전달하지 못함"),
}


class Webhook(Base):
    """An address that is told of events. `sealed_secret` signs the messages; it was shown once.

    `failing_since` is the first failure since the last success; after three days of it, or when the address says that
    it is gone, `disabled_at` is set and nothing is sent any more.
    """

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(JSON)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()


class WebhookDelivery(Base):
    """One message to one webhook: `body` as it is signed and sent, with ids and nothing about anybody.

    It waits until `not_before`; each try adds to `attempts` and moves it on. `error` is one word, `status` what the
    other side answered.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_state_not_before", "state", "not_before"),
        Index("ix_webhook_deliveries_webhook_id_id", "webhook_id", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    event: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(LongText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12), default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str] = mapped_column(String(20), default="")
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    webhook: Mapped[Webhook] = relationship()
