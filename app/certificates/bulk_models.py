"""Bulk verification (일괄 진위확인): what an organisation asked, what was found, and the receipt (확인결과서)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.certificates.bulk_answers import BulkAnswer, Form, Reason
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id


class BulkState(StrEnum):
    """How far a bulk verification is: its items are checked one by one, then its receipt is signed."""

    WAITING = "waiting"
    DONE = "done"


class BulkVerification(Base):
    """What an organisation asked to be verified at once. Deleted with everything found after `kept_until`.

    The public id of the receipt is allotted here, so that signing twice can never make two receipts.
    """

    __tablename__ = "bulk_verifications"
    __table_args__ = (Index("ix_bulk_verifications_state_id", "state", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    title: Mapped[str] = mapped_column(String(100), default="")
    account_id: Mapped[int | None] = mapped_column(RowId)
    actor_label: Mapped[str] = mapped_column(String(120))
    item_count: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20), default=BulkState.WAITING)
    receipt_public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kept_until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    @property
    def is_under_way(self) -> bool:
        return self.state == BulkState.WAITING


class BulkVerificationItem(Base):
    """One thing to verify. Until it is checked it holds what was sent (`content`, `second`); afterwards only what
    was found: nothing that was uploaded stays but its digest.

    `label` is the file's name or the number as it was typed; `same_as` the position of an earlier item that is the
    same file or the same certificate; `fields` what has been signed; `person_public_id` whose certificate it is.
    """

    __tablename__ = "bulk_verification_items"
    __table_args__ = (
        UniqueConstraint("bulk_verification_id", "position"),
        Index("ix_bulk_verification_items_answer_id", "answer", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    bulk_verification_id: Mapped[int] = mapped_column(ForeignKey("bulk_verifications.id"))
    position: Mapped[int] = mapped_column(Integer)
    form: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str | None] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    number: Mapped[str] = mapped_column(String(19), default="")
    second: Mapped[str] = mapped_column(String(100), default="")
    answer: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(40), default="")
    same_as: Mapped[int | None] = mapped_column(Integer)
    fields: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    certificate_public_id: Mapped[str | None] = mapped_column(String(32))
    person_public_id: Mapped[str | None] = mapped_column(String(32))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def verdict(self) -> BulkAnswer | None:
        """The answer, once there is one."""
        return BulkAnswer(self.answer) if self.answer is not None else None

    @property
    def why(self) -> Reason:
        return Reason(self.reason)

    @property
    def sent_as(self) -> Form:
        return Form(self.form)


class VerificationReceipt(Base):
    """A signed receipt. Its digest and times stay for ever, so that a copy can always be recognised; what it says
    (`token`) goes with the results of the organisation.

    It refers to nothing by foreign key: what it was made of is deleted before it.
    """

    __tablename__ = "verification_receipts"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    organisation_id: Mapped[int] = mapped_column(BigInteger, index=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    key_id: Mapped[str] = mapped_column(String(200))
    token: Mapped[str | None] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
