"""Experience (경력): what a person states of work, appointments and activity, and what an employer has confirmed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.core.i18n import Text, _l


class ExperienceKind(StrEnum):
    """What kind of experience it is."""

    EMPLOYMENT = "employment"
    APPOINTMENT = "appointment"
    ACTIVITY = "activity"

    @property
    def label(self) -> Text:
        return _KINDS[self]


_KINDS: dict[ExperienceKind, Text] = {
    ExperienceKind.EMPLOYMENT: _l("고용"),
    ExperienceKind.APPOINTMENT: _l("위촉"),
    ExperienceKind.ACTIVITY: _l("활동"),
}


class Experience(Base):
    """One stretch of experience; `ends_on` None: it goes on.

    `confirmed_by` is the organisation that has confirmed it, empty for what the person only states (본인 기재). The
    person cannot change or delete what was confirmed. `withdrawn_at`: it was confirmed by mistake, and is shown and
    counted nowhere any more.
    """

    __tablename__ = "experiences"
    __table_args__ = (Index("ix_experiences_person_id_starts_on", "person_id", "starts_on"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(20))
    organisation: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120), default="")
    field: Mapped[str] = mapped_column(String(120), default="")
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    description: Mapped[str] = mapped_column(LongText, default="")
    confirmed_by: Mapped[str] = mapped_column(String(120), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def kind_label(self) -> Text:
        return ExperienceKind(self.kind).label

    def months(self, today: date) -> int:
        """Count the whole months up to its end, or up to today while it goes on; the last day counts."""
        after = min(self.ends_on or today, today) + timedelta(days=1)
        months = (after.year - self.starts_on.year) * 12 + after.month - self.starts_on.month
        return max(0, months if after.day >= self.starts_on.day else months - 1)
