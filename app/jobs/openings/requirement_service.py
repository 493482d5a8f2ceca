"""What an opening asks for, changed one requirement at a time; every change stands in the opening's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.holding import hold
from app.core.i18n import _l
from app.jobs.opening_models import Opening, Requirement
from app.jobs.opening_words import OpeningState, RequirementKind, RequirementLevel
from app.jobs.openings.forbidden_words import find_in_fields
from app.jobs.openings.opening_service import note_change, refuse_forbidden

MOST = 20
_EMPTY: dict[str, Any] = {
    "course_kind": "",
    "minutes": None,
    "within_months": None,
    "months": None,
    "name": "",
    "issuer": "",
}
# What each kind uses; the rest is left out.
USED: dict[RequirementKind, tuple[str, ...]] = {
    RequirementKind.HOURS: ("course_kind", "minutes", "within_months"),
    RequirementKind.COURSE: ("name",),
    RequirementKind.APPOINTMENT: ("name", "months"),
    RequirementKind.EXPERIENCE: ("name", "months"),
    RequirementKind.BADGE: ("name", "issuer"),
    RequirementKind.OTHER: (),
}

# Without what a kind says nothing.
NEEDED: dict[RequirementKind, str] = {
    RequirementKind.HOURS: "minutes",
    RequirementKind.COURSE: "name",
    RequirementKind.APPOINTMENT: "months",
    RequirementKind.EXPERIENCE: "months",
    RequirementKind.BADGE: "name",
    RequirementKind.OTHER: "text",
}


@dataclass(frozen=True)
class RequirementFields:
    """The values of one requirement; see `Requirement`."""

    kind: RequirementKind
    level: RequirementLevel
    course_kind: str = ""
    minutes: int | None = None
    within_months: int | None = None
    months: int | None = None
    name: str = ""
    issuer: str = ""
    text: str = ""

    def checked(self) -> RequirementFields:
        """Answer only what the kind uses. Raises `Invalid` when something that it needs is missing."""
        kind = self.kind
        if kind is RequirementKind.HOURS and not self.minutes:
            raise Invalid(_l("이수시간을 입력해 주세요."))
        if kind is RequirementKind.COURSE and not self.name:
            raise Invalid(_l("과정 이름을 입력해 주세요."))
        if kind is RequirementKind.BADGE and not self.name:
            raise Invalid(_l("증서 이름을 입력해 주세요."))
        if kind in (RequirementKind.APPOINTMENT, RequirementKind.EXPERIENCE) and not self.months:
            raise Invalid(_l("몇 개월 이상인지 입력해 주세요."))
        if kind is RequirementKind.OTHER and not self.text:
            raise Invalid(_l("어떤 요건인지 설명을 입력해 주세요."))
        unused = {name: value for name, value in _EMPTY.items() if name not in USED[kind]}
        return replace(self, **unused)


def add_requirement(opening: Opening, fields: RequirementFields, actor: Actor, at: datetime) -> Requirement:
    """Let an opening ask for one thing more; the very same again is the one that is there.

    Raises `Invalid`, or `Conflict` when it has ended.
    """
    hold(opening)
    _refuse_ended(opening)
    _refuse_forbidden(opening, fields)
    wanted = _plain(fields.checked())
    same = next((r for r in opening.requirements if _facts(r) == wanted), None)
    if same is not None:
        return same
    if len(opening.requirements) >= MOST:
        raise Invalid(_l("요건은 20개까지 둘 수 있어요."))
    position = max((r.position for r in opening.requirements), default=-1) + 1
    requirement = Requirement(position=position, **wanted)
    opening.requirements.append(requirement)
    db.session.flush()
    note_change(opening, actor, at, before={"requirement": None}, after={"requirement": _facts(requirement)})
    return requirement


def replace_requirements(opening: Opening, wanted: Sequence[RequirementFields], actor: Actor, at: datetime) -> bool:
    """Let an opening ask for these things alone, in their order; answer whether anything differs.

    One change, whatever it takes. Raises `Invalid`, or `Conflict` when the opening has ended.
    """
    _refuse_ended(opening)
    if len(wanted) > MOST:
        raise Invalid(_l("요건은 20개까지 둘 수 있어요."))
    for fields in wanted:
        _refuse_forbidden(opening, fields)
    before = [_facts(requirement) for requirement in opening.requirements]
    after = [_plain(fields.checked()) for fields in wanted]
    if before == after:
        return False
    # In their places, so that no two of them ever have one position.
    for requirement in opening.requirements[len(after) :]:
        opening.requirements.remove(requirement)
    for position, values in enumerate(after):
        if position == len(opening.requirements):
            opening.requirements.append(Requirement())
        for name, value in (values | {"position": position}).items():
            setattr(opening.requirements[position], name, value)
    db.session.flush()
    note_change(opening, actor, at, before={"requirements": before}, after={"requirements": after})
    return True


def change_requirement(
    opening: Opening, requirement_id: int, fields: RequirementFields, actor: Actor, at: datetime
) -> None:
    """Put new values into one requirement. Raises `Invalid`, `NotFound` or `Conflict`."""
    hold(opening)
    _refuse_ended(opening)
    requirement = requirement_in(opening, requirement_id)
    _refuse_forbidden(opening, fields)
    before = _facts(requirement)
    for name, value in _plain(fields.checked()).items():
        setattr(requirement, name, value)
    after = _facts(requirement)
    if before != after:
        note_change(opening, actor, at, before={"requirement": before}, after={"requirement": after})


def remove_requirement(opening: Opening, requirement_id: int, actor: Actor, at: datetime) -> None:
    """Ask for one thing less. Raises `NotFound` or `Conflict`."""
    hold(opening)
    _refuse_ended(opening)
    requirement = requirement_in(opening, requirement_id)
    before = _facts(requirement)
    opening.requirements.remove(requirement)
    note_change(opening, actor, at, before={"requirement": before}, after={"requirement": None})


def requirement_in(opening: Opening, requirement_id: int) -> Requirement:
    """Answer one requirement of this opening. Raises `NotFound` for another's."""
    found = next((r for r in opening.requirements if r.id == requirement_id), None)
    if found is None:
        raise NotFound
    return found


def _refuse_ended(opening: Opening) -> None:
    if opening.state not in (OpeningState.DRAFT, OpeningState.IN_REVIEW, OpeningState.PUBLISHED):
        raise Conflict(_l("마감된 공고의 요건은 고칠 수 없어요."))


def _refuse_forbidden(opening: Opening, fields: RequirementFields) -> None:
    """A draft is looked at when it is handed in; what others see already changes before their eyes."""
    if opening.state != OpeningState.DRAFT:
        refuse_forbidden(find_in_fields({"name": fields.checked().name, "text": fields.text}), confirmed=True)


def _plain(fields: RequirementFields) -> dict[str, Any]:
    return asdict(fields) | {"kind": fields.kind.value, "level": fields.level.value}


def _facts(requirement: Requirement) -> dict[str, Any]:
    names = RequirementFields.__dataclass_fields__
    return {name: getattr(requirement, name) for name in names}
