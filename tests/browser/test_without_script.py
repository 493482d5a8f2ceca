"""With JavaScript switched off nothing essential is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.running import PHONE, ROOT, Service, Visit, open_window

pytestmark = pytest.mark.browser

REGISTER = ROOT / "tests" / "data" / "attendance" / "2026-G1_출석부.csv"


@pytest.fixture
def plain(chromium: Browser, service: Service) -> Iterator[Visit]:
    """A phone that runs no script."""
    visit = open_window(chromium, service, PHONE, java_script_enabled=False)
    yield visit
    visit.context.close()


def test_the_menu_opens_and_leads_on(plain: Visit) -> None:
    plain.page.goto("/")
    plain.page.locator("summary", has_text="메뉴").click()
    plain.page.locator(".menu__panel").get_by_role("link", name="로그인").click()
    expect(plain.page.locator("h1")).to_have_text("로그인")


def test_a_certificate_is_found_by_its_number(plain: Visit, service: Service) -> None:
    number = service.public_id("SELECT document_number FROM certificates ORDER BY id")
    name = service.public_id("SELECT name FROM certificates ORDER BY id")
    plain.page.goto("/verify")
    plain.page.fill("input[name=document_number]", number)
    plain.page.fill("input[name=name_or_birth_date]", name)
    plain.page.get_by_role("button", name="확인하기").click()
    expect(plain.page.locator("h1")).to_have_text("유효한 수료증이에요")
    plain.page.locator("summary").click()
    expect(plain.page.get_by_text("전자서명", exact=True)).to_be_visible()


def test_a_corrected_register_is_previewed_applied_and_taken_back(
    plain: Visit, service: Service, tmp_path: Path
) -> None:
    corrected = tmp_path / "고친 출석부.csv"
    text = REGISTER.read_text(encoding="utf-8-sig")
    corrected.write_text(
        text.replace(",출석,출석,출석,출석,출석,", ",지각,출석,출석,출석,출석,", 1), encoding="utf-8-sig"
    )
    cohort = service.public_id("SELECT public_id FROM cohorts WHERE code = '2026-G1'")
    plain.sign_in("centre@example.org")
    plain.page.goto(f"/cohorts/{cohort}/attendance/new")
    plain.send_file(corrected)
    expect(plain.page.locator("h1")).to_have_text("출석부 미리보기")
    expect(plain.page.locator(".stat", has_text="바뀌는 출결")).to_contain_text("1건")
    plain.page.get_by_role("button", name="출결 적용").first.click()
    expect(plain.page.locator("h1")).to_have_text("출결을 적용했어요")
    plain.page.get_by_role("link", name="이 적용 되돌리기").click()
    plain.page.locator("main form button[type=submit]").click()
    expect(plain.page.locator("h1")).to_have_text("되돌렸어요")
    assert plain.troubles == []
