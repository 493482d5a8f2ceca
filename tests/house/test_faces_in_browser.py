"""The sample pages in a real browser: accessible, never wider than the screen, whole without script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.house.faces_app import create_faces_app

pytestmark = pytest.mark.browser

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PHONE = {"width": 360, "height": 800}
DESK = {"width": 1280, "height": 900}
PAGES = (
    "/",
    "/?as=someone&trial=1",
    "/components?as=someone",
    "/components?wrong=1",
    "/form",
    "/verification/valid?trial=1",
    "/verification/unknown",
    "/error/404",
)
WCAG_AA = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_faces_app(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    opened = browser.new_page(viewport={"width": PHONE["width"], "height": PHONE["height"]})
    opened.on("console", listen)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    opened.close()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_and_the_policy_blocks_nothing(
    page: Page, address: str, complaints: list[str], path: str, size: dict[str, int]
) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.goto(address + path)
    results = Axe().run(page, options=WCAG_AA)
    assert results.violations_count == 0, results.generate_report()
    assert complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    for width in (320, 360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PAGES)
def test_text_of_twice_the_size_stays_inside(page: Page, address: str, path: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address + path)
    # All sizes are in rem, so this is what the browser's own text setting does.
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_everything_pressable_is_large_enough_for_a_thumb(page: Page, address: str) -> None:
    page.goto(f"{address}/components?as=someone")
    small = page.evaluate(
        """[...document.querySelectorAll("button, .button, .input, summary, .tools__link, .tabs a, .filters a")]
        .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44)
        .map((e) => e.outerHTML)"""
    )
    assert small == []


def test_the_first_tab_reaches_the_content(page: Page, address: str) -> None:
    page.goto(f"{address}/components?as=someone")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_phone_menu_closes_by_escape_and_gives_the_focus_back(page: Page, address: str) -> None:
    page.goto(f"{address}/?as=someone")
    page.click("summary")
    assert page.locator(".menu__panel").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".menu__panel").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_phone_menu_opens_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/?as=someone")
    page.click("summary")
    assert page.locator(".menu__panel").is_visible()
    context.close()


def test_without_script_no_dead_button_is_shown_and_progress_has_a_link(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/components")
    assert page.locator("[data-copy]:visible, [data-print]:visible").count() == 0
    assert page.locator("[data-poll-fallback] a").is_visible()
    context.close()


def test_a_form_with_errors_opens_at_their_summary_which_leads_to_the_field(page: Page, address: str) -> None:
    page.goto(f"{address}/components?wrong=1")
    assert "error-summary" in str(page.evaluate("document.activeElement.className"))
    page.click('.error-summary a[href="#birth_date"]')
    assert page.evaluate("document.activeElement.id") == "birth_date"
    page.click('.error-summary a[href="#kind-0"]')
    assert page.evaluate("document.activeElement.id") == "kind-0"


def test_a_chosen_file_is_named_and_a_wrong_kind_is_said(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/components")
    sheet = tmp_path / "출석부.xlsx"
    sheet.write_bytes(b"x" * 3000)
    with page.expect_file_chooser() as chooser:
        page.get_by_text("파일 고르기", exact=True).click()
    chooser.value.set_files(sheet)
    assert page.locator(".file-upload__file").inner_text().split() == ["출석부.xlsx", "3", "KB"]
    assert page.locator("[data-file-pick]").inner_text() == "다른 파일 고르기"
    other = tmp_path / "출석부.hwp"
    other.write_bytes(b"x")
    page.set_input_files("input[type=file]", other)
    assert "받을 수 없는 형식이에요." in page.locator(".file-upload__file--wrong").inner_text()


def test_a_dropped_file_is_in_the_field(page: Page, address: str) -> None:
    page.goto(f"{address}/components")
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "출석부.csv"));
            const area = document.querySelector("[data-file-area]");
            area.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    assert page.evaluate("document.querySelector('input[type=file]').files[0].name") == "출석부.csv"


def test_progress_follows_the_work(page: Page, address: str) -> None:
    page.goto(f"{address}/components")
    expect(page.locator("[data-poll-text]")).to_have_text("24장 가운데 10장")
    expect(page.locator("[data-poll-bar]")).to_have_js_property("value", 10)
    assert not page.locator("[data-poll-fallback]").is_visible()
