"""How the page of a sunset kit works in all kinds of browsers and hands, from disk and from a static host."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.checks import complaints_about
from tests.browser.running import DESK, PHONE, Service, Visit, open_window
from tests.browser.sunset_kit import SunsetKit, renamed, static_host
from tests.browser.sunset_page import choose, opened, paste, pdf, shown, states, titles

pytestmark = pytest.mark.browser

WITHOUT_WEBCRYPTO = 'Object.defineProperty(crypto, "subtle", { value: undefined });'
WITHOUT_ED25519 = """
    const known = crypto.subtle.importKey.bind(crypto.subtle);
    crypto.subtle.importKey = (format, data, algorithm, ...rest) =>
        algorithm.name === "Ed25519"
            ? Promise.reject(new DOMException("unknown", "NotSupportedError"))
            : known(format, data, algorithm, ...rest);
"""
WITHOUT_INFLATING = "delete globalThis.DecompressionStream;"
# Debian's Chromium has no reader of its own; this one is real, and stands where a phone's browser has its own.
WITH_A_READER = """globalThis.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect(picture) {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [picture.width, picture.height];
        canvas.getContext("2d").drawImage(picture, 0, 0);
        return (await readCodes(canvas.toDataURL())).map((rawValue) => ({ rawValue }));
    }
};"""


@pytest.fixture
def phone(chromium: Browser, kit: SunsetKit) -> Iterator[Visit]:
    visit = opened(chromium, kit.folder)
    yield visit
    visit.context.close()


def test_a_photo_is_read_where_the_browser_can(chromium: Browser, kit: SunsetKit) -> None:
    visit = open_window(chromium, Service("file://", {}), PHONE)
    visit.page.expose_function("readCodes", read_codes)
    visit.context.add_init_script(WITH_A_READER)
    visit.page.goto((kit.folder / "verify.html").as_uri())
    expect(visit.page.locator("[data-asking]")).to_be_visible()
    expect(visit.page.locator("[data-no-reader]")).to_be_hidden()
    blank = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(blank, "JPEG")
    choose(visit, ("paper.png", kit.photo), ("blank.jpg", blank.getvalue()), ("broken.png", b"\x89PNG\r\n\x1a\n..."))
    assert states(visit) == ["held", "unknown", "unknown"]
    assert titles(visit)[1:] == ["사진에서 QR 코드를 찾지 못했어요", "그림을 열 수 없어요"]
    assert shown(visit)["성명"] == kit.held.name
    visit.context.close()


def read_codes(address: str) -> list[str]:
    picture = Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))
    # Asked for every kind of code, it now and then finds one more among the modules of this one.
    return [
        code.text
        for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    ]


def test_it_says_so_where_the_browser_reads_no_photos(phone: Visit) -> None:
    expect(phone.page.locator("[data-no-reader]")).to_contain_text("사진에서 QR 코드를 읽지 못해요")


@pytest.mark.parametrize("script", [WITHOUT_WEBCRYPTO, WITHOUT_ED25519], ids=["WebCrypto", "Ed25519"])
def test_it_works_where_the_browser_lacks(chromium: Browser, kit: SunsetKit, script: str) -> None:
    visit = opened(chromium, kit.folder, script=script)
    missing = "crypto.subtle?.importKey('raw', new Uint8Array(32), { name: 'Ed25519' }, false, ['verify'])"
    assert visit.page.evaluate(f"Promise.resolve({missing}).then((key) => key === undefined, () => true)")
    choose(
        visit,
        ("1.json", kit.held.credential),
        ("2.jwt", kit.revoked.token),
        ("3.json", renamed(kit.held)),
    )
    paste(visit, kit.replaced.slip)
    assert states(visit) == ["replaced", "held", "revoked", "invalid"]
    assert visit.troubles == []
    visit.context.close()


def test_a_browser_that_is_too_old_is_told(chromium: Browser, kit: SunsetKit) -> None:
    visit = opened(chromium, kit.folder, script=WITHOUT_INFLATING)
    expect(visit.page.locator("[data-too-old]")).to_contain_text("너무 오래된 브라우저예요")
    expect(visit.page.locator("[data-asking]")).to_be_hidden()
    visit.context.close()


def test_it_speaks_english_and_keeps_what_it_has_found(chromium: Browser, kit: SunsetKit) -> None:
    visit = opened(chromium, kit.folder, locale="en-GB")
    choose(visit, ("1.json", kit.held.credential), ("2.pdf", pdf()))
    expect(visit.page.locator(".verdict__title").first).to_have_text("This certificate is valid as of 30 May 2026")
    assert shown(visit)["Attended time"] == "20 hours"
    assert complaints_about(visit, "en") == []
    visit.page.click("[data-other-language]")
    expect(visit.page.locator("h1")).to_have_text("서비스 없이 수료증 확인하기")
    assert states(visit) == ["held", "unknown"]
    expect(visit.page.locator("[data-other-language]")).to_be_focused()
    assert complaints_about(visit, "ko") == []
    visit.context.close()


def test_files_can_be_dropped_anywhere(phone: Visit, kit: SunsetKit) -> None:
    phone.page.evaluate(
        """(text) => {
            const dropped = new DataTransfer();
            dropped.items.add(new File([text], "a.json"));
            dropped.items.add(new File([text.slice(0, 100)], "b.json"));
            const how = { dataTransfer: dropped, bubbles: true, cancelable: true };
            document.body.dispatchEvent(new DragEvent("drop", how));
        }""",
        kit.held.credential.decode(),
    )
    expect(phone.page.locator(".result")).to_have_count(2)
    assert states(phone) == ["held", "unknown"]


def test_it_is_used_by_keyboard_alone(chromium: Browser, kit: SunsetKit) -> None:
    visit = opened(chromium, kit.folder, DESK)
    keyboard = visit.page.keyboard

    def tab_to(selector: str) -> None:
        for _ in range(12):
            keyboard.press("Tab")
            if visit.page.locator(f"{selector}:focus").count():
                return
        raise AssertionError(f"{selector} is not reached")

    tab_to("#files")
    tab_to("#code")
    keyboard.insert_text(kit.held.slip)
    tab_to("[data-code] button")
    keyboard.press("Enter")
    expect(visit.page.locator("#results-title")).to_be_focused()
    tab_to(".result__summary")
    expect(visit.page.locator(".result__body")).to_be_visible()
    keyboard.press("Enter")
    expect(visit.page.locator(".result__body")).to_be_hidden()
    tab_to("[data-clear]")
    keyboard.press("Enter")
    expect(visit.page.locator("[data-results]")).to_be_hidden()
    expect(visit.page.locator("#files")).to_be_focused()
    visit.context.close()


def test_the_way_in_from_a_stick_keeps_the_code(chromium: Browser, kit: SunsetKit) -> None:
    visit = open_window(chromium, Service("file://", {}), PHONE)
    visit.page.goto(f"{(kit.folder / 'index.html').as_uri()}#{kit.revoked.slip}")
    expect(visit.page.locator(".result")).to_have_count(1)
    assert states(visit) == ["revoked"]
    assert visit.troubles == []
    visit.context.close()


def test_a_static_host_at_the_old_address_answers_the_codes_on_paper(chromium: Browser, kit: SunsetKit) -> None:
    with static_host(kit.folder) as address:
        visit = open_window(chromium, Service(address, {}), PHONE)
        asked: list[str] = []
        visit.context.on("request", lambda request: asked.append(request.url))
        visit.page.goto(f"/v/{kit.held.public_id}#{kit.held.slip}")
        expect(visit.page.locator(".result")).to_have_count(1)
        assert states(visit) == ["held"]
        assert [url.removeprefix(address).partition("#")[0] for url in asked] == [
            f"/v/{kit.held.public_id}",
            "/verify.html",
        ]
        refused = "fetch('/SHA256SUMS').then(() => 'reached', () => 'refused')"
        assert visit.page.evaluate(refused) == "refused"
        # It is the page's policy that refuses: a page without one reaches what it likes.
        visit.page.goto("/README.txt")
        assert visit.page.evaluate(refused) == "reached"
        visit.context.close()
