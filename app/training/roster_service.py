"""From a roster file to enrolments: preview and apply. A preview stores nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.core.access import Actor
from app.core.errors import Conflict
from app.core.i18n import Text, _, _l
from app.core.sheet_problems import Problem
from app.training import enrolment_service, roster_sheet
from app.training.enrolment_service import EnrolmentResult
from app.training.models import Cohort
from app.training.received_file import ReceivedFile
from app.training.record import basis_of, lock_cohort
from app.training.roster_sheet import RosterPerson


class Fate(StrEnum):
    """What happens to a person of a roster when it is applied."""

    NEW = "new"
    WAITING = "waiting"
    KNOWN = "known"

    @property
    def label(self) -> Text:
        return _LABELS[self]

    @property
    def colour(self) -> str:
        return {"new": "success", "waiting": "warning", "known": "neutral"}[self.value]


_LABELS: dict[Fate, Text] = {
    Fate.NEW: _l("새로 등록"),
    Fate.WAITING: _l("대기로 등록"),
    Fate.KNOWN: _l("이미 등록됨"),
}


@dataclass(frozen=True)
class RosterLine:
    """One person of a roster and what happens to them."""

    person: RosterPerson
    fate: Fate


@dataclass(frozen=True)
class RosterPreview:
    """What a roster would do to a cohort. `basis` names the state of the cohort that this was worked out on.

    `kind` says what the file is where its name says something else.
    """

    filename: str
    basis: str
    people: tuple[RosterLine, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    kind: Text = ""

    @property
    def can_be_applied(self) -> bool:
        return bool(self.people) and not self.problems

    @property
    def new(self) -> int:
        return self._counted[Fate.NEW]

    @property
    def waiting(self) -> int:
        return self._counted[Fate.WAITING]

    @property
    def known(self) -> int:
        return self._counted[Fate.KNOWN]

    @property
    def _counted(self) -> Counter[Fate]:
        return Counter(line.fate for line in self.people)


@dataclass(frozen=True)
class ConfirmedRoster:
    """The people of a roster as they were shown, and the state of the cohort that they were compared with."""

    basis: str
    people: tuple[RosterPerson, ...]


def preview(cohort: Cohort, file: ReceivedFile) -> RosterPreview:
    """Work out what a roster would do. Stores nothing; what is wrong with the file is in `problems`."""
    reading = roster_sheet.read(file.workbook)
    people = [] if reading.problems else _lines(cohort, reading.people)
    kind = file.workbook.kind
    return RosterPreview(file.filename, basis_of(cohort), tuple(people), reading.problems, reading.warnings, kind)


def _lines(cohort: Cohort, people: tuple[RosterPerson, ...]) -> list[RosterLine]:
    seats = enrolment_service.free_seats(cohort)
    standing = enrolment_service.standing(cohort, people)
    lines: list[RosterLine] = []
    for person, known in zip(people, standing, strict=True):
        fate = Fate.KNOWN if known else Fate.NEW if seats > 0 else Fate.WAITING
        seats -= fate is Fate.NEW
        lines.append(RosterLine(person, fate))
    return lines


def apply(cohort: Cohort, roster: ConfirmedRoster, actor: Actor, at: datetime) -> EnrolmentResult:
    """Enrol the people of a previewed roster. Raises `Conflict` when the cohort has changed since the preview."""
    lock_cohort(cohort)
    if basis_of(cohort) != roster.basis:
        raise Conflict(_("미리보기를 본 뒤에 이 기수의 명단이나 출결이 바뀌었어요. 명단 파일을 다시 올려 주세요."))
    return enrolment_service.enrol_people(cohort, roster.people, actor, at)


def pack(preview: RosterPreview) -> dict[str, Any]:
    """Answer what travels with the preview's page, as JSON values."""
    people = [line.person for line in preview.people]
    return {
        "basis": preview.basis,
        "people": [[p.name, p.birth_date.isoformat(), p.phone, p.email, p.sheet, p.row] for p in people],
    }


def unpack(content: dict[str, Any]) -> ConfirmedRoster:
    """Answer what `pack` has packed. Only signed content comes here, so its form is not doubted."""
    return ConfirmedRoster(
        content["basis"],
        tuple(
            RosterPerson(name, date.fromisoformat(birth_date), phone, email, sheet, row)
            for name, birth_date, phone, email, sheet, row in content["people"]
        ),
    )
