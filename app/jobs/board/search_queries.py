"""Finding openings: who has all the words and choices, in order, with how many each choice would leave.

Counts are exact for any filters, and for words that no more than `EXACT` openings have. Words that more have are not
counted to the end: the page is exact all the same, its number and the counts say "at least".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from app.core.clock import SEOUL, seoul_date
from app.core.db import db
from app.core.paging import MAX_PAGE, Page
from app.jobs.board import search_bits, search_index
from app.jobs.board.search_models import OpeningSearch
from app.jobs.board.search_question import BEST_PAID, GROUPS, RELEVANT, SOONEST, TODAY, UNTIL_FILLED, WEEK, Question
from app.jobs.board.search_row import YES, Facet, district_kind
from app.jobs.opening_models import Opening
from app.jobs.opening_words import OpeningState

EXACT = 1_000
# So many can be looked at one by one before a walk along the order finds twenty sooner.
FEW = 4_000
PER_PAGE = 20
# The last page where counting has stopped: farther on, each page would walk over all before it.
DEEPEST = EXACT // PER_PAGE
# One less than sitemaps allow: the list itself is a page, too.
SITEMAP_PAGES = 49_999
_KINDS = {
    "province": "province",
    "work": "work_kind",
    "type": "employment_type",
    "pay": "pay",
    "hours": "hours",
    "source": "source",
}
_FLAGS = {"agreement": "residents_first", "blind": "blind"}
_ALL_KINDS = ("all", *_KINDS.values(), *_FLAGS.values(), "until_filled", "deadline")


@dataclass(frozen=True)
class Count:
    """How many; with `at_least`, that many or more."""

    number: int
    at_least: bool = False


@dataclass(frozen=True)
class Found:
    """What a question finds: one page, how many in all, and how many each choice of each filter would leave.
    `is_cut` tells that there is more behind the last page that is shown."""

    page: Page[Opening]
    total: Count
    counts: Mapping[Facet, Count]
    is_cut: bool = False


@dataclass(frozen=True)
class _Matches:
    """The openings that a question finds: `ids` has all of them when `is_whole`, else some; `ordered` when known."""

    ids: int
    is_whole: bool
    ordered: Sequence[int] | None = None


def search(question: Question, page: int, at: datetime, per_page: int = PER_PAGE) -> Found:
    """Answer one page of what is found at this moment, in six queries at most however much there is."""
    choices = _Choices(question, at)
    words = _having_words(question.terms)
    filtered = choices.having()
    matches = _matches(question, words, filtered)
    counts = choices.counts(words, matches)
    total = matches.ids.bit_count()
    page = min(max(page, 1), MAX_PAGE if matches.is_whole else DEEPEST)
    if matches.is_whole:
        page = min(page, max(1, -(-total // per_page)))
    ids = _page_of(question, matches, page, at, per_page)
    if not ids and page > 1 and not matches.is_whole:
        return search(question, 1, at, per_page)
    goes_on, ids = len(ids) > per_page, ids[:per_page]
    if matches.is_whole:
        pages = max(1, -(-total // per_page))
    else:
        pages, total = min(page + goes_on, DEEPEST), max(total, (page - 1) * per_page + len(ids) + goes_on)
    shown = Page(_openings(ids), page, pages, total)
    return Found(shown, Count(total, not matches.is_whole), counts, is_cut=goes_on and page == pages)


class _Choices:
    """The openings that have each choice, and the question's own choices among them."""

    def __init__(self, question: Question, at: datetime) -> None:
        today = seoul_date(at)
        self._days = [(today + timedelta(days=n)).isoformat() for n in range(8)]
        self._districts = district_kind(question.value("province"))
        connection = db.session.connection()
        self._sets = search_bits.read(connection, (*_ALL_KINDS, self._districts))
        # The worker takes out what has ended; until it does, and to the minute, it is told apart here.
        ended = select(OpeningSearch.opening_id).where(OpeningSearch.ends_at <= at)
        self._all = self._sets["all", ""] & ~search_bits.set_of(db.session.scalars(ended))
        self._chosen = {g: self._any_of(g, question.values(g)) for g in GROUPS if question.values(g)}

    def having(self, but: Sequence[str] = ()) -> int:
        """Answer the openings that have everything chosen, whatever is chosen of the filters `but`."""
        ids = self._all
        for group, members in self._chosen.items():
            if group not in but:
                ids &= members
        return ids

    def counts(self, words: _Matches | None, matches: _Matches) -> dict[Facet, Count]:
        """Count for each choice what it would leave, with everything chosen of the other filters."""
        counts: dict[Facet, Count] = {}
        for group, values in self._values().items():
            if group in self._chosen or (group == "province" and "district" in self._chosen):
                but = ("province", "district") if group == "province" else (group,)
                base = self.having(but) & (words.ids if words is not None else -1)
                is_whole = words is None or words.is_whole
            else:
                base, is_whole = matches.ids, matches.is_whole
            for value in values:
                counts[group, value] = Count((base & self._members(group, value)).bit_count(), not is_whole)
        return counts

    def _values(self) -> dict[str, list[str]]:
        values: dict[str, list[str]] = {group: [] for group in GROUPS}
        kinds = {kind: group for group, kind in _KINDS.items()} | {self._districts: "district"}
        for kind, value in sorted(self._sets):
            if kind in kinds:
                values[kinds[kind]].append(value)
        return values | {"deadline": [TODAY, WEEK, UNTIL_FILLED], "agreement": ["1"], "blind": ["1"]}

    def _any_of(self, group: str, values: Sequence[str]) -> int:
        ids = 0
        for value in values:
            ids |= self._members(group, value)
        return ids

    def _members(self, group: str, value: str) -> int:
        if group in _KINDS:
            return self._sets.get((_KINDS[group], value), 0)
        if group in _FLAGS:
            return self._sets.get((_FLAGS[group], YES), 0)
        if group == "district":
            return self._sets.get((self._districts, value), 0)
        if value == UNTIL_FILLED:
            return self._sets.get(("until_filled", YES), 0)
        ids = 0
        for day in self._days[: 1 if value == TODAY else None]:
            ids |= self._sets.get(("deadline", day), 0)
        return ids


def _having_words(terms: Sequence[str]) -> _Matches | None:
    if not terms:
        return None
    found = search_index.find(db.session(), terms, EXACT + 1)
    return _Matches(search_bits.set_of(found), len(found) <= EXACT)


def _matches(question: Question, words: _Matches | None, filtered: int) -> _Matches:
    if words is None:
        return _Matches(filtered, True)
    if words.is_whole or filtered.bit_count() > FEW:
        return _Matches(filtered & words.ids, words.is_whole)
    # Many have the words, few the choices: these are looked at one by one.
    connection = db.session.connection()
    among = search_index.among(list(search_bits.members(filtered)), connection)
    rows = select(OpeningSearch.opening_id).where(among, *search_index.has_terms(question.terms, connection))
    ordered = db.session.scalars(_in_order(rows, question, ranked=True)).all()
    return _Matches(search_bits.set_of(ordered), True, ordered)


def _page_of(question: Question, matches: _Matches, page: int, at: datetime, per_page: int) -> list[int]:
    begin = (page - 1) * per_page
    if matches.ordered is not None:
        return list(matches.ordered[begin : begin + per_page + 1])
    connection = db.session.connection()
    rows = select(OpeningSearch.opening_id)
    if matches.is_whole and matches.ids.bit_count() <= FEW:
        rows = rows.where(search_index.among(list(search_bits.members(matches.ids)), connection))
        rows = _in_order(rows, question, ranked=True)
    else:
        # Among so many the next twenty are soon met on the way through the order's own index.
        rows = rows.where(*conditions(question, at)).where(*search_index.has_terms(question.terms, connection))
        rows = _in_order(rows, question, ranked=False)
    return list(db.session.scalars(rows.limit(per_page + 1).offset(begin)).all())


def conditions(question: Question, at: datetime) -> list[ColumnElement[bool]]:
    """Make the conditions of a question's choices on rows of the index, its words apart."""
    row, wanted = OpeningSearch, [_still_open(at)]
    for group, column in (("province", row.province), ("district", row.district)):
        wanted += [column == value for value in question.values(group)]
    for group, column in (("work", row.work_kind), ("type", row.employment_type), ("source", row.source)):
        if values := question.values(group):
            wanted.append(column.in_(values))
    if pay := question.value("pay"):
        wanted.append((row.pay_month if pay[0] == "m" else row.pay_hour) >= int(pay[1:]))
    if hours := question.value("hours"):
        wanted.append(row.hours_asked <= int(hours) * 60)
    wanted += [row.residents_first.is_(True)] * bool(question.value("agreement"))
    wanted += [row.blind.is_(True)] * bool(question.value("blind"))
    if (deadline := question.value("deadline")) == UNTIL_FILLED:
        wanted.append(row.until_filled.is_(True))
    elif deadline:
        day = seoul_date(at) + timedelta(days=1 if deadline == TODAY else 8)
        wanted.append(row.ends_at < datetime.combine(day, time(), SEOUL))
    return wanted


def _still_open(at: datetime) -> ColumnElement[bool]:
    # Nearly all are: the index of the deadline must not look like a way to find them, so it is hidden.
    return func.coalesce(OpeningSearch.ends_at, OpeningSearch.ends_at) > at


def _in_order(rows: Select[int], question: Question, *, ranked: bool) -> Select[int]:
    row = OpeningSearch
    if question.order == SOONEST:
        return rows.order_by(row.ends_at, row.opening_id)
    if question.order == BEST_PAID:
        return rows.order_by(row.pay_month.desc(), row.opening_id.desc())
    if question.order == RELEVANT and ranked:
        in_title = and_(*(row.title.contains(term, autoescape=True) for term in question.terms))
        rows = rows.order_by(case((in_title, 0), else_=1))
    return rows.order_by(row.published_at.desc(), row.opening_id.desc())


@dataclass(frozen=True)
class ListedPage:
    """One opening's page, for a sitemap."""

    public_id: str
    changed_at: datetime


def sitemap_parts() -> list[int]:
    """Answer the parts that all openings fall into, so that none has more pages than a sitemap may."""
    part = OpeningSearch.opening_id // SITEMAP_PAGES
    return list(db.session.scalars(select(part).distinct().order_by(part)))


def sitemap_pages(part: int) -> list[ListedPage]:
    """Answer the openings of one part."""
    rows = select(Opening.public_id, OpeningSearch.changed_at).join(Opening, Opening.id == OpeningSearch.opening_id)
    begin = part * SITEMAP_PAGES
    own = OpeningSearch.opening_id.between(begin, begin + SITEMAP_PAGES - 1)
    return [ListedPage(*row) for row in db.session.execute(rows.where(own).order_by(OpeningSearch.opening_id))]


def _openings(ids: Sequence[int]) -> list[Opening]:
    # The state is compared here: as a condition it would lead SQLite through every published opening.
    rows = db.session.scalars(select(Opening).where(Opening.id.in_(ids)))
    found = {opening.id: opening for opening in rows if opening.state == OpeningState.PUBLISHED.value}
    return [found[i] for i in ids if i in found]
