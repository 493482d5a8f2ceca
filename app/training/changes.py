"""What would change for one person when a file is applied or taken back. Plain values for a preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.i18n import Text
from app.training.completion import Decision, decide
from app.training.models import Cohort, Enrolment
from app.training.policy import Mark


@dataclass(frozen=True)
class Cell:
    """What is (or would be) known of a person in a session; `mark` None: nothing."""

    mark: Mark | None
    minutes: int = 0


@dataclass(frozen=True)
class MarkChange:
    """One session whose mark changes."""

    number: int
    before: Mark | None
    after: Mark | None


@dataclass(frozen=True)
class PersonChange:
    """One person in a preview: the marks before and after, the decisions, and how many records would be written."""

    enrolment: Enrolment
    marks: tuple[MarkChange, ...]
    decision_before: Decision
    decision_after: Decision
    cells: int

    @property
    def added(self) -> list[MarkChange]:
        """Sessions that had no record."""
        return [m for m in self.marks if m.before is None and m.after is not None]

    @property
    def removed(self) -> list[MarkChange]:
        """Sessions that would have no record any more."""
        return [m for m in self.marks if m.before is not None and m.after is None]

    @property
    def corrected(self) -> list[MarkChange]:
        """Sessions whose record would say something else."""
        return [m for m in self.marks if m.before is not None and m.after is not None and m.before != m.after]

    @property
    def added_by_mark(self) -> list[tuple[Text, int]]:
        """How many new records of each mark, in the order of marks."""
        counted = Counter(m.after for m in self.added)
        return [(mark.label, counted[mark]) for mark in Mark if counted[mark]]


def person_change(
    cohort: Cohort, enrolment: Enrolment, before: Sequence[Cell], after: Sequence[Cell], cells: int
) -> PersonChange:
    """Compare what is known of a person with what would be, session by session."""
    rules = cohort.policy.rules
    return PersonChange(
        enrolment,
        tuple(
            MarkChange(session.number, old.mark, new.mark)
            for session, old, new in zip(cohort.sessions, before, after, strict=True)
        ),
        decide([cell.mark for cell in before], rules, sum(cell.minutes for cell in before)),
        decide([cell.mark for cell in after], rules, sum(cell.minutes for cell in after)),
        cells,
    )
