"""What a browser reads from the QR code on the paper when the service cannot be reached."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.checks import complaints_about
from tests.browser.running import PHONE, Service, Visit, copied_service, open_window, running
from tests.browser.slips import Paper, papers_of, with_every_key_revoked
from tests.conftest import FOLDER

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Afterwards:
    """A phone that has opened a verification page before, and papers, once the service is off."""

    phone: Visit
    papers: list[Paper]
    revoked: Paper


@pytest.fixture(scope="module")
def afterwards(chromium: Browser, prepared: Service) -> Iterator[Afterwards]:
    folder = tempfile.TemporaryDirectory(prefix="ieum-offline-", dir=FOLDER, ignore_cleanup_errors=True)
    with folder as instance:
        service = copied_service(prepared, Path(instance))
        with running(service):
            first, held, revoked, _ = papers = papers_of(service)
            why = ("--reason", "issued_in_error", "--why", "시험")
            service.flask("certificates", "revoke", revoked.certificate, *why)
            phone = open_window(chromium, service, PHONE)
            phone.page.goto(first.scanned)
            phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            # The worker keeps what it needs before it takes over; a page that it serves renews it.
            phone.page.goto(held.scanned)
            phone.page.wait_for_load_state("networkidle")
        yield Afterwards(phone, papers, revoked)
        phone.context.close()


MOMENT = re.compile(r"\d{4}\. \d{1,2}\. \d{1,2}\. \d\d:\d\d에 받은 정보로 확인했어요")


def test_without_the_service_a_paper_is_never_just_valid(afterwards: Afterwards) -> None:
    phone, paper = afterwards.phone, afterwards.papers[3]
    phone.page.goto(paper.scanned)
    expect(phone.page.locator("h1")).to_have_text("그때까지는 유효한 수료증이에요")
    expect(phone.page.locator(".verdict--unknown .verdict__time")).to_have_text(MOMENT)
    expect(phone.page.locator(".verdict--valid")).to_have_count(0)
    expect(phone.page.locator("[data-contents]")).to_contain_text("도시재생")
    phone.troubles[:] = [t for t in phone.troubles if "ERR_" not in t]
    assert complaints_about(phone) == []


def test_without_the_service_a_revoked_paper_is_revoked(afterwards: Afterwards) -> None:
    phone = afterwards.phone
    phone.page.goto(afterwards.revoked.scanned)
    expect(phone.page.locator(".verdict--revoked h1")).to_have_text("폐지된 수료증이에요")
    expect(phone.page.locator(".verdict__time")).to_have_text(MOMENT)


def test_without_the_service_an_altered_paper_is_refused(afterwards: Afterwards) -> None:
    phone, (first, second, *_rest) = afterwards.phone, afterwards.papers
    altered = first.digits[:-1] + str((int(first.digits[-1]) + 1) % 10)
    for digits in (altered, second.digits):
        phone.page.goto(f"/v/{first.certificate}#{digits}")
        expect(phone.page.locator(".verdict--invalid h1")).to_be_visible()


def test_without_the_service_and_a_code_nothing_is_claimed(afterwards: Afterwards) -> None:
    phone = afterwards.phone
    phone.page.goto(f"/v/{afterwards.papers[0].certificate}")
    expect(phone.page.locator(".verdict--unknown h1")).to_have_text("지금은 확인할 수 없어요")
    expect(phone.page.locator("[data-contents]")).to_be_hidden()


def test_without_the_service_nothing_is_known_of_a_revoked_key(afterwards: Afterwards) -> None:
    phone, (first, second, *_rest) = afterwards.phone, afterwards.papers
    phone.page.goto(f"/v/{first.certificate}")
    path = "/.well-known/did.json"
    read = "async (path) => (await caches.match(path)).json()"
    keep = """async ([path, document]) => {
        const cache = await caches.open((await caches.keys())[0]);
        await cache.delete(path, { ignoreVary: true });
        await cache.put(path, new Response(JSON.stringify(document)));
    }"""
    document = phone.page.evaluate(read, path)
    # What the service sent may be used for some minutes, and would be asked for first.
    phone.context.new_cdp_session(phone.page).send("Network.clearBrowserCache")
    phone.page.evaluate(keep, [path, with_every_key_revoked(document)])
    for paper, face in ((first, "unknown"), (afterwards.revoked, "revoked")):
        phone.page.goto("about:blank")
        phone.page.goto(paper.scanned)
        expect(phone.page.locator(f".verdict--{face} .verdict__time")).to_have_text(MOMENT)
        expect(phone.page.locator("[data-contents]")).to_be_hidden()
    phone.page.goto(f"/v/{first.certificate}#{second.digits}")
    expect(phone.page.locator(".verdict--invalid h1")).to_be_visible()
    phone.page.evaluate(keep, [path, document])
