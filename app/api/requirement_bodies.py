"""What an opening asks for (자격요건) and prefers (우대사항), over the wire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from app.api.bodies import Body, line, without_defaults
from app.api.problems import InvalidFields
from app.jobs.opening_models import Requirement
from app.jobs.opening_words import RequirementKind, RequirementLevel
from app.jobs.openings.requirement_service import MOST, NEEDED, USED, RequirementFields
from app.jobs.wording import requirement as requirement_text
from app.training.models import CourseKind

Months = Annotated[int, Field(ge=1, le=600)]
# As the page says it: the note is the requirement's own text there.
_NAMES = {"text": "note"}
_VALUES = ("course_kind", "minutes", "within_months", "months", "name", "issuer")


def _by_kind() -> list[dict[str, Any]]:
    """Say in the schema what each kind needs, and that what it does not use is left out or null."""
    rules = []
    for kind in RequirementKind:
        unused = [name for name in _VALUES if name not in USED[kind]]
        values: dict[str, Any] = {name: {"type": "null"} for name in unused}
        needed = _NAMES.get(NEEDED[kind], NEEDED[kind])
        values[needed] = {"not": {"enum": [None, ""]}}
        rules.append(
            {
                "if": {"properties": {"kind": {"const": kind.value}}},
                "then": {"required": [needed], "properties": values},
            }
        )
    return rules


def _told(schema: dict[str, Any]) -> None:
    without_defaults(schema)
    schema["allOf"] = _by_kind()


class RequirementGiven(Body):
    """One thing that an opening asks for (required) or prefers; a record can prove each kind but `other`.

    By `kind` it needs: `hours` minutes (of `course_kind`, null: any; `within_months`, null: ever), `course` and
    `badge` a name, `appointment` and `experience` months (in the field `name`), `other` a note.
    """

    model_config = ConfigDict(json_schema_extra=_told)

    kind: RequirementKind
    level: RequirementLevel
    course_kind: CourseKind | None = None
    minutes: Annotated[int, Field(ge=6, le=9999 * 60)] | None = None
    within_months: Months | None = None
    months: Months | None = None
    name: line(200) | None = None  # type: ignore[valid-type]
    issuer: line(200) | None = None  # type: ignore[valid-type]
    note: line(300) | None = None  # type: ignore[valid-type]

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield the values that do not fit the kind, and what is wrong with them."""
        needed = _NAMES.get(NEEDED[self.kind], NEEDED[self.kind])
        if not getattr(self, needed):
            yield needed, f"A requirement of the kind {self.kind.value} needs it"
        for name in _VALUES:
            if name not in USED[self.kind] and getattr(self, name) is not None:
                yield name, f"A requirement of the kind {self.kind.value} does not use it"

    def fields(self) -> RequirementFields:
        """Answer it as the service takes it."""
        return RequirementFields(
            kind=self.kind,
            level=self.level,
            course_kind=self.course_kind.value if self.course_kind is not None else "",
            minutes=self.minutes,
            within_months=self.within_months,
            months=self.months,
            name=self.name or "",
            issuer=self.issuer or "",
            text=self.note or "",
        )


RequirementsGiven = Annotated[list[RequirementGiven], Field(max_length=MOST)]


class RequirementTold(Body):
    """One thing that an opening asks for (required) or prefers. `text` says all of it in a phrase, `note` what its
    employer has added in words."""

    kind: RequirementKind
    level: RequirementLevel
    text: str
    course_kind: str | None
    minutes: int | None
    within_months: int | None
    months: int | None
    name: str | None
    issuer: str | None
    note: str | None


def requirements_given(given: Sequence[RequirementGiven]) -> list[RequirementFields]:
    """Answer what was given as the service takes it. Raises `InvalidFields` with the place of each wrong value."""
    errors = [
        {"pointer": f"/requirements/{index}/{name}", "detail": detail}
        for index, one in enumerate(given)
        for name, detail in one.problems()
    ]
    if errors:
        raise InvalidFields(errors)
    return [one.fields() for one in given]


def requirements_told(rows: Iterable[Requirement]) -> list[RequirementTold]:
    """Write what an opening asks for."""
    return [
        RequirementTold(
            kind=RequirementKind(row.kind),
            level=RequirementLevel(row.level),
            text=requirement_text(row),
            course_kind=row.course_kind or None,
            minutes=row.minutes,
            within_months=row.within_months,
            months=row.months,
            name=row.name or None,
            issuer=row.issuer or None,
            note=row.text or None,
        )
        for row in rows
    ]
