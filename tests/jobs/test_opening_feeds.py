"""Openings for search engines and readers: JobPosting, Atom, sitemap, robots, and what caches may keep."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from app.core import clock
from app.jobs.board import search_queries
from app.jobs.board.opening_posting import posting
from app.jobs.openings import opening_service
from tests.conftest import Visitor
from tests.factories.accounts import make_account, sign_in
from tests.factories.jobs import COMMAND, make_opening

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOSTILE = "</script><script>alert(1)</script>&amp;\u2028"


def data_block(page: str) -> Any:
    return json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[0])


def test_a_page_tells_search_engines_what_the_opening_is(visitor: Visitor) -> None:
    opening = make_opening(duties="주민 상담\n공모사업 지원", place="율곡로 1")
    said = data_block(visitor.get(f"/openings/{opening.public_id}").get_data(as_text=True))
    assert said["@type"] == "JobPosting"
    assert said["title"] == opening.title
    assert said["description"] == "<p>주민 상담<br>공모사업 지원</p>"
    assert said["jobLocation"]["address"] == {
        "@type": "PostalAddress",
        "addressCountry": "KR",
        "addressRegion": "서울",
        "addressLocality": "종로구",
        "streetAddress": "율곡로 1",
    }
    amount = {"@type": "QuantitativeValue", "unitText": "MONTH", "minValue": 2_400_000, "maxValue": 2_800_000}
    assert said["baseSalary"] == {"@type": "MonetaryAmount", "currency": "KRW", "value": amount}
    assert said["validThrough"].endswith("Z")
    assert said["url"] == f"https://ieum.test/openings/{opening.public_id}"
    assert "02-123-4567" not in json.dumps(said), "the person in charge is not for search engines"
    assert "김담당" not in json.dumps(said, ensure_ascii=False)


def test_nothing_in_an_opening_ends_the_block(visitor: Visitor) -> None:
    opening = make_opening(title=HOSTILE, employer_name=HOSTILE, duties=HOSTILE)
    page = visitor.get(f"/openings/{opening.public_id}").get_data(as_text=True)
    assert data_block(page)["title"] == HOSTILE
    assert "alert(1)</script>" not in page
    assert "script-src 'self'" in visitor.get(f"/openings/{opening.public_id}").headers["Content-Security-Policy"]


def test_what_has_ended_is_no_posting(visitor: Visitor) -> None:
    at, opening = clock.now(), make_opening()
    assert posting(opening, "u", "i", at) is not None
    assert posting(opening, "u", "i", at + timedelta(days=31)) is None
    opening_service.close_opening(opening, COMMAND, at)
    assert "ld+json" not in visitor.get(f"/openings/{opening.public_id}").get_data(as_text=True)


def test_a_feed_follows_its_search(visitor: Visitor) -> None:
    fits = make_opening(title="도시재생 <코디네이터> & 활동가\x0b")
    make_opening(title="회계", employer_name="재단", work_kind="office", duties="")
    page = visitor.get("/openings?q=도시 재생&sort=pay").get_data(as_text=True)
    address = re.findall(r'type="application/atom\+xml"[^>]+href="([^"]+)"', page)[0].replace("&amp;", "&")
    answer = visitor.get(address)
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [f"https://ieum.test/openings/{fits.public_id}"]
    assert entries[0].findtext(f"{ATOM}title") == "도시재생 <코디네이터> & 활동가"
    assert entries[0].findtext(f"{ATOM}author/{ATOM}name") == fits.employer_name
    assert feed.findtext(f"{ATOM}updated")
    empty = ElementTree.fromstring(visitor.get("/openings.atom?q=없는낱말").data)
    assert empty.findall(f"{ATOM}entry") == []


def test_the_sitemap_has_every_opening_once(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    published = [make_opening() for _ in range(5)]
    make_opening(state="draft")
    wanted = sorted(f"https://ieum.test/openings/{opening.public_id}" for opening in published)
    whole = ElementTree.fromstring(visitor.get("/sitemap.xml").data)
    pages = [loc.text for loc in whole.iter(f"{MAP}loc")]
    assert pages[0] == "https://ieum.test/openings"
    assert sorted(str(page) for page in pages[1:]) == wanted
    monkeypatch.setattr(search_queries, "SITEMAP_PAGES", 2)
    index = ElementTree.fromstring(visitor.get("/sitemap.xml").data)
    assert index.tag == f"{MAP}sitemapindex"
    parts = [str(loc.text) for loc in index.iter(f"{MAP}loc")]
    found = [
        str(loc.text)
        for part in parts
        for loc in ElementTree.fromstring(visitor.get(part.removeprefix("https://ieum.test")).data).iter(f"{MAP}loc")
    ]
    assert sorted(set(found) - {"https://ieum.test/openings"}) == wanted
    assert visitor.get("/sitemaps/99.xml").status_code == 404


def test_robots_are_led_to_the_sitemap_and_away_from_searches(visitor: Visitor) -> None:
    text = visitor.get("/robots.txt").get_data(as_text=True)
    assert "Sitemap: https://ieum.test/sitemap.xml" in text
    assert "Disallow: /openings?" in text


@pytest.mark.parametrize("path", ["/openings", "/openings?q=코디", "/openings.atom", "/sitemap.xml", "/robots.txt"])
def test_what_has_not_changed_is_not_sent_again(visitor: Visitor, path: str) -> None:
    make_opening()
    first = visitor.get(path)
    tag = first.headers["ETag"]
    assert "no-store" not in first.headers["Cache-Control"]
    again = visitor.get(path, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.data == b""
    make_opening(title="새로 나온 코디네이터")
    if path != "/robots.txt":
        assert visitor.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_nothing_is_kept_of_what_somebody_signed_in_sees(visitor: Visitor) -> None:
    opening = make_opening()
    sign_in(visitor, make_account())
    for path in ("/openings", f"/openings/{opening.public_id}"):
        assert visitor.get(path).headers["Cache-Control"] == "no-store"
