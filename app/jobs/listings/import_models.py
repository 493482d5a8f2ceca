"""Where openings from elsewhere come from: sources, which of their rows is which opening, and every import."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.jobs.listings.import_words import RunState, Schedule
from app.jobs.opening_models import Opening


class ListSource(Base):
    """A portal or a list of openings that we follow.

    `organisation_id` is the employer whose own list it is; others belong to the offices and operators together.
    `secret` is the portal's API key, sealed for `secret_purpose`. `mapping` remembers what columns mean, by the
    signature of their titles. `next_due_at` is None where nothing is pulled by itself.
    """

    __tablename__ = "opening_sources"
    __table_args__ = (
        Index("ix_opening_sources_organisation_id_id", "organisation_id", "id"),
        Index("ix_opening_sources_next_due_at", "next_due_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(500), default="")
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    schedule: Mapped[str] = mapped_column(String(20), default=Schedule.NEVER)
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation | None] = relationship()

    @property
    def secret_purpose(self) -> str:
        return f"api key of opening source {self.public_id}"


class ImportRun(Base):
    """One time that a source's list was read. `error_code` and `error_found` say why nothing came of it; `is_whole`
    that the list was complete, so that openings it lacked were closed."""

    __tablename__ = "import_runs"
    __table_args__ = (
        Index("ix_import_runs_source_id_id", "source_id", "id"),
        Index("ix_import_runs_state_started_at", "state", "started_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("opening_sources.id"))
    state: Mapped[str] = mapped_column(String(20), default=RunState.RUNNING)
    actor_label: Mapped[str] = mapped_column(String(120))
    filename: Mapped[str] = mapped_column(String(200), default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_whole: Mapped[bool] = mapped_column(Boolean, default=False)
    new: Mapped[int] = mapped_column(Integer, default=0)
    joined: Mapped[int] = mapped_column(Integer, default=0)
    changed: Mapped[int] = mapped_column(Integer, default=0)
    same: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[int] = mapped_column(Integer, default=0)
    reopened: Mapped[int] = mapped_column(Integer, default=0)
    closed: Mapped[int] = mapped_column(Integer, default=0)
    error_code: Mapped[str] = mapped_column(String(40), default="")
    error_found: Mapped[str] = mapped_column(String(300), default="")

    source: Mapped[ListSource] = relationship()


class ImportNote(Base):
    """A row of a run that was refused, or of which something was left out."""

    __tablename__ = "import_notes"
    __table_args__ = (Index("ix_import_notes_run_id_id", "run_id", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_runs.id"))
    kind: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120))
    code: Mapped[str] = mapped_column(String(40))
    found: Mapped[str] = mapped_column(String(300))


class OpeningOrigin(Base):
    """Which row of a source is which opening; an opening that several sources have has an origin for each.

    `digest` is of what was read last; `same_key` and `signs` (`listing_signs`) by which it was compared. The origin
    that `leads` decides what the opening says. `vanished_at` is when the source did not have it any more,
    `closed_opening` that its going closed the opening.
    """

    __tablename__ = "opening_origins"
    __table_args__ = (
        UniqueConstraint("source_id", "external_id"),
        Index("ix_opening_origins_opening_id", "opening_id"),
        Index("ix_opening_origins_source_id_last_run_id", "source_id", "last_run_id"),
        Index("ix_opening_origins_first_run_id", "first_run_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("opening_sources.id"))
    external_id: Mapped[str] = mapped_column(String(220))
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    url: Mapped[str] = mapped_column(String(500), default="")
    employer_name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    same_key: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    signs: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict, server_default="{}")
    leads: Mapped[bool] = mapped_column(Boolean, default=True)
    closed_opening: Mapped[bool] = mapped_column(Boolean, default=False)
    first_run_id: Mapped[int] = mapped_column(ForeignKey("import_runs.id"))
    last_run_id: Mapped[int] = mapped_column(ForeignKey("import_runs.id"))
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    vanished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    source: Mapped[ListSource] = relationship()
    opening: Mapped[Opening] = relationship()
