"""What somebody asks of the openings: words, filters, an order. Read from an address, written back into one. No
database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from app.core.forms import clean_text
from app.jobs.board.search_row import HOURS_STEPS, NATIONWIDE, PAY_STEPS
from app.jobs.board.search_text import LONGEST_QUESTION, terms_of
from app.jobs.opening_words import EmploymentType, OpeningSource, WorkKind
from app.jobs.regions import Province

NEWEST, SOONEST, BEST_PAID, RELEVANT = "newest", "deadline", "pay", "relevance"
SORTS = (NEWEST, SOONEST, BEST_PAID, RELEVANT)
TODAY, WEEK, UNTIL_FILLED = "today", "week", "filled"
CHOSEN = "1"

# What each filter can be asked for; of the last four in `SEVERAL` any number at once. Districts are not fixed.
CHOICES: dict[str, tuple[str, ...]] = {
    "province": (*(p.value for p in Province), NATIONWIDE),
    "work": tuple(k.value for k in WorkKind),
    "type": tuple(t.value for t in EmploymentType),
    "pay": PAY_STEPS,
    "deadline": (TODAY, WEEK, UNTIL_FILLED),
    "hours": tuple(str(step) for step in HOURS_STEPS),
    "agreement": (CHOSEN,),
    "blind": (CHOSEN,),
    "source": tuple(s.value for s in OpeningSource),
}
SEVERAL = ("work", "type", "source")
GROUPS = ("province", "district", *tuple(CHOICES)[1:])
_LONGEST_DISTRICT = 40


class Arguments(Protocol):
    """What an address says: any number of values for a name."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True)
class Question:
    """One question. `chosen` is (filter, value) in the order of `GROUPS`; an empty question asks for everything."""

    text: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    sort: str = ""

    @classmethod
    def read(cls, arguments: Arguments) -> Question:
        """Read an address. What it says that cannot be is passed over: a link never fails."""
        chosen = [(group, value) for group in GROUPS for value in _valid(group, arguments.getlist(group))]
        if not any(group == "province" for group, _value in chosen):
            chosen = [(group, value) for group, value in chosen if group != "district"]
        sort = next(iter(arguments.getlist("sort")), "")
        text = _one_line(next(iter(arguments.getlist("q")), ""))[:LONGEST_QUESTION].strip()
        return cls(text, tuple(chosen), sort if sort in SORTS else "")

    @property
    def terms(self) -> tuple[str, ...]:
        return terms_of(self.text)

    @property
    def order(self) -> str:
        """The order to show: what was asked for, else the likeliest first where there are words, else the newest."""
        if self.terms:
            return self.sort or RELEVANT
        return NEWEST if self.sort in ("", RELEVANT) else self.sort

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.chosen

    def values(self, group: str) -> tuple[str, ...]:
        """Answer what is chosen of one filter."""
        return tuple(value for name, value in self.chosen if name == group)

    def value(self, group: str) -> str:
        """Answer what is chosen of a filter that takes one."""
        return next(iter(self.values(group)), "")

    def without(self, group: str, value: str = "") -> Question:
        """Answer this question without one choice or a whole filter; with a province goes its district."""
        gone = {"province": ("province", "district")}.get(group, (group,))
        kept = ((n, v) for n, v in self.chosen if n not in gone or (value and n == group and v != value))
        return replace(self, chosen=tuple(kept))

    def in_order(self, sort: str) -> Question:
        """Answer this question in another order."""
        return replace(self, sort=sort)

    def arguments(self) -> dict[str, Any]:
        """Answer what makes this question's address."""
        said: dict[str, Any] = {"q": self.text} if self.text else {}
        for group in GROUPS:
            values = self.values(group)
            if values:
                said[group] = list(values) if group in SEVERAL else values[0]
        return said | ({"sort": self.sort} if self.sort else {})


def _valid(group: str, values: Sequence[str]) -> Iterable[str]:
    if group == "district":
        return [_one_line(value)[:_LONGEST_DISTRICT] for value in values[:1] if _one_line(value)]
    known = [value for value in CHOICES[group] if value in values]
    return known if group in SEVERAL else known[:1]


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in clean_text(text[: 4 * LONGEST_QUESTION])).split())
