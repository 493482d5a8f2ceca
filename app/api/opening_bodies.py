"""Openings over the wire."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from app.api.bodies import Body, Day, Moment, PublicId, as_moment, line
from app.api.cursors import Cursor, Limit
from app.api.requirement_bodies import RequirementsGiven, RequirementTold, requirements_given, requirements_told
from app.jobs.opening_models import Opening
from app.jobs.opening_words import (
    DocumentKind,
    EmploymentType,
    OpeningState,
    PayUnit,
    WorkKind,
)
from app.jobs.openings.opening_fields import LONGEST_RETENTION, SHORTEST_RETENTION, OpeningFields
from app.jobs.openings.requirement_service import RequirementFields
from app.jobs.regions import Province

_EMAIL = r"^[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}\.){1,3}[A-Za-z]{2,20}$"
Email = Annotated[str, Field(max_length=254, pattern=_EMAIL)]
Won = Annotated[int, Field(ge=0, le=10**10)]


class RevealStage(StrEnum):
    """From which stage on a blind opening lets the employer open somebody's identity."""

    SHORTLISTED = "shortlisted"
    INTERVIEW = "interview"
    HIRED = "hired"


class OpeningValues(Body):
    """What an employer says in an opening. What is left out stays as it is, or empty in a new one."""

    title: line(200, least=1) = ""  # type: ignore[valid-type]
    work_kind: WorkKind = WorkKind.OTHER
    duties: line(10_000) = ""  # type: ignore[valid-type]
    province: Province | None = None
    district: line(40) = ""  # type: ignore[valid-type]
    place: line(200) = ""  # type: ignore[valid-type]
    employment_type: EmploymentType = EmploymentType.OTHER
    headcount: Annotated[int, Field(ge=1, le=9999)] | None = None
    pay_unit: PayUnit = PayUnit.NEGOTIABLE
    pay_min: Won | None = None
    pay_max: Won | None = None
    pay_text: line(200) = ""  # type: ignore[valid-type]
    weekly_hours: Annotated[float, Field(ge=0, le=99, multiple_of=0.5)] | None = None
    hours_text: line(200) = ""  # type: ignore[valid-type]
    period_from: Day | None = None
    period_until: Day | None = None
    qualification_text: line(5000) = ""  # type: ignore[valid-type]
    preference_text: line(5000) = ""  # type: ignore[valid-type]
    deadline_at: Moment | None = None
    until_filled: bool = False
    documents: Annotated[list[DocumentKind], Field(max_length=8)] = []
    documents_text: line(300) = ""  # type: ignore[valid-type]
    contact_name: line(80) = ""  # type: ignore[valid-type]
    contact_phone: line(40) = ""  # type: ignore[valid-type]
    contact_email: Email | None = None
    blind: bool = False
    reveal_stage: RevealStage = RevealStage.INTERVIEW
    residents_first: bool = False
    has_thirty_staff: bool = True
    retention_days: Annotated[int, Field(ge=SHORTEST_RETENTION, le=LONGEST_RETENTION)] = LONGEST_RETENTION
    requirements: RequirementsGiven = []

    def onto(self, before: OpeningFields) -> OpeningFields:
        """Answer `before` with what was said here put over it."""
        said: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set - {"requirements"}}
        if said.get("weekly_hours") is not None:
            said["weekly_hours"] = Decimal(str(said["weekly_hours"]))
        if "documents" in said:
            said["documents"] = tuple(dict.fromkeys(said["documents"]))
        if "contact_email" in said:
            said["contact_email"] = said["contact_email"] or ""
        for name in ("province", "reveal_stage"):
            if said.get(name) is not None:
                said[name] = said[name].value
        return replace(before, **said)

    def asked(self) -> list[RequirementFields] | None:
        """Answer the requirements that take the place of those before; None when nothing is said of them.

        Raises `InvalidFields`.
        """
        return requirements_given(self.requirements) if "requirements" in self.model_fields_set else None


class OpeningNew(OpeningValues):
    """A new opening: a draft that nobody else sees until it is published. It needs a deadline or `until_filled`."""

    title: line(200, least=1)  # type: ignore[valid-type]


class OpeningChange(OpeningValues):
    """A change of an opening: only what is named is put in its place; null empties what may be empty, and
    `requirements` are replaced as a whole."""


class OpeningTold(Body):
    """An opening as everybody may read it. Moments are in UTC, pay is in won per `pay_unit`."""

    id: PublicId
    version: int
    state: OpeningState
    url: str
    source: str
    source_url: str | None
    employer_name: str
    title: str
    work_kind: WorkKind
    duties: str
    province: Province | None
    district: str
    place: str
    employment_type: EmploymentType
    headcount: int | None
    pay_unit: PayUnit
    pay_min: int | None
    pay_max: int | None
    pay_text: str
    weekly_hours: float | None
    hours_text: str
    period_from: date | None
    period_until: date | None
    qualification_text: str
    preference_text: str
    deadline_at: datetime | None
    until_filled: bool
    documents: list[DocumentKind]
    documents_text: str
    contact_name: str
    contact_phone: str
    contact_email: str
    blind: bool
    residents_first: bool
    retention_days: int
    requirements: list[RequirementTold]
    published_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime


class OwnOpeningTold(OpeningTold):
    """An opening as its own employer reads it."""

    reveal_stage: str
    has_thirty_staff: bool
    returned_why: str
    created_at: datetime


class OpeningsTold(Body):
    """One page of openings; `next_cursor` leads on and is null on the last page."""

    items: list[OpeningTold]
    next_cursor: str | None


class OwnOpeningsTold(Body):
    """One page of the employer's own openings; `next_cursor` leads on and is null on the last page."""

    items: list[OwnOpeningTold]
    next_cursor: str | None


class OpeningsWanted(Body):
    """Which openings to list."""

    work_kind: WorkKind | None = None
    employment_type: EmploymentType | None = None
    province: Province | None = None
    q: line(60) | None = None  # type: ignore[valid-type]
    limit: Limit = 20
    cursor: Cursor | None = None


class OwnOpeningsWanted(Body):
    """Which of the employer's own openings to list."""

    state: OpeningState | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class PublishWanted(Body):
    """How to publish: with `confirmed`, doubtful words that it says are kept, as a person has decided."""

    confirmed: bool = False


def opening_told(opening: Opening, url: str) -> OpeningTold:
    """Write an opening for everybody; `url` is its page."""
    return OpeningTold(**_values(opening, url, OpeningTold))


def own_opening_told(opening: Opening, url: str) -> OwnOpeningTold:
    """Write an opening for its employer."""
    return OwnOpeningTold(**_values(opening, url, OwnOpeningTold))


def _values(opening: Opening, url: str, model: type[Body]) -> dict[str, Any]:
    said = OpeningFields.of(opening)
    names = {f.name for f in fields(OpeningFields)} & set(model.model_fields)
    values: dict[str, Any] = {name: getattr(said, name) for name in names}
    rest = set(model.model_fields) - names - {"id", "url", "requirements"}
    values |= {name: getattr(opening, name) for name in rest}
    values |= {name: as_moment(value) for name, value in values.items() if isinstance(value, datetime)}
    return values | {
        "id": opening.public_id,
        "url": url,
        "state": OpeningState(opening.state),
        "province": Province(opening.province) if opening.province is not None else None,
        "weekly_hours": float(opening.weekly_hours) if opening.weekly_hours is not None else None,
        "documents": list(said.documents),
        "source_url": opening.source_url if opening.source_url.startswith(("https://", "http://")) else None,
        "requirements": requirements_told(opening.requirements),
    }
