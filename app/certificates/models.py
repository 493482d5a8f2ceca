"""Keys, the work of issuing, certificates as signed, and status lists.

A certificate points to nothing: it holds what was signed and the public names of what it came from, so that
deleting a course, a centre or an account leaves it verifiable.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.core.i18n import Text, _l
from app.training.models import Cohort, Enrolment


class KeyPurpose(StrEnum):
    """What a key may sign. One key never serves two purposes."""

    CREDENTIALS = "credentials"
    STATUS = "status"
    LOG = "log"
    RECEIPTS = "receipts"


class SealKind(StrEnum):
    """The two certificates behind the seal on a PDF."""

    AUTHORITY = "authority"
    SEAL = "seal"


class IssuanceState(StrEnum):
    """Where one certificate to be issued stands."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class StatusReason(StrEnum):
    """Why a certificate was revoked or corrected. Kept inside: neither the page nor a status list tells it."""

    ISSUED_IN_ERROR = "issued_in_error"
    NOT_EARNED = "not_earned"
    HOLDERS_WISH = "holders_wish"
    NAME = "name"
    RECORD = "record"
    COURSE = "course"
    KEY = "key"
    OTHER = "other"

    @property
    def label(self) -> Text:
        return _REASONS[self]


class Refusal(StrEnum):
    """Why a certificate was not issued after all. TEXT is followed by what could not be written."""

    NOT_COMPLETED = "not_completed"
    CANCELLED = "cancelled"
    TEXT = "text"
    NOT_VALID = "not_valid"

    @property
    def label(self) -> Text:
        return _REFUSALS[self]


class CertificateStatus(StrEnum):
    """Whether a certificate holds."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"

    @property
    def label(self) -> Text:
        return _STATUSES[self]


_REFUSALS: dict[Refusal, Text] = {
    Refusal.NOT_COMPLETED: _l("발급을 신청한 뒤 출결이 바뀌어 수료 기준에 미치지 못해요"),
    Refusal.CANCELLED: _l("발급을 신청한 뒤 수강이 취소됐어요"),
    Refusal.TEXT: _l("수료증에 쓸 수 없는 글자가 있어요"),
    Refusal.NOT_VALID: _l("정정하기 전에 수료증이 폐지됐어요"),
}
_REASONS: dict[StatusReason, Text] = {
    StatusReason.ISSUED_IN_ERROR: _l("잘못 발급함"),
    StatusReason.NOT_EARNED: _l("수료 기준을 채우지 못함"),
    StatusReason.HOLDERS_WISH: _l("본인이 요청함"),
    StatusReason.NAME: _l("성명이나 생년월일을 바로잡음"),
    StatusReason.RECORD: _l("출결을 바로잡음"),
    StatusReason.COURSE: _l("과정 정보를 바로잡음"),
    StatusReason.KEY: _l("서명한 키를 폐지함"),
    StatusReason.OTHER: _l("그 밖의 사유"),
}
_STATUSES: dict[CertificateStatus, Text] = {
    CertificateStatus.VALID: _l("유효"),
    CertificateStatus.REVOKED: _l("폐지"),
    CertificateStatus.REPLACED: _l("정정되어 새 수료증으로 바뀜"),
}


class IssuerKey(Base):
    """A key of the issuer. The public half is kept for ever; the private half sealed, and gone once retired.

    Where a PKCS#11 token holds the private half, its place in the row has a reference to it instead.

    A key is published when it is made and signs from `starts_at` on. `revoked_at` is the time since when its
    signatures count no more; the database refuses to change it again.
    """

    __tablename__ = "issuer_keys"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key_id: Mapped[str] = mapped_column(String(200), unique=True)
    controller: Mapped[str] = mapped_column(String(160))
    purpose: Mapped[str] = mapped_column(String(20))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_private_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SealCertificate(Base):
    """An X.509 certificate behind the seal on PDFs: our own authority, and the seal that it certifies."""

    __tablename__ = "seal_certificates"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    certificate: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_private_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SerialCounter(Base):
    """The next serial number of a year and kind; taken in the issuing transaction, so without gaps."""

    __tablename__ = "serial_counters"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    next_number: Mapped[int] = mapped_column(Integer)


class IssuanceRequest(Base):
    """Somebody asked for the certificates of a cohort (or of one person in it)."""

    __tablename__ = "issuance_requests"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(RowId)
    actor_label: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    cohort: Mapped[Cohort] = relationship()


class Issuance(Base):
    """The intention to issue one certificate: stored before anything is signed, one per enrolment and edition.

    The certificate's public id is allotted here, so that doing the work twice can never make two certificates.
    `replaces` names the certificate that this one corrects; it is marked in the transaction that issues this one.
    """

    __tablename__ = "issuances"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "edition"),
        Index("ix_issuances_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("issuance_requests.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    edition: Mapped[int] = mapped_column(Integer, default=1)
    replaces: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(20), default="")
    words: Mapped[str] = mapped_column(String(500), default="")
    certificate_public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    state: Mapped[str] = mapped_column(String(20), default=IssuanceState.WAITING)
    refusal: Mapped[str] = mapped_column(String(300), default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    request: Mapped[IssuanceRequest] = relationship()
    enrolment: Mapped[Enrolment] = relationship()

    @property
    def leaves_open(self) -> bool:
        """Whether a first certificate may still be issued; a refused correction left the old one as it was."""
        return self.state == IssuanceState.REFUSED and self.replaces is None

    @property
    def refusal_text(self) -> Text:
        """Why it was refused, in the reader's language."""
        reason, _colon, detail = self.refusal.partition(": ")
        return f"{Refusal(reason).label}: {detail}" if detail else Refusal(reason).label


class StatusList(Base):
    """One published status list: the next place to allot and the signed bytes that everybody reads.

    `url` is its address as the certificates on it name it; it stays when the service moves to another address.
    A list of replaced certificates stands beside the list of revoked ones (`beside_id`) and has the same places.
    """

    __tablename__ = "status_lists"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    url: Mapped[str] = mapped_column(String(200), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    beside_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    size: Mapped[int] = mapped_column(Integer)
    next_place: Mapped[int] = mapped_column(Integer, default=0)
    permutation_key: Mapped[bytes] = mapped_column(LargeBinary)
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_stale: Mapped[bool] = mapped_column(Boolean, default=True)


class Certificate(Base):
    """A certificate exactly as signed. Only the three status columns may change; the database refuses the rest.

    `slip` are the digits of its QR code: None for what was issued before there were slips, and for very long texts.
    `token` is the same certificate as VC-JWT, signed with it: None for what was issued before. It is read on demand.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("status_list_id", "status_index"),
        Index("ix_certificates_cohort_public_id_id", "cohort_public_id", "id"),
        Index("ix_certificates_status_list_id_status", "status_list_id", "status"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    organisation_id: Mapped[int] = mapped_column(BigInteger, index=True)
    serial: Mapped[str] = mapped_column(String(40), unique=True)
    document_number: Mapped[str] = mapped_column(String(19), unique=True)
    person_public_id: Mapped[str] = mapped_column(String(32), index=True)
    cohort_public_id: Mapped[str] = mapped_column(String(32))
    enrolment_public_id: Mapped[str] = mapped_column(String(32), index=True)
    name: Mapped[str] = mapped_column(String(80))
    birth_date: Mapped[date] = mapped_column(Date)
    course_name: Mapped[str] = mapped_column(String(120))
    course_kind: Mapped[str] = mapped_column(String(20))
    cohort_name: Mapped[str] = mapped_column(String(80))
    centre_name: Mapped[str] = mapped_column(String(120))
    issuer_name: Mapped[str] = mapped_column(String(120))
    started_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date] = mapped_column(Date)
    credited_minutes: Mapped[int] = mapped_column(Integer)
    attendance_percent: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    key_id: Mapped[str] = mapped_column(String(200))
    credential: Mapped[bytes] = mapped_column(LargeBinary)
    slip: Mapped[str | None] = mapped_column(String(1500))
    token: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    status_list_id: Mapped[int] = mapped_column(BigInteger)
    status_index: Mapped[int] = mapped_column(Integer)
    is_trial: Mapped[bool] = mapped_column(Boolean)
    status: Mapped[str] = mapped_column(String(20), default=CertificateStatus.VALID)
    status_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaced_by: Mapped[str | None] = mapped_column(String(32))


class StatusChange(Base):
    """One line for each revocation and correction: who, when and why. Append-only, and shown to the centre alone."""

    __tablename__ = "certificate_status_changes"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    certificate_public_id: Mapped[str] = mapped_column(String(32), index=True)
    status: Mapped[str] = mapped_column(String(20))
    replaced_by: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(500), default="")
    account_id: Mapped[int | None] = mapped_column(RowId)
    actor_label: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
