"""What an opening says, apart from where it stands: the plain values that a form, a file or a portal yields."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.core.errors import Invalid
from app.core.i18n import _l
from app.jobs.opening_models import Opening
from app.jobs.opening_words import DocumentKind, EmploymentType, PayUnit, WorkKind
from app.jobs.openings.opening_sameness import same_key

SHORTEST_RETENTION, LONGEST_RETENTION = 14, 180


@dataclass(frozen=True)
class OpeningFields:
    """The values of one opening; see `Opening` for their units. Equal fields mean that nothing has changed."""

    title: str
    employer_name: str
    work_kind: WorkKind = WorkKind.OTHER
    duties: str = ""
    province: str | None = None
    district: str = ""
    place: str = ""
    employment_type: EmploymentType = EmploymentType.OTHER
    headcount: int | None = None
    pay_unit: PayUnit = PayUnit.NEGOTIABLE
    pay_min: int | None = None
    pay_max: int | None = None
    pay_text: str = ""
    weekly_hours: Decimal | None = None
    hours_text: str = ""
    period_from: date | None = None
    period_until: date | None = None
    qualification_text: str = ""
    preference_text: str = ""
    posted_on: date | None = None
    deadline_at: datetime | None = None
    until_filled: bool = False
    documents: tuple[DocumentKind, ...] = field(default=())
    documents_text: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    blind: bool = False
    reveal_stage: str = "interview"
    residents_first: bool = False
    has_thirty_staff: bool = True
    retention_days: int = LONGEST_RETENTION

    @classmethod
    def of(cls, opening: Opening) -> OpeningFields:
        """Read what a stored opening says."""
        values: dict[str, Any] = {f.name: getattr(opening, f.name) for f in fields(cls)}
        values["work_kind"] = WorkKind(opening.work_kind)
        values["employment_type"] = EmploymentType(opening.employment_type)
        values["pay_unit"] = PayUnit(opening.pay_unit)
        values["documents"] = tuple(DocumentKind(kind) for kind in opening.documents)
        return cls(**values)

    def write_to(self, opening: Opening) -> None:
        """Put these values into a row."""
        for f in fields(self):
            value = getattr(self, f.name)
            setattr(opening, f.name, [str(kind) for kind in value] if f.name == "documents" else value)
        opening.same_key = self.same_key

    @property
    def same_key(self) -> str:
        """The key that is equal for openings of one employer, place and deadline; see `opening_sameness`."""
        return same_key(
            self.employer_name, self.province, self.district, self.place, self.deadline_at, self.until_filled
        )

    def as_facts(self) -> dict[str, Any]:
        """Answer the values as JSON can hold them, for the history of changes."""
        return {name: _fact(getattr(self, name)) for name in self.__dataclass_fields__}

    def changes_to(self, other: OpeningFields) -> tuple[dict[str, Any], dict[str, Any]]:
        """Answer what differs: the values here and the values there, under the fields' names."""
        # As values: one moment is written differently in Korea and in UTC.
        changed = [name for name in self.__dataclass_fields__ if getattr(self, name) != getattr(other, name)]
        here, there = self.as_facts(), other.as_facts()
        return {name: here[name] for name in changed}, {name: there[name] for name in changed}

    def checked(self) -> OpeningFields:
        """Answer the fields, fit for posting here. Raises `Invalid` with what was found and what was expected."""
        if not self.title:
            raise Invalid(_l("공고명을 입력해 주세요."))
        if self.pay_min is not None and self.pay_max is not None and self.pay_max < self.pay_min:
            raise Invalid(_l("급여의 많은 쪽이 적은 쪽보다 작아요. 두 금액을 확인해 주세요."))
        if self.period_from and self.period_until and self.period_until < self.period_from:
            raise Invalid(_l("근무기간의 끝나는 날이 시작하는 날보다 빨라요."))
        if self.deadline_at is None and not self.until_filled:
            raise Invalid(_l("마감일을 정하거나 ‘채용할 때까지’를 골라 주세요."))
        if not SHORTEST_RETENTION <= self.retention_days <= LONGEST_RETENTION:
            raise Invalid(_l("채용서류 보관기간은 14일부터 180일까지 정할 수 있어요."))
        return self if self.pay_unit.has_amount else replace(self, pay_min=None, pay_max=None)


def _fact(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value.normalize())
    if isinstance(value, tuple):
        return [str(kind) for kind in value]
    return value
