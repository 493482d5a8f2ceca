"""What a certificate says: one frozen object, checked when it is made.

The fields follow the table in `docs/credentials.md`. Text becomes NFC, times lose fractions of a second, numbers lose
zeros that say nothing, and anything that may not be signed raises ClaimRefused with the field's name.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from credentials import values
from credentials.errors import ClaimRefused

MOST_HOURS = 9_999


@dataclass(frozen=True)
class Issuer:
    """Who signs: the operating authority. `id` is its did:web."""

    id: str
    name: str
    url: str

    def __post_init__(self) -> None:
        values.did("issuer.id", self.id)
        _set(self, "name", values.text("issuer.name", self.name))
        values.web_address("issuer.url", self.url)


@dataclass(frozen=True)
class Centre:
    """Who taught and took attendance: the training centre. `id` is a urn:uuid."""

    id: str
    name: str

    def __post_init__(self) -> None:
        values.uuid_urn("centre.id", self.id)
        _set(self, "name", values.text("centre.name", self.name))


@dataclass(frozen=True)
class Course:
    """What was taught. The ids are absolute and distinct; `kind` is its label in words, such as 양성교육.

    `criteria` says in a sentence what completion takes; `credits_available` are the hours of the course.
    """

    id: str
    criteria_id: str
    result_description_id: str
    name: str
    kind: str
    description: str
    criteria: str
    credits_available: Decimal

    def __post_init__(self) -> None:
        for name in ("id", "criteria_id", "result_description_id"):
            values.absolute_id(f"course.{name}", getattr(self, name))
        for name in ("name", "kind", "description", "criteria"):
            _set(self, name, values.text(f"course.{name}", getattr(self, name)))
        _set(self, "credits_available", values.number("course.credits_available", self.credits_available, MOST_HOURS))


@dataclass(frozen=True)
class StatusEntry:
    """Where revocation is looked up: the address of the status list credential and the place on it."""

    list_url: str
    index: int

    def __post_init__(self) -> None:
        values.web_address("status.list_url", self.list_url)
        if type(self.index) is not int or not 0 <= self.index < 2**31:
            raise ClaimRefused("status.index", repr(self.index), "a whole number from 0")


@dataclass(frozen=True)
class CertificateClaims:
    """Everything one certificate says.

    `credential_id` and `subject_id` are urn:uuid; `term` is the cohort as people call it; `started` and `ended` are
    aware times and keep their zone; hours are hours, `attendance_rate` is a percentage; None as `valid_until`
    means no expiry.
    """

    credential_id: str
    issuer: Issuer
    centre: Centre
    subject_id: str
    name: str
    birth_year: int
    serial: str
    course: Course
    term: str
    started: datetime
    ended: datetime
    hours_earned: Decimal
    attendance_rate: Decimal
    valid_from: datetime
    status: StatusEntry
    valid_until: datetime | None = None

    def __post_init__(self) -> None:
        values.uuid_urn("credential_id", self.credential_id)
        values.uuid_urn("subject_id", self.subject_id)
        for name in ("name", "serial", "term"):
            _set(self, name, values.text(name, getattr(self, name)))
        if type(self.birth_year) is not int or not 1900 <= self.birth_year <= 2999:
            raise ClaimRefused("birth_year", repr(self.birth_year), "a year from 1900")
        _set(self, "hours_earned", values.number("hours_earned", self.hours_earned, MOST_HOURS))
        _set(self, "attendance_rate", values.number("attendance_rate", self.attendance_rate, 100))
        for name in ("started", "ended", "valid_from"):
            _set(self, name, values.instant(name, getattr(self, name)))
        if self.valid_until is not None:
            _set(self, "valid_until", values.instant("valid_until", self.valid_until))
            if self.valid_until <= self.valid_from:
                raise ClaimRefused("valid_until", str(self.valid_until), "a time after valid_from")
        if self.ended < self.started:
            raise ClaimRefused("ended", str(self.ended), "a time not before started")
        self._require_distinct_ids()

    @classmethod
    def of_checked(cls, fields: dict[str, Any]) -> Self:
        """Make claims of the values of all fields, which the caller has checked as this class does."""
        claims = object.__new__(cls)
        claims.__dict__.update(fields)
        return claims

    def _require_distinct_ids(self) -> None:
        # Two things under one id would be one node of the signed graph, and each would say what the other says.
        ids = (
            self.credential_id,
            self.subject_id,
            self.issuer.id,
            self.centre.id,
            self.course.id,
            self.course.criteria_id,
            self.course.result_description_id,
            self.result_id,
            self.status_id,
        )
        if len(set(ids)) != len(ids):
            raise ClaimRefused("ids", "one identifier used for two things", "distinct identifiers")

    @property
    def result_id(self) -> str:
        """The id of the attendance result, which follows from the credential's."""
        return f"{self.credential_id}#attendance"

    @property
    def status_id(self) -> str:
        """The id of the status entry, which follows from its list and index."""
        return f"{self.status.list_url}#{self.status.index}"


def _set(claims: object, name: str, value: object) -> None:
    # Frozen objects may still set themselves up; this is the one place that does.
    object.__setattr__(claims, name, value)
