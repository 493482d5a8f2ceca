"""Tables that leave the product: the record of a cohort, an empty register and an empty roster.

Registers and rosters come back by upload, so their headers are the words that the readers know, in any language of
the interface.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.export import Value
from app.core.i18n import _
from app.core.templating import hours_number
from app.training.models import Cohort, Enrolment, Session
from app.training.queries import PersonReport

_PERSON_COLUMNS = ("성명", "생년월일")
_ROSTER_COLUMNS = (*_PERSON_COLUMNS, "휴대전화", "이메일")


@dataclass(frozen=True)
class Table:
    """A table to be written: its title is also the name of the file."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def report_table(cohort: Cohort, people: Sequence[PersonReport]) -> Table:
    """Answer every person's marks, hours and decision."""
    header = (
        *_PERSON_COLUMNS,
        *(_session_head(session) for session in cohort.sessions),
        _("인정시간"),
        _("출석 회차"),
        _("전체 회차"),
        _("수료판정"),
    )
    return Table(f"{cohort.code} 출결표", header, tuple(_report_row(person) for person in people))


def _report_row(person: PersonReport) -> tuple[Value, ...]:
    decision = person.decision
    return (
        person.person.name,
        person.person.birth_date.isoformat(),
        *(str(mark.label) if mark is not None else "" for mark in person.marks),
        hours_number(decision.credited_minutes),
        decision.counted,
        decision.sessions,
        _("수료") if decision.completed else _("미수료"),
    )


def register_table(cohort: Cohort, people: Sequence[Enrolment]) -> Table:
    """Answer an empty register of the cohort: its people, and a column per session to fill in."""
    header = (*_PERSON_COLUMNS, *(_session_head(session) for session in cohort.sessions))
    rows = tuple(
        (one.person.name, one.person.birth_date.isoformat(), *("" for _session in cohort.sessions)) for one in people
    )
    return Table(f"{cohort.code} 출석부", header, rows)


def roster_table() -> Table:
    """Answer an empty roster."""
    return Table("명단 양식", _ROSTER_COLUMNS, ())


def _session_head(session: Session) -> str:
    return f"{session.number}회차({session.date:%m.%d})"
