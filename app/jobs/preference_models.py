"""What a person looks for, what she agrees to be proposed for, and the offers that employers send."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation, Person
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.core.i18n import Text, _l
from app.jobs.opening_models import Opening
from app.jobs.wishes import Wish


class OfferState(StrEnum):
    """What became of an offer."""

    SENT = "sent"
    INTERESTED = "interested"
    DECLINED = "declined"

    @property
    def label(self) -> Text:
        return _STATES[self]


_STATES: dict[OfferState, Text] = {
    OfferState.SENT: _l("답 기다림"),
    OfferState.INTERESTED: _l("관심 있음"),
    OfferState.DECLINED: _l("사양함"),
}


class JobPreference(Base):
    """What one person looks for. `offers_since`: since when employers may be shown her proven facts, without a name,
    and send her an offer (None: they may not); `expert_since` the same for centres that look for an expert, in
    `expert_fields` (values of `WorkKind`). `consent_version` names the text that was agreed to."""

    __tablename__ = "job_preferences"
    __table_args__ = (
        Index("ix_job_preferences_offers_since", "offers_since"),
        Index("ix_job_preferences_expert_since", "expert_since"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    provinces: Mapped[list[str]] = mapped_column(JSON, default=list)
    work_kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    employment_types: Mapped[list[str]] = mapped_column(JSON, default=list)
    offers_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expert_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expert_fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    consent_version: Mapped[str] = mapped_column(String(20), default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()

    @property
    def wish(self) -> Wish:
        """These preferences as the rules take them."""
        return Wish(frozenset(self.provinces), frozenset(self.work_kinds), frozenset(self.employment_types))


class JobOffer(Base):
    """An employer asks somebody who agreed to it to apply for an opening. The employer learns no name by it."""

    __tablename__ = "job_offers"
    __table_args__ = (
        UniqueConstraint("opening_id", "person_id"),
        Index("ix_job_offers_person_id_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(20), default=OfferState.SENT)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    opening: Mapped[Opening] = relationship()
    organisation: Mapped[Organisation] = relationship()
