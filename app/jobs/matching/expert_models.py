"""Experts for field centres (전문가–현장센터 매칭): what a centre needs, whom it invites, what they answer."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation, Person
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.core.i18n import Text, _l


class NeedState(StrEnum):
    """Whether a centre still looks."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> Text:
        return {NeedState.OPEN: _l("찾는 중"), NeedState.CLOSED: _l("마감")}[self]


class InvitationState(StrEnum):
    """What became of an invitation; the centre learns who it is when it is accepted."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"

    @property
    def label(self) -> Text:
        return _STATES[self]


_STATES: dict[InvitationState, Text] = {
    InvitationState.INVITED: _l("답 기다림"),
    InvitationState.ACCEPTED: _l("수락"),
    InvitationState.DECLINED: _l("사양함"),
}


class ExpertNeed(Base):
    """What a field centre needs an expert for; `field` is a value of `WorkKind`."""

    __tablename__ = "expert_needs"
    __table_args__ = (Index("ix_expert_needs_organisation_id_id", "organisation_id", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    title: Mapped[str] = mapped_column(String(200))
    field: Mapped[str] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(LongText, default="")
    province: Mapped[str | None] = mapped_column(String(2))
    wanted_from: Mapped[date | None] = mapped_column(Date)
    wanted_until: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(20), default=NeedState.OPEN)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()


class ExpertInvitation(Base):
    """One expert asked to help with one need. `contact` is what she gives the centre when she accepts."""

    __tablename__ = "expert_invitations"
    __table_args__ = (
        UniqueConstraint("need_id", "person_id"),
        Index("ix_expert_invitations_person_id_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("expert_needs.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(20), default=InvitationState.INVITED)
    contact: Mapped[str] = mapped_column(String(254), default="")
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    need: Mapped[ExpertNeed] = relationship()
    person: Mapped[Person] = relationship()
