"""Portals are asked over https: all pages or nothing; in trouble they change nothing, and the key goes nowhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import audit, clock, jobs
from app.core.db import db
from app.core.foreign_fetch import Fetcher
from app.core.sealing import seal
from app.jobs.listings import import_closing, pull_service
from app.jobs.listings.import_models import ImportRun, ListSource
from app.jobs.listings.listing_messages import explain
from app.jobs.listings.portal_pages import address, names_a_key
from app.jobs.opening_models import Opening
from app.jobs.opening_words import OpeningSource
from tests.factories.foreign_host import HOST, ForeignHost, document, drip
from tests.factories.jobs import make_opening
from tests.factories.lists import alio, notice, wanted, work24

KEY = "Secret+Key/For=Tests"
URL = f"https://{HOST}/list?callTp=L&returnType=XML"


@pytest.fixture(scope="module")
def portal() -> Iterator[ForeignHost]:
    host = ForeignHost()
    yield host
    host.close()


@pytest.fixture(autouse=True)
def _nothing_yet(portal: ForeignHost) -> None:
    portal.pages.clear()
    portal.asked.clear()


def path(page: int = 1, kind: OpeningSource = OpeningSource.WORK24, url: str = URL, key: str = KEY) -> str:
    parts = urlsplit(address(kind, url, key, page))
    return f"{parts.path}?{parts.query}"


def make_source(kind: str = "work24", url: str = URL, key: str = KEY, **values: Any) -> ListSource:
    source = ListSource(kind=kind, name=f"{kind} 목록", url=url, mapping={}, enabled=True, created_at=clock.now())
    source.public_id, source.schedule = "0" * 32, "daily"
    source.secret = seal(key.encode(), source.secret_purpose)
    for name, value in values.items():
        setattr(source, name, value)
    db.session.add(source)
    db.session.commit()
    return source


def fetcher(portal: ForeignHost, seconds: float = 3.0) -> Fetcher:
    return portal.fetcher(seconds=seconds, most_bytes=200_000)


def pull(source: ListSource, portal: ForeignHost, seconds: float = 3.0) -> ImportRun:
    return pull_service.pull(source.id, fetcher(portal, seconds), pull_service.WORKER)


def states() -> list[str]:
    return list(db.session.scalars(select(Opening.state).order_by(Opening.id)))


def test_all_pages_are_one_list(app: Flask, portal: ForeignHost) -> None:
    rows = [wanted(number) for number in range(250)]
    for page in (1, 2, 3):
        portal.pages[path(page)] = work24(*rows[(page - 1) * 100 : page * 100], total=250, page=page)
    run = pull(make_source(), portal)
    assert (run.state, run.new, run.is_whole, run.error_code) == ("done", 250, True, "")
    assert portal.asked == [path(1), path(2), path(3)]


def test_public_institutions_are_asked_in_their_own_way(app: Flask, portal: ForeignHost) -> None:
    url = f"https://{HOST}/recruitment/list"
    rows = [notice(number) for number in range(120)]
    for page in (1, 2):
        portal.pages[path(page, OpeningSource.ALIO, url)] = alio(*rows[(page - 1) * 100 : page * 100], total=120)
    run = pull(make_source("alio", url), portal)
    assert (run.new, run.is_whole) == (120, True)
    assert "pageNo=2&numOfRows=100" in portal.asked[1]
    assert "resultType=json" in portal.asked[1]


def test_a_key_written_for_an_address_is_not_written_twice() -> None:
    written = address(OpeningSource.ALIO, f"https://{HOST}/list", "a%2Bb%3D%3D", 1)
    assert written == address(OpeningSource.ALIO, f"https://{HOST}/list", "a+b==", 1)
    assert "serviceKey=a%2Bb%3D%3D&" in written


def test_a_key_in_the_address_itself_is_seen() -> None:
    assert names_a_key(OpeningSource.WORK24, f"https://{HOST}/?authKey=x")
    assert names_a_key(OpeningSource.ALIO, f"https://{HOST}/?ServiceKey=x")
    assert not names_a_key(OpeningSource.ALIO, f"https://{HOST}/?pageNo=1")


HTML = b"<!DOCTYPE html><html><body>maintenance</body></html>"
TROUBLES: dict[str, tuple[Any, str]] = {
    "error": (document(b"", status="500 Internal Server Error"), "status"),
    "not found": (document(b"", status="404 Not Found"), "status"),
    "web page": (HTML, "html"),
    "redirect": (document(b"", f"Location: https://{HOST}/other", status="302 Found"), "redirect"),
    "too big": (b"<wantedRoot>" + b" " * 300_000 + b"</wantedRoot>", "large"),
    "compressed": (document(b"x", "Content-Encoding: gzip"), "encoded"),
    "truncated": (work24(wanted(1), wanted(2))[:-30], "broken_xml"),
    "broken off": (lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n<wanted"), "unreachable"),
    # A drip that has run dry says nothing: each answer has its own.
    "slow": (lambda c: drip(iter([b"HTTP/1.1 200 OK\r\n", *([b"X: y\r\n"] * 50)]), 0.05)(c), "slow"),
    "refusal": (f"<GO24><message>인증키 오류 {KEY}</message></GO24>".encode(), "refused"),
    "doctype": (work24(wanted(1), head='<!DOCTYPE x [<!ENTITY a "b">]>'), "doctype"),
    "bomb": (b"<wantedRoot>" + b"<a>" * 30_000, "unreadable_xml"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_portal_in_trouble_changes_and_closes_nothing(app: Flask, portal: ForeignHost, trouble: str) -> None:
    source = make_source()
    portal.pages[path()] = work24(wanted(1), wanted(2))
    assert pull(source, portal).new == 2
    portal.pages[path()], code = TROUBLES[trouble]
    run = pull(source, portal, seconds=1.5 if trouble == "slow" else 3.0)
    assert (run.state, run.error_code) == ("failed", code)
    assert states() == ["published", "published"]
    said = str(explain(run.error_code, run.error_found))
    assert said
    assert KEY not in said


@pytest.mark.parametrize("trouble", ["error", "web page", "truncated", "slow"])
def test_trouble_on_a_later_page_changes_nothing_either(app: Flask, portal: ForeignHost, trouble: str) -> None:
    source = make_source()
    portal.pages[path()] = work24(wanted(1, title="바뀐 이름"), wanted(9), total=120)
    portal.pages[path(2)] = TROUBLES[trouble][0]
    run = pull(source, portal, seconds=1.5 if trouble == "slow" else 3.0)
    assert (run.state, run.new, states()) == ("failed", 0, [])


def test_an_answer_of_alio_with_another_code_is_none(app: Flask, portal: ForeignHost) -> None:
    url = f"https://{HOST}/list"
    portal.pages[path(1, OpeningSource.ALIO, url)] = alio(notice(1), resultCode=500, resultMsg="점검 중")
    run = pull(make_source("alio", url), portal)
    assert (run.error_code, run.error_found) == ("refused", "점검 중")
    assert states() == []


def test_pages_that_shift_close_nothing_and_the_run_says_so(app: Flask, portal: ForeignHost) -> None:
    source = make_source()
    portal.pages[path()] = work24(*(wanted(number) for number in range(100)), total=101)
    portal.pages[path(2)] = work24(wanted(100), total=101, page=2)
    assert pull(source, portal).new == 101
    # Somebody took number 0 out meanwhile: what stood on page 2 moved to page 1, after that had been read.
    portal.pages[path(2)] = work24(wanted(99), total=101, page=2)
    run = pull(source, portal)
    assert (run.state, run.closed, run.error_code) == ("done", 0, "pages_changed")
    assert set(states()) == {"published"}


def test_an_empty_list_closes_nothing(app: Flask, portal: ForeignHost) -> None:
    source = make_source()
    portal.pages[path()] = work24(wanted(1))
    pull(source, portal)
    portal.pages[path()] = work24(total=0)
    run = pull(source, portal)
    assert (run.state, run.closed, run.error_code) == ("done", 0, "empty")


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/list", "http://portal.example/list", "https://portal.internal/list", "https://x.y:8443/"],
)
def test_inner_addresses_are_never_asked(app: Flask, portal: ForeignHost, url: str) -> None:
    before = portal.hits
    run = pull(make_source(url=url), portal)
    assert (run.state, run.error_code, portal.hits) == ("failed", "address", before)


def test_a_public_name_that_leads_inside_is_never_asked(app: Flask, portal: ForeignHost) -> None:
    source, before = make_source(), portal.hits
    inner = portal.fetcher(lambda host, port: ["10.0.0.1"])
    assert pull_service.pull(source.id, inner, pull_service.WORKER).error_code == "address"
    assert portal.hits == before


def test_the_key_is_in_no_log_row_or_page(app: Flask, portal: ForeignHost, caplog: pytest.LogCaptureFixture) -> None:
    source = make_source()
    portal.pages[path()] = work24(wanted(1, title=f"모집 {KEY}", wantedInfoUrl=f"https://{HOST}/?authKey={KEY}"))
    with caplog.at_level(logging.DEBUG):
        pull(source, portal)
        portal.pages[path()] = f"<GO24><message>{KEY}</message></GO24>".encode()
        pull(source, portal)
    opening = db.session.scalars(select(Opening)).one()
    rows = [opening.title, opening.source_url, *(run.error_found for run in db.session.scalars(select(ImportRun)))]
    assert not [row for row in rows if KEY in row]
    assert "Secret" not in caplog.text
    assert source.secret is not None
    assert KEY.encode() not in source.secret


def test_due_sources_are_pulled_once_and_wait_for_their_next_time(app: Flask, portal: ForeignHost) -> None:
    now = clock.now()
    source = make_source(next_due_at=now - timedelta(minutes=1))
    portal.pages[path()] = work24(wanted(1))
    pull_service.work_off(now, fetcher(portal))
    pull_service.work_off(now, fetcher(portal))
    assert len(portal.asked) == 1
    db.session.refresh(source)
    assert source.next_due_at == now + timedelta(hours=24)


@pytest.mark.databases("sqlite")
def test_a_slow_portal_lets_other_work_pass_before_the_next_is_asked(
    app: Flask, portal: ForeignHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, sent = clock.now(), list[str]()
    for number in range(2):
        make_source(next_due_at=now - timedelta(minutes=1), public_id=str(number) * 32, secret=None)
    portal.pages[path(key="")] = work24(wanted(1))
    monkeypatch.setattr(jobs, "_send", lambda _queue, name: sent.append(name))
    monkeypatch.setattr(pull_service, "TURN_SECONDS", 0.0)
    for turn in (1, 2):
        pull_service.work_off(now, fetcher(portal))
        assert len(portal.asked) == turn
        assert sent.count(pull_service.NAME) == turn
    pull_service.work_off(now, fetcher(portal))
    assert (len(portal.asked), sent.count(pull_service.NAME)) == (2, 2)


def test_a_source_that_is_switched_off_is_not_asked(app: Flask, portal: ForeignHost) -> None:
    make_source(next_due_at=clock.now() - timedelta(minutes=1), enabled=False)
    pull_service.work_off(clock.now(), fetcher(portal))
    assert portal.asked == []


def test_a_run_whose_process_ended_is_said_to_be_interrupted(app: Flask, portal: ForeignHost) -> None:
    source, now = make_source(), clock.now()
    run = ImportRun(source_id=source.id, actor_label="worker", started_at=now - timedelta(hours=1), filename="")
    db.session.add(run)
    db.session.commit()
    pull_service.work_off(now, fetcher(portal))
    db.session.refresh(run)
    assert (run.state, run.error_code) == ("failed", "interrupted")


def test_what_runs_out_is_closed_by_the_worker(app: Flask, portal: ForeignHost) -> None:
    source = make_source()
    tomorrow = clock.seoul_date(clock.now()) + timedelta(days=1)
    portal.pages[path()] = work24(wanted(1, closeDt=f"{tomorrow:%y-%m-%d}"), wanted(2))
    pull(source, portal)
    pull_service.work_off(clock.now() + timedelta(days=3), fetcher(portal))
    assert states() == ["closed", "published"]


def test_a_key_that_cannot_be_opened_is_said(app: Flask, portal: ForeignHost) -> None:
    source = make_source()
    source.secret = b"x" * 60
    db.session.commit()
    assert pull(source, portal).error_code == "sealed"


def test_everything_that_has_run_out_is_closed_in_one_sweep(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much there is: a batch at a time, and what was closed before one that fails stays closed."""
    now = clock.now()
    for number in range(5):
        opening = make_opening(at=now)
        opening.source = OpeningSource.WORK24.value
        opening.deadline_at = now - timedelta(hours=5 - number)
    db.session.commit()
    monkeypatch.setattr(import_closing, "BATCH", 2)
    with monkeypatch.context() as patch:
        patch.setattr(audit, "record_all", break_down_after(1, audit.record_all))
        with pytest.raises(OSError, match="broken down"):
            pull_service.work_off(now, no_portal)
    assert states() == ["closed", "closed", "published", "published", "published"]
    pull_service.work_off(now, no_portal)
    assert states() == ["closed"] * 5


def break_down_after(times: int, does: Callable[..., None]) -> Callable[..., None]:
    left = iter(range(times))

    def do(*arguments: Any) -> None:
        if next(left, None) is None:
            raise OSError("broken down")
        does(*arguments)

    return do


def no_portal(*_asked: Any, **_more: Any) -> Any:
    raise AssertionError("no source is due")
