"""Applications (지원): who applies for what, with which proofs, and every step since."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, false
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.jobs.application_words import Scan, Stage
from app.jobs.opening_models import Opening


class Application(Base):
    """One person's application for one opening; the employer's organisation owns the row.

    `number` counts an opening's applications from 1: what a blind reviewer calls somebody. `identity` is the identity
    box (name, birth_date, phone, email, and in blind openings all that may not be seen before `revealed_at`); it,
    `words`, items and files are gone after `destroyed_at`, and the person with them (`person_id` None).
    """

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("opening_id", "person_id"),
        UniqueConstraint("opening_id", "number"),
        Index("ix_applications_person_id_id", "person_id", "id"),
        Index("ix_applications_organisation_id_id", "organisation_id", "id"),
        Index("ix_applications_destroyed_at_opening_id", "destroyed_at", "opening_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    number: Mapped[int] = mapped_column(Integer)
    stage: Mapped[str] = mapped_column(String(20), default=Stage.RECEIVED)
    identity: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(LongText, default="")
    eligibility: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    viewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    opening: Mapped[Opening] = relationship()
    person: Mapped[Person | None] = relationship()
    items: Mapped[list[ApplicationItem]] = relationship(order_by="ApplicationItem.position")
    events: Mapped[list[ApplicationEvent]] = relationship(order_by="ApplicationEvent.id")
    files: Mapped[list[ApplicationFile]] = relationship(order_by="ApplicationFile.id")


class ApplicationItem(Base):
    """One thing chosen from the portfolio, frozen as it was handed in.

    `facts` is what it says without naming anybody (kind of course, minutes, dates, whether a signature was found
    right), `full` the rest (names, centre, serials); `document` the signed document itself where there is one.
    `check_state` is how far the check of a badge from elsewhere is that the employer's opening has asked for, or what
    it found at `checked_at` (`BadgeState`, empty: not asked for); while it runs, `check_claim` names the attempt.
    """

    __tablename__ = "application_items"
    __table_args__ = (
        UniqueConstraint("application_id", "position"),
        Index("ix_application_items_check_state_id", "check_state", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    source_public_id: Mapped[str] = mapped_column(String(32), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    full: Mapped[dict[str, Any]] = mapped_column(JSON)
    document: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    check_state: Mapped[str] = mapped_column(String(20), default="", server_default="")
    check_reason: Mapped[str] = mapped_column(String(40), default="", server_default="")
    check_claim: Mapped[str | None] = mapped_column(String(32))
    check_claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApplicationFile(Base):
    """A file of a person for applications: uploaded first (`application_id` None), then handed in with one.

    `kind` is what the content says (pdf, docx, hwp, hwpx), never the name. `scan` is `none` without a scanner,
    `pending` until it has answered, then `clean` or `infected`; only `none` and `clean` are served, as attachments.
    `draft_public_id` names the draft it was uploaded for; `is_made` says that it was made here from the portfolio.
    """

    __tablename__ = "application_files"
    __table_args__ = (
        Index("ix_application_files_person_id", "person_id"),
        Index("ix_application_files_scan_id", "scan", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    scan: Mapped[str] = mapped_column(String(10), default="none")
    draft_public_id: Mapped[str | None] = mapped_column(String(32), index=True)
    is_made: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    scanned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def is_served(self) -> bool:
        """Tell whether it may be downloaded: not before a scanner has answered, never when it found something."""
        return self.scan in (Scan.NONE, Scan.CLEAN)


class ApplicationEvent(Base):
    """One step of an application, with its date. Append-only; `is_shown` says that the applicant sees it."""

    __tablename__ = "application_events"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20))
    actor_label: Mapped[str] = mapped_column(String(120))
    why: Mapped[str] = mapped_column(String(500), default="")
    is_shown: Mapped[bool] = mapped_column(Boolean, default=True)


class ApplicationConsent(Base):
    """The consent to give one application to one employer (개인정보보호법 제17조), in the version that was shown."""

    __tablename__ = "application_consents"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    version: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(120))
    items: Mapped[list[str]] = mapped_column(JSON)
    retention_days: Mapped[int] = mapped_column(Integer)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
