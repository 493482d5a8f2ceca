"""How the filters of the search are written: names, choices, counts, what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.core.i18n import Text, _, _l
from app.jobs.board.search_queries import Count
from app.jobs.board.search_question import (
    BEST_PAID,
    CHOICES,
    GROUPS,
    NEWEST,
    RELEVANT,
    SEVERAL,
    SOONEST,
    SORTS,
    TODAY,
    UNTIL_FILLED,
    WEEK,
    Question,
)
from app.jobs.board.search_row import NATIONWIDE, Facet
from app.jobs.opening_words import EmploymentType, OpeningSource, WorkKind
from app.jobs.regions import Province

GROUP_NAMES: dict[str, Text] = {
    "province": _l("시·도"),
    "district": _l("시·군·구"),
    "work": _l("하는 일"),
    "type": _l("고용형태"),
    "pay": _l("급여"),
    "deadline": _l("마감"),
    "hours": _l("필요한 이수시간"),
    "agreement": _l("구민 우선채용 협약"),
    "blind": _l("블라인드 채용"),
    "source": _l("출처"),
}
SORT_NAMES: dict[str, Text] = {
    NEWEST: _l("최신순"),
    SOONEST: _l("마감 빠른 순"),
    BEST_PAID: _l("급여 높은 순"),
    RELEVANT: _l("정확도순"),
}
_DEADLINES: dict[str, Text] = {
    TODAY: _l("오늘 마감"),
    WEEK: _l("7일 안에 마감"),
    UNTIL_FILLED: _l("채용할 때까지"),
}


@dataclass(frozen=True)
class Choice:
    """One choice of a filter; `count` says how many openings it would leave, empty when that is not known."""

    value: str
    label: Text
    count: str
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """One filter with its choices. `several`: any number of them at once."""

    name: str
    label: Text
    several: bool
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> bool:
        return any(choice.chosen for choice in self.choices)


def label(group: str, value: str) -> Text:
    """Answer the name of a choice."""
    if group in _NAMES:
        return _NAMES[group](value)
    return GROUP_NAMES[group] if group in ("agreement", "blind") else value


def filters(question: Question, counts: Mapping[Facet, Count]) -> dict[str, Filter]:
    """Answer the filters for a page, by name."""
    return {group: _filter(group, question, counts) for group in GROUPS}


def number(count: Count) -> str:
    """Write a count: `1,234`, or `2,000+` when there may be more."""
    return f"{count.number:,}+" if count.at_least else f"{count.number:,}"


def summary(question: Question) -> str:
    """Write a question in one line: its words and choices."""
    parts = [f"‘{question.text}’"] if question.text else []
    parts += [str(label(group, value)) for group, value in question.chosen]
    return " · ".join(parts) or str(_("모든 공고"))


def chips(question: Question) -> list[tuple[str, Question]]:
    """Answer what is chosen, each with the question without it."""
    words = [(f"‘{question.text}’", Question("", question.chosen, question.sort))] if question.text else []
    return words + [(str(label(g, v)), question.without(g, v)) for g, v in question.chosen]


def sorts(question: Question) -> list[tuple[str, Text]]:
    """Answer the orders that make sense for a question."""
    return [(sort, SORT_NAMES[sort]) for sort in SORTS if sort != RELEVANT or question.terms]


def _filter(group: str, question: Question, counts: Mapping[Facet, Count]) -> Filter:
    chosen = question.values(group)
    values: Iterable[str] = CHOICES.get(group, ())
    if group == "district":
        values = sorted({v for g, v in counts if g == group and counts[g, v].number} | set(chosen))
    choices = []
    for value in values:
        count = counts.get((group, value), Count(0))
        if group == "province" and not count.number and not count.at_least and value not in chosen:
            continue
        # "0 or more" tells nobody anything.
        written = "" if count.at_least and not count.number else number(count)
        choices.append(Choice(value, label(group, value), written, value in chosen))
    return Filter(group, GROUP_NAMES[group], group in SEVERAL, tuple(choices))


def _province(value: str) -> Text:
    return _("전국") if value == NATIONWIDE else Province(value).label


def _pay(value: str) -> Text:
    amount = int(value[1:])
    if value[0] == "m":
        return _("월 %(amount)s만 원 이상", amount=f"{amount // 10_000:,}")
    return _("시간당 %(amount)s원 이상", amount=f"{amount:,}")


def _hours(value: str) -> Text:
    return _("이수시간 조건 없음") if value == "0" else _("%(hours)s시간 이하", hours=value)


_NAMES: dict[str, Callable[[str], Text]] = {
    "province": _province,
    "work": lambda value: WorkKind(value).label,
    "type": lambda value: EmploymentType(value).label,
    "source": lambda value: OpeningSource(value).label,
    "deadline": lambda value: _DEADLINES[value],
    "pay": _pay,
    "hours": _hours,
}
