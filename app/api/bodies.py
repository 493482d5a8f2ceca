"""The base of everything that goes over the wire, and the kinds of its values. Strict: nothing is turned into what
it is not, and an unknown name is an error.

What a value may be stands in its JSON Schema, too, so that a program that keeps to the schema is understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.core import resident_number
from app.core.forms import clean_text, has_unsafe_characters

PUBLIC_ID = r"^[0-9a-f]{32}$"
_NOT_BLANK = r"\S"
_MOMENT = (
    r"^2[0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-][01][0-9]:[0-5][0-9])$"
)
_DAY = r"^2[0-9]{3}-[01][0-9]-[0-3][0-9]$"


def _safe(text: str, most: int) -> str:
    if has_unsafe_characters(text):
        raise PydanticCustomError("unsafe_characters", "String has invisible or control characters")
    if resident_number.find(text):
        raise PydanticCustomError("resident_number", "String has what looks like a resident registration number")
    cleaned = clean_text(text)
    if len(cleaned) > most:  # Some letters become several when they are composed.
        raise PydanticCustomError("string_too_long", "String is too long once it is composed (NFC)")
    return cleaned


def _holds(pattern: str) -> BeforeValidator:
    """Take text that has something of this form in it."""

    def check(value: Any) -> Any:
        if isinstance(value, str) and not re.search(pattern, value):
            raise PydanticCustomError("form", "String does not have the form of the schema")
        return value

    return BeforeValidator(check)


def _written(pattern: str, read: Callable[[str], Any] = str) -> BeforeValidator:
    """Take text of this form alone, and read it by ourselves: pydantic would take numbers for moments, too."""
    form = re.compile(pattern)

    def check(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if not form.fullmatch(value):
            raise PydanticCustomError("form", "String does not have the form of the schema")
        try:
            return read(value)
        except ValueError:
            raise PydanticCustomError("no_such_day", "There is no such day or time") from None

    return BeforeValidator(check)


def line(most: int, least: int = 0) -> Any:
    """Text of so many characters, without what cannot be seen; with `least`, more than blanks.

    What cannot be seen is named in words alone: as a pattern of all such ranges it would be longer than all the rest.
    """
    shown: dict[str, Any] = {
        "description": "Without control, format and private-use characters (line breaks are fine)"
    }
    if not least:
        return Annotated[
            str, AfterValidator(lambda text: _safe(text, most)), Field(max_length=most, json_schema_extra=shown)
        ]
    field = Field(min_length=least, max_length=most, json_schema_extra=shown | {"pattern": _NOT_BLANK})
    return Annotated[str, _holds(_NOT_BLANK), AfterValidator(lambda text: _safe(text, most)), field]


Moment = Annotated[
    AwareDatetime, _written(_MOMENT, datetime.fromisoformat), Field(json_schema_extra={"pattern": _MOMENT})
]
Day = Annotated[date, _written(_DAY, date.fromisoformat), Field(json_schema_extra={"pattern": _DAY})]
PublicId = Annotated[str, Field(pattern=PUBLIC_ID)]


def without_defaults(schema: dict[str, Any]) -> None:
    """A value that is left out of a change stays what it is: its default is ours, not the caller's business."""
    for said in schema.get("properties", {}).values():
        said.pop("default", None)
        said.pop("title", None)


class Body(BaseModel):
    """The base of what is sent and answered."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, json_schema_extra=without_defaults)


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). `errors` names single values by JSON Pointer."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemAt] | None = None


class ProblemAt(BaseModel):
    """One value that cannot be used."""

    pointer: str
    detail: str


def as_moment(value: datetime | None) -> datetime | None:
    """Answer a moment in UTC, to the second, as it is written for programs."""
    return value.astimezone(UTC).replace(microsecond=0) if value is not None else None
