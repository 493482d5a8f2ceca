"""The marks of a register and the rules that turn them into credit (출결기준). Pure: no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Self

from app.core.i18n import Text, _l


class Mark(StrEnum):
    """What a register says of one person at one session."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    OUTING = "outing"
    ABSENT = "absent"
    EXCUSED = "excused"

    @property
    def label(self) -> Text:
        return _LABELS[self]

    @property
    def is_slip(self) -> bool:
        """Whether several of these count together as one absence: 지각, 조퇴, 외출."""
        return self in SLIPS


SLIPS = (Mark.LATE, Mark.LEFT_EARLY, Mark.OUTING)
_LABELS: dict[Mark, Text] = {
    Mark.PRESENT: _l("출석"),
    Mark.LATE: _l("지각"),
    Mark.LEFT_EARLY: _l("조퇴"),
    Mark.OUTING: _l("외출"),
    Mark.ABSENT: _l("결석"),
    Mark.EXCUSED: _l("공결"),
}


@dataclass(frozen=True)
class PolicyRules:
    """One version of the rules. Rates are exact fractions, so that 12 of 15 is 0.8 and not a hair less."""

    name: str
    version: int
    completion_rate: Fraction
    slips_per_absence: int
    grace_minutes: int
    absent_below: Fraction

    def __post_init__(self) -> None:
        if not (isinstance(self.completion_rate, Fraction) and isinstance(self.absent_below, Fraction)):
            raise TypeError("rates are Fractions: build the rules with PolicyRules.of")
        if not (0 <= self.completion_rate <= 1 and 0 <= self.absent_below <= 1):
            raise ValueError("rates lie between 0 and 1")
        if self.slips_per_absence < 1 or self.grace_minutes < 0:
            raise ValueError("slips_per_absence is at least 1, grace_minutes at least 0")

    @classmethod
    def of(
        cls,
        *,
        name: str,
        version: int,
        completion_rate: Rate,
        slips_per_absence: int,
        grace_minutes: int,
        absent_below: Rate,
    ) -> Self:
        """Build the rules from numbers as they are stored or written; a float counts as the decimal it "
        "prints."""
        return cls(name, version, exact(completion_rate), slips_per_absence, grace_minutes, exact(absent_below))


Rate = Fraction | Decimal | str | int | float


def exact(rate: Rate) -> Fraction:
    """Answer the number as people read it: 0.8 is four fifths."""
    return Fraction(str(rate))
