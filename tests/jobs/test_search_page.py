"""The list of openings as everybody sees it: words, filters with counts, chips, paging; without account or script."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import limits
import pytest
from sqlalchemy import event, insert, select

from app.core import clock
from app.core.db import db
from app.core.security import limiter
from app.jobs.board import search_queries
from app.jobs.board.search_question import Question
from app.jobs.opening_models import Opening
from tests.conftest import Visitor
from tests.factories.jobs import make_opening
from tests.jobs.test_search_index import bulk
from tests.jobs.test_search_queries import ask, make_many


def page_of(visitor: Visitor, *said: tuple[str, str]) -> str:
    answer = visitor.get("/openings?" + urlencode(said))
    assert answer.status_code == 200
    text: str = answer.get_data(as_text=True)
    return text


def test_words_and_choices_narrow_the_list_and_say_how_many_are_left(visitor: Visitor) -> None:
    make_opening(title="도시재생코디네이터 모집", district="종로구")
    make_opening(title="마을 활동가 모집", province="26", district="동구", work_kind="manager", blind=True)
    everything = page_of(visitor)
    assert "공고 2건" in everything
    assert re.search(r'<option value="26">부산 \(1\)</option>', everything)
    assert re.search(r'센터장·사무국장·매니저 <span class="opening-count">1</span>', everything)
    found = page_of(visitor, ("q", "도시 재생 코디"), ("province", "11"))
    assert "공고 1건" in found
    assert "도시재생코디네이터 모집" in found
    assert "마을 활동가 모집" not in found
    assert re.search(r'<option value="종로구">종로구 \(1\)</option>', found), (
        "districts show once a province is chosen"
    )


def test_each_chip_takes_one_choice_away(visitor: Visitor) -> None:
    make_opening()
    page = page_of(visitor, ("q", "코디"), ("province", "11"), ("district", "종로구"), ("work", "coordinator"))
    chips = {
        label: unescape(href)
        for href, label in re.findall(r'class="opening-chip" href="([^"]+)"><span>([^<]+)</span>', page)
    }
    assert set(chips) == {"‘코디’", "서울", "종로구", "도시재생 코디네이터"}
    assert "province" not in chips["서울"]
    assert "district" not in chips["서울"], "a district is nothing without its province"
    assert "work" not in chips["도시재생 코디네이터"]
    assert "q=" not in chips["‘코디’"]


def test_nothing_found_says_what_to_do(visitor: Visitor) -> None:
    assert "지금 모집하는 공고가 없어요" in page_of(visitor)
    assert "띄어쓰기는 달라도 찾아요" in page_of(visitor, ("q", "없는낱말"))


def test_pages_keep_the_question(visitor: Visitor) -> None:
    db.session.execute(insert(Opening), bulk(45))
    page = page_of(visitor, ("q", "꾸러미"), ("province", "11"), ("page", "2"))
    links = [unescape(link) for link in re.findall(r'href="(/openings\?[^"]*page=3[^"]*)"', page)]
    assert links
    assert all("province=11" in link and "q=" in link for link in links)
    assert "공고 45건" in page
    assert page.count('class="opening-card"') == 20
    assert page_of(visitor, ("page", "99")).count('class="opening-card"') == 5


HOSTILE = (
    '"',
    "'; DROP TABLE openings --",
    "AND OR NOT",
    "NEAR(a b)",
    "*",
    "\0",
    "가" * 10_000,
    "<script>",
    "%_\\",
    "\ud83d\ude00",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_is_asked_is_an_error(visitor: Visitor, text: str) -> None:
    make_opening()
    text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    page = page_of(
        visitor, *((name, text) for name in ("q", "province", "district", "pay", "hours", "sort", "page", "work"))
    )
    assert "<script>" not in page.replace('<script type="module"', "")
    for name in ("province", "district"):
        page_of(visitor, (name, "11"), ("district", text), ("q", "코디"))


def test_a_question_reads_back_from_its_address() -> None:
    question = ask(
        q=" 도시  재생 ", province="11", district="중구", work=["office", "planner"], pay="h13000", sort="pay"
    )
    assert question.arguments() == {
        "q": "도시 재생",
        "province": "11",
        "district": "중구",
        "work": ["planner", "office"],
        "pay": "h13000",
        "sort": "pay",
    }
    assert ask(**question.arguments()) == question
    assert ask(province="99", work="king", sort="up", district="중구") == Question()


@pytest.fixture
def statements(app: Any) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []

    def note(_c: Any, _u: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        found.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    return found


PLANS: tuple[dict[str, Any], ...] = (
    {},
    {"province": "11", "sort": "pay"},
    {"q": "채용", "sort": "deadline"},
    {"q": "도시 재생", "work": ["office"]},
    {"q": "코디네이터"},
)


@pytest.mark.parametrize("exact", [1_000, 3])
def test_a_page_takes_few_queries_and_reads_no_table_through(
    app: Any, statements: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch, exact: int
) -> None:
    at = clock.now()
    make_many(at)
    db.session.execute(select(Opening.id))
    monkeypatch.setattr(search_queries, "EXACT", exact)
    monkeypatch.setattr(search_queries, "FEW", exact)
    for said in PLANS:
        del statements[:]
        assert search_queries.search(ask(**said), 1, at).page.items
        asked = [(s, p) for s, p in statements if s.lstrip().upper().startswith("SELECT")]
        assert len(asked) <= 6, said
        for statement, parameters in asked:
            assert not scans(statement, parameters), (said, scans(statement, parameters))


def scans(statement: str, parameters: Any) -> list[str]:
    """Answer the steps of a plan that read a table of openings from end to end."""
    connection = db.session.connection()
    if db.engine.dialect.name == "sqlite":
        plan = [row[3] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)]
        # Walking along the index of an order, as far as the page reaches, is no such scan; all of one state is one.
        return [
            s
            for s in plan
            if (s.startswith("SCAN opening") and "VIRTUAL TABLE INDEX" not in s and "USING" not in s)
            or s.endswith("(state=?)")
        ]
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    plan = [row[0] for row in connection.exec_driver_sql("EXPLAIN " + statement, parameters)]
    return [s for s in plan if "Seq Scan on opening" in s]


def test_reading_a_table_through_would_be_seen(app: Any) -> None:
    make_opening()
    assert scans("SELECT opening_id FROM opening_searches ORDER BY title", ())
    some = ", ".join(map(str, range(20)))
    assert scans(f"SELECT title FROM openings WHERE id IN ({some}) AND state = 'published'", ()) or not _is_sqlite()


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def test_a_page_far_beyond_the_end_is_no_error_where_not_all_are_counted(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(3):
        make_opening()
    db.session.commit()
    monkeypatch.setattr(search_queries, "EXACT", 1)
    monkeypatch.setattr(search_queries, "FEW", 1)
    assert visitor.get("/openings?q=도시재생&page=" + "9" * 30).status_code == 200


def test_where_not_all_are_counted_the_pages_end_and_the_last_one_says_what_to_do(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, statements: list[tuple[str, Any]]
) -> None:
    db.session.execute(insert(Opening), bulk(70))
    db.session.commit()
    for name in ("EXACT", "FEW"):
        monkeypatch.setattr(search_queries, name, 1)
    monkeypatch.setattr(search_queries, "DEEPEST", 2)
    words = bulk(1)[0]["title"].split()[0]
    first, last, beyond = (page_of(visitor, ("q", words), ("page", page)) for page in ("1", "2", "10000"))
    assert "조건을 더해 좁혀 주세요" not in first
    for page in (last, beyond):
        assert "여기까지만 보여요" in page
        assert "조건을 더해 좁혀 주세요" in page
        assert 'rel="next"' not in page
        assert 'aria-label="2쪽" aria-current="page"' in page
    walked = [p.values() if isinstance(p, dict) else p for s, p in statements if "OFFSET" in s.upper()]
    assert [20 in list(values) for values in walked].count(True) == 2
    assert not any(199_980 in list(values) for values in walked), "nobody walks farther"


def test_a_list_that_is_counted_can_be_read_to_its_end(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    db.session.execute(insert(Opening), bulk(70))
    db.session.commit()
    monkeypatch.setattr(search_queries, "DEEPEST", 2)
    page = page_of(visitor, ("page", "4"))
    assert 'aria-label="4쪽" aria-current="page"' in page
    assert "조건을 더해 좁혀 주세요" not in page


def test_the_list_has_a_limit_that_nobody_who_reads_meets(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.limiter.storage.reset()
    # Counted already: three hundred pages would take the test long.
    limiter.limiter.hit(limits.parse("300 per minute"), "127.0.0.1", "app.jobs.board.opening_views.index", cost=299)
    answers = [visitor.get("/openings?q=코디") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert int(answers[1].headers["Retry-After"]) > 0
    assert visitor.get("/").status_code == 200, "nothing else is shut"
