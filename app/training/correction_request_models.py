"""Correction requests (정정요청): a person says that the record is not right, and the centre answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.core.i18n import Text, _l
from app.training.models import Enrolment, Session

MAX_WORDS = 1000


class CorrectionKind(StrEnum):
    """What is said not to be right."""

    MARK = "mark"
    HOURS = "hours"
    IDENTITY = "identity"
    CERTIFICATE = "certificate"
    OTHER = "other"

    @property
    def label(self) -> Text:
        return _KINDS[self]


class CorrectionState(StrEnum):
    """How far a request is. `NEW` until the centre has answered once."""

    NEW = "new"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"

    @property
    def label(self) -> Text:
        return _STATES[self]


ANSWERS = (CorrectionState.RECEIVED, CorrectionState.ACCEPTED, CorrectionState.REFUSED)
_KINDS: dict[CorrectionKind, Text] = {
    CorrectionKind.MARK: _l("출결이 실제와 달라요"),
    CorrectionKind.HOURS: _l("인정시간이나 수료판정이 달라요"),
    CorrectionKind.IDENTITY: _l("이름이나 생년월일이 달라요"),
    CorrectionKind.CERTIFICATE: _l("수료증 내용이 달라요"),
    CorrectionKind.OTHER: _l("그 밖의 것이 달라요"),
}
_STATES: dict[CorrectionState, Text] = {
    CorrectionState.NEW: _l("새 요청"),
    CorrectionState.RECEIVED: _l("확인하고 있어요"),
    CorrectionState.ACCEPTED: _l("받아들였어요"),
    CorrectionState.REFUSED: _l("받아들이지 않았어요"),
}


class CorrectionRequest(Base):
    """What a person asks to be put right. The words stay as they were sent; `state` is that of the last answer."""

    __tablename__ = "correction_requests"
    __table_args__ = (Index("ix_correction_requests_organisation_id_state", "organisation_id", "state"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(MAX_WORDS))
    state: Mapped[str] = mapped_column(String(20), default=CorrectionState.NEW)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    enrolment: Mapped[Enrolment] = relationship()
    session: Mapped[Session | None] = relationship()
    answers: Mapped[list[CorrectionAnswer]] = relationship(order_by="CorrectionAnswer.id")


class CorrectionAnswer(Base):
    """One answer of the centre. Append-only: a later answer stands beside the earlier ones."""

    __tablename__ = "correction_answers"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("correction_requests.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(MAX_WORDS))
    actor_label: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
