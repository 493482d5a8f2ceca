"""A badge from elsewhere in a real browser: uploaded on a phone, checked by the real worker, shown for what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.checks import complaints_about
from tests.browser.running import DESK, PHONE, Service, Visit, open_window
from tests.browser.test_hostile_words import HARM, HARMLESS, NAMES
from tests.factories.foreign_badges import BADGE_NAME, ForeignIssuer, baked

pytestmark = pytest.mark.browser

HOLDER = "person2001@example.org"
PAGE = re.compile(r"/portfolio/badges/[0-9a-f]{32}$")


@pytest.fixture(scope="module")
def phone(chromium: Browser, service: Service) -> Iterator[Visit]:
    visit = open_window(chromium, service, PHONE, has_touch=True)
    visit.sign_in(HOLDER)
    yield visit
    visit.context.close()


def upload(visit: Visit, data: bytes, file: Path) -> None:
    file.write_bytes(data)
    visit.page.goto("/portfolio/badges/new")
    visit.send_file(file)
    visit.page.wait_for_url(PAGE)


def test_a_badge_is_uploaded_and_its_page_follows_the_check(phone: Visit, tmp_path: Path) -> None:
    phone.page.goto("/portfolio/badges/new")
    assert complaints_about(phone) == []
    upload(phone, baked(ForeignIssuer().as_json(), "png"), tmp_path / "badge.png")
    # The page loads itself anew when the worker is done.
    expect(phone.page.locator("main .alert__title")).to_have_text("서명이 맞아요")
    expect(phone.page.locator("h1")).to_have_text(BADGE_NAME)
    expect(phone.page.locator(".issuer-host")).to_have_text("주소 없음")
    assert phone.page.locator("main img").count() == 0
    phone.page.locator(".signed-fields summary").click()
    assert complaints_about(phone) == []
    phone.page.goto("/portfolio/badges")
    assert complaints_about(phone) == []


def test_words_of_a_stranger_are_text(phone: Visit, tmp_path: Path) -> None:
    for number, words in enumerate(NAMES[:3]):
        issuer = ForeignIssuer(name=words)
        credential = issuer.credential()
        credential.achievement.name = credential.achievement.description = words
        upload(phone, issuer.as_jwt(achievement=credential.achievement), tmp_path / f"{number}.jwt")
        expect(phone.page.locator("main .alert__title")).to_have_text("서명이 맞아요")
        expect(phone.page.locator("h1")).to_have_text(words)
        assert phone.page.evaluate(HARM) == HARMLESS
        phone.page.goto("/portfolio/badges")
        expect(phone.page.locator("main")).to_contain_text(words)
        assert phone.page.evaluate(HARM) == HARMLESS
    assert phone.troubles == []


def test_without_script_a_badge_is_pasted_looked_at_and_deleted(chromium: Browser, service: Service) -> None:
    plain = open_window(chromium, service, DESK, java_script_enabled=False)
    plain.sign_in(HOLDER)
    plain.page.goto("/portfolio/badges/new")
    altered = ForeignIssuer().as_json().replace(BADGE_NAME.encode(), b"Grand Master")
    plain.page.fill("textarea[name=text]", altered.decode())
    plain.page.get_by_role("button", name="올리고 확인하기").click()
    plain.page.wait_for_url(PAGE)
    answer, again = (
        plain.page.locator("main .alert__title"),
        plain.page.get_by_role("link", name="진행 상황 새로 고침"),
    )
    for _time in range(20):
        if answer.count():
            break
        again.click()
        plain.page.wait_for_timeout(500)
    expect(answer).to_have_text("유효하지 않은 배지예요")
    expect(plain.page.locator("main")).not_to_contain_text("Grand Master")
    plain.page.get_by_role("link", name="지우기").click()
    plain.page.get_by_role("button", name="지우기").click()
    expect(plain.page.locator("main")).to_contain_text("배지를 지웠어요")
    plain.context.close()
