"""What a question finds and counts is what looking at every opening finds and counts."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from sqlalchemy import insert, select
from werkzeug.datastructures import MultiDict

from app.core import clock
from app.core.db import db
from app.jobs.board import search_queries
from app.jobs.board.search_models import OpeningSearch
from app.jobs.board.search_question import Question
from app.jobs.board.search_row import row_of
from app.jobs.opening_models import Opening, Requirement
from app.jobs.opening_words import EmploymentType, OpeningSource, WorkKind
from app.jobs.regions import Province
from tests.factories.jobs import make_opening
from tests.jobs.test_search_index import bulk

NUMBER = 300


def ask(**said: Any) -> Question:
    return Question.read(
        MultiDict([(k, v) for k, vs in said.items() for v in (vs if isinstance(vs, list) else [vs])])
    )


def make_many(at: datetime) -> list[Opening]:
    chance = random.Random(20)
    titles = ("도시재생 코디네이터", "도시 재생 활동가", "마을 기획자 채용", "상권 매니저(SW)", "일자리 상담사")
    rows = bulk(NUMBER)
    for row in rows:
        row |= {
            "title": f"{chance.choice(titles)} {chance.choice(('모집', '채용 공고', '2026'))}",
            "duties": chance.choice(("주민 상담", "도시재생 지원", "회계")),
            "province": chance.choice((Province.SEOUL.value, Province.SEOUL.value, Province.BUSAN.value, None)),
            "district": chance.choice(("종로구", "중구", "")),
            "work_kind": chance.choice(list(WorkKind)).value,
            "employment_type": chance.choice(list(EmploymentType)).value,
            "source": chance.choice(list(OpeningSource)).value,
            "pay_unit": chance.choice(("hour", "month", "year", "rules")),
            "pay_min": chance.choice((None, 12_000, 2_600_000, 40_000_000)),
            "deadline_at": chance.choice((None, at + timedelta(hours=1), at + timedelta(days=chance.randint(1, 20)))),
            "blind": chance.random() < 0.3,
            "residents_first": chance.random() < 0.3,
            "published_at": at - timedelta(minutes=chance.randint(0, 10_000)),
        }
        row["until_filled"] = row["deadline_at"] is None
    db.session.execute(insert(Opening), rows)
    ids = db.session.scalars(select(Opening.id)).all()
    hours = {"kind": "hours", "level": "required", "course_kind": "", "position": 0}
    db.session.execute(
        insert(Requirement),
        [hours | {"opening_id": i, "minutes": chance.choice((600, 1800, 3600))} for i in ids if i % 3],
    )
    db.session.commit()
    return list(db.session.scalars(select(Opening)))


@cache
def read_once(opening: Opening) -> dict[str, Any]:
    return row_of(opening)


def fits(question: Question, opening: Opening, at: datetime) -> bool:
    """Look at one opening, without index, bits or SQL."""
    row = read_once(opening)
    days = (clock.seoul_date(row["ends_at"].replace(year=min(row["ends_at"].year, 2999))) - clock.seoul_date(at)).days
    tests: dict[str, Callable[[str], bool]] = {
        "province": lambda v: row["province"] == v,
        "district": lambda v: row["district"] == v,
        "work": lambda v: row["work_kind"] == v,
        "type": lambda v: row["employment_type"] == v,
        "source": lambda v: row["source"] == v,
        "pay": lambda v: row["pay_month" if v[0] == "m" else "pay_hour"] >= int(v[1:]),
        "hours": lambda v: row["hours_asked"] <= int(v) * 60,
        "agreement": lambda v: opening.residents_first,
        "blind": lambda v: opening.blind,
        "deadline": lambda v: opening.until_filled if v == "filled" else days <= (0 if v == "today" else 7),
    }
    return (
        row["ends_at"] > at
        and all(any(tests[g](v) for v in question.values(g)) for g in dict(question.chosen))
        and all(term in row["text"] for term in question.terms)
    )


QUESTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"province": "11"},
    {"province": "11", "district": "종로구", "work": ["coordinator", "office"]},
    {"province": "00", "sort": "pay"},
    {"q": "채용"},
    {"q": "도시 재생 코디"},
    {"q": "도시재생", "province": "26", "sort": "deadline"},
    {"q": "코디", "type": ["permanent", "intern"], "blind": "1"},
    {"q": "sw", "pay": "m2500000"},
    {"q": "재", "pay": "h13000", "hours": "20"},
    {"deadline": "today"},
    {"deadline": "week", "agreement": "1", "sort": "pay"},
    {"deadline": "filled", "hours": "0", "source": ["own", "alio"]},
    {"q": "없는말"},
)


@pytest.mark.parametrize("exact", [1_000, 40, 3])
def test_it_finds_and_counts_what_looking_at_each_finds(
    app: Any, monkeypatch: pytest.MonkeyPatch, exact: int
) -> None:
    at = clock.now()
    openings = make_many(at)
    monkeypatch.setattr(search_queries, "EXACT", exact)
    monkeypatch.setattr(search_queries, "FEW", exact)
    for said in QUESTIONS:
        question = ask(**said)
        wanted = {o.id for o in openings if fits(question, o, at)}
        seen = all_pages(question, at)
        assert set(seen) == wanted, said
        assert len(seen) == len(wanted), f"{said}: none is shown twice"
        found = search_queries.search(question, 1, at)
        assert found.total.number == len(wanted) or (found.total.at_least and found.total.number < len(wanted)), said
        assert exact < 1_000 or not found.total.at_least
        for (group, value), count in found.counts.items():
            single = group in ("province", "district", "pay", "hours", "deadline", "agreement", "blind")
            other = question.without(group)
            one = Question(question.text, (*other.chosen, (group, value)), question.sort)
            really = sum(fits(one, o, at) for o in openings)
            assert single or group in ("work", "type", "source")
            assert count.number == really or (count.at_least and count.number < really), (said, group, value)
            assert exact < 1_000 or not count.at_least


def all_pages(question: Question, at: datetime) -> list[int]:
    seen: list[int] = []
    for number in itertools.count(1):
        page = search_queries.search(question, number, at).page
        seen += [opening.id for opening in page.items]
        if number >= page.pages:
            return seen
    raise AssertionError


def test_the_order_is_what_was_asked_for(app: Any) -> None:
    at = clock.now()
    make_many(at)
    rows = {row.opening_id: row for row in db.session.scalars(select(OpeningSearch))}

    def shown(**said: Any) -> list[OpeningSearch]:
        return [rows[opening.id] for opening in search_queries.search(ask(**said), 1, at).page.items]

    assert is_sorted([-row.published_at.timestamp() for row in shown()])
    assert is_sorted([row.ends_at for row in shown(sort="deadline")])
    assert is_sorted([-row.pay_month for row in shown(sort="pay")])
    in_title = ["도시재생" not in row.title for row in shown(q="도시 재생")]
    assert is_sorted(in_title)
    assert not in_title[0]
    assert is_sorted([-row.published_at.timestamp() for row in shown(q="도시재생", sort="newest")])


def is_sorted(values: list[Any]) -> bool:
    return values == sorted(values)


def test_what_has_ended_is_gone_at_once_though_the_worker_sleeps(app: Any) -> None:
    at = clock.now()
    make_opening(deadline_at=at + timedelta(minutes=1))
    assert search_queries.search(ask(), 1, at).total.number == 1
    later = at + timedelta(minutes=1)
    for question in (ask(), ask(q="코디네이터"), ask(deadline="today"), ask(province="11")):
        found = search_queries.search(question, 1, later)
        assert found.page.items == []
        assert not any(count.number for count in found.counts.values())
