"""Bulk verification in a real browser: a pile sent on a phone, checked by the worker, and its receipt verified."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.checks import complaints_about
from tests.browser.running import DESK, Service, Visit, open_window

pytestmark = pytest.mark.browser

EMPLOYER = "employer@example.org"
PAGE = re.compile(r"/verify/bulk/[0-9a-f]{32}$")


@pytest.fixture(scope="module")
def papers(service: Service, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A sealed paper, the same paper with something added, and a page that calls itself one."""
    folder = tmp_path_factory.mktemp("papers")
    sealed, edited, page = (folder / f"{name}.pdf" for name in ("수료증", "고친 수료증", "웹 페이지"))
    certificate = service.public_id("SELECT public_id FROM certificates ORDER BY id")
    service.flask("certificates", "export", certificate, "--format", "pdf", "--output", str(sealed))
    edited.write_bytes(sealed.read_bytes() + b"\n")
    page.write_text("<!doctype html><script>alert(1)</script>")
    return [sealed, edited, page]


def send(visit: Visit, papers: list[Path], lines: str) -> None:
    visit.sign_in(EMPLOYER)
    visit.page.goto("/verify/bulk/new")
    visit.page.set_input_files("main input[type=file]", papers)
    visit.page.fill("main textarea", lines)
    visit.page.click("main form button[type=submit]")
    visit.page.wait_for_url(PAGE)


def test_a_pile_is_sent_and_its_page_follows_the_check(
    phone: Visit, service: Service, papers: list[Path], tmp_path: Path
) -> None:
    number = service.public_id("SELECT document_number FROM certificates ORDER BY id")
    send(phone, papers, f"{number} 없는이름\n{number}")
    # The page loads itself anew when the worker is done.
    expect(phone.page.locator("main .alert__title")).to_have_text("5건 중 1건이 유효해요")
    answers = phone.page.locator("tbody tr td:nth-child(2) .badge:first-child")
    assert answers.all_inner_texts() == ["유효", "유효하지 않음", "읽지 못함", "일치하는 수료증 없음", "읽지 못함"]
    phone.page.locator(".answer-fields summary").first.click()
    assert complaints_about(phone) == []
    phone.page.click("nav.filters >> text=유효하지 않음")
    expect(phone.page.locator("tbody tr")).to_have_count(1)
    with phone.page.expect_download() as download:
        phone.page.click("text=확인결과서 PDF")
    receipt = tmp_path / "receipt.pdf"
    download.value.save_as(receipt)
    phone.page.goto("/verify/receipts")
    phone.page.set_input_files("main input[type=file]", receipt)
    phone.page.click("main form button[type=submit]")
    expect(phone.page.locator("main .alert__title").first).to_have_text("발급한 그대로인 확인결과서예요")
    assert complaints_about(phone) == []


def test_it_works_without_script(chromium: Browser, service: Service, papers: list[Path]) -> None:
    visit = open_window(chromium, service, DESK, java_script_enabled=False)
    send(visit, papers[:1], "")
    for _turn in range(50):
        again = visit.page.locator("text=진행 상황 새로 고침")
        if not again.count():
            break
        visit.page.wait_for_timeout(200)
        again.click()
    expect(visit.page.locator("main .alert__title")).to_have_text("수료증 1건이 유효해요.")
    assert visit.troubles == []
    visit.context.close()
