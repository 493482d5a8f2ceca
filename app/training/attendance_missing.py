"""Says what a register does not record: people, sessions, and single sessions of single people.

What is missing stays unrecorded. It is never taken for 결석, and never passed over in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.core.i18n import _l
from app.core.sheet_problems import Problem, quoted
from app.training.attendance_heads import Block
from app.training.attendance_reading import CohortPlan, Entry, PlannedPerson, PlannedSession


def missing_records(
    block: Block, entries: Sequence[Entry], found: Iterable[str], plan: CohortPlan
) -> Iterator[Problem]:
    """Warn of people without a line for a session that others have one for: it stays unrecorded, and is no 결석."""
    recorded = {(entry.person_key, entry.session_number) for entry in entries}
    sessions = sorted({number for _, number in recorded})
    known = set(found)
    gaps = [
        f"{person.name} {', '.join(str(number) for number in without)}"
        for person in plan.people
        if person.key in known
        and (without := [number for number in sessions if (person.key, number) not in recorded])
    ]
    if gaps and entries:
        message = _l(
            "%(count)s명은 파일에 줄이 없는 회차가 있어 그 회차를 기록하지 않아요. 오지 않았다면 줄을 넣고 시각을 "
            "비우거나 ‘결석’이라고 적어 다시 올려 주세요. 이름과 회차: %(gaps)s",
            count=len(gaps),
            gaps=quoted("; ".join(gaps), 200),
        )
        yield block.sheet.place(block.anchor, 0, "records_missing", message)


def missing_people(block: Block, people: Sequence[PlannedPerson]) -> Problem:
    message = _l(
        "명단에 있는 %(count)s명이 파일에 없어요: %(names)s",
        count=len(people),
        names=quoted(", ".join(person.name for person in people), 120),
    )
    return block.sheet.place(block.anchor, 0, "people_missing", message)


def missing_sessions(block: Block, sessions: Sequence[PlannedSession]) -> Problem:
    message = _l(
        "파일에 기록이 없는 회차가 있어요: %(numbers)s회차",
        numbers=quoted(", ".join(str(session.number) for session in sessions), 120),
    )
    return block.sheet.place(block.anchor, 0, "sessions_missing", message)
