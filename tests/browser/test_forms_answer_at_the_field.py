"""What is wrong with a file or a form is said where it can be put right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.checks import complaints_about
from tests.browser.running import DESK, ROOT, Service, Visit, open_window

pytestmark = pytest.mark.browser

BAD = ROOT / "tests" / "data" / "bad"
RESIDENT_NUMBER = "850315-1234567"
WHOLE_FILE = {
    "empty.csv": "파일에 내용이 없어요",
    "pdf_renamed.xlsx": "PDF 형식이에요",
    "truncated.xlsx": "파일이 손상되어 열 수 없어요",
}
# The cell as Excel names it, and the words that tell the clerk what to do.
IN_CELLS = {
    "impossible_date.xlsx": ("F3", "달력에 없는 날짜예요"),
    "no_name_column.xlsx": ("A3", "이름 열이 없어요"),
    "not_a_session_date.xlsx": ("G3", "이 기수의 수업이 없어요"),
    "resident_number.xlsx": ("D5", "주민등록번호는 받을 수 없어"),
    "same_person_twice.xlsx": ("B9", "두 번 있어요"),
    "unknown_mark.xlsx": ("I12", "‘??’의 뜻을 알 수 없어요"),
    "unknown_person.xlsx": ("B6", "명단에 없어요"),
}
ACCEPTED = {"formula_cell.xlsx"}


@pytest.fixture(scope="module")
def clerk(chromium: Browser, service: Service) -> Iterator[Visit]:
    visit = open_window(chromium, service, DESK)
    visit.sign_in("centre@example.org")
    yield visit
    visit.context.close()


@pytest.fixture
def upload_page(clerk: Visit, service: Service) -> Visit:
    """The form that takes the register of 2026-F1."""
    cohort = service.public_id("SELECT public_id FROM cohorts WHERE code = '2026-F1'")
    clerk.page.goto(f"/cohorts/{cohort}/attendance/new")
    return clerk


def test_every_bad_sample_is_tried_below() -> None:
    assert {file.name for file in BAD.iterdir()} == set(WHOLE_FILE) | set(IN_CELLS) | ACCEPTED


@pytest.mark.parametrize(("name", "words"), WHOLE_FILE.items())
def test_a_file_that_is_no_table_is_refused_at_its_field(upload_page: Visit, name: str, words: str) -> None:
    upload_page.send_file(BAD / name)
    page = upload_page.page
    error = page.locator(".field--wrong .field__error")
    expect(error).to_contain_text(words)
    assert error.get_attribute("id") in (page.get_attribute("input[type=file]", "aria-describedby") or "").split()
    expect(page.locator(".error-summary")).to_be_focused()
    assert complaints_about(upload_page) == []


@pytest.mark.parametrize(("name", "answer"), IN_CELLS.items())
def test_a_wrong_cell_is_named_with_its_sheet_row_and_column(
    upload_page: Visit, name: str, answer: tuple[str, str]
) -> None:
    upload_page.send_file(BAD / name)
    cell, words = answer
    row = upload_page.page.locator("tbody tr")
    expect(row).to_have_count(1)
    assert row.locator("th, td").all_inner_texts()[:4] == [cell, "출석부", cell[1:], cell[:1]]
    expect(row).to_contain_text(words)
    # The corrected file goes in from the same page.
    expect(upload_page.page.locator("input[type=file]")).to_be_visible()
    assert complaints_about(upload_page) == []


def test_a_resident_number_is_shown_nowhere_and_kept_nowhere(upload_page: Visit, service: Service) -> None:
    upload_page.send_file(BAD / "resident_number.xlsx")
    expect(upload_page.page.locator("main")).to_contain_text("주민등록번호로 보이는 번호가 있어요")
    shown = upload_page.page.content()
    kept = b"".join(
        file.read_bytes() for file in Path(service.environment["IEUM_INSTANCE_DIR"]).rglob("*") if file.is_file()
    )
    for spelling in (RESIDENT_NUMBER, RESIDENT_NUMBER.replace("-", ""), RESIDENT_NUMBER[7:]):
        assert spelling not in shown
        assert spelling.encode() not in kept


def test_a_formula_is_read_as_text_and_the_file_can_be_applied(upload_page: Visit) -> None:
    upload_page.send_file(BAD / "formula_cell.xlsx")
    expect(upload_page.page.locator("h1")).to_have_text("출석부 미리보기")
    expect(upload_page.page.get_by_role("button", name="출결 적용").first).to_be_visible()


def test_the_corrected_file_goes_in_from_the_page_of_problems(upload_page: Visit) -> None:
    upload_page.send_file(BAD / "unknown_mark.xlsx")
    expect(upload_page.page.locator("h1")).to_have_text("고칠 곳이 있어요")
    upload_page.send_file(ROOT / "tests" / "data" / "attendance" / "2026-F1_출석부.xlsx")
    expect(upload_page.page.locator("h1")).to_have_text("출석부 미리보기")


def test_nothing_chosen_is_said_at_the_field(upload_page: Visit) -> None:
    upload_page.page.get_by_role("button", name="미리보기").click()
    expect(upload_page.page.locator(".field__error")).to_contain_text("파일을 골라 주세요")
    assert complaints_about(upload_page) == []


def test_an_empty_sign_up_is_answered_at_every_field_and_begins_at_the_summary(phone: Visit) -> None:
    phone.page.goto("/sign-up")
    phone.page.get_by_role("button", name="가입하기").click()
    summary = phone.page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    for name in ("name", "birth_date", "email", "password"):
        field = phone.page.locator(f"input[name={name}]")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(phone.page.locator(f"#{name}-error")).to_be_visible()
        assert f"{name}-error" in (field.get_attribute("aria-describedby") or "").split()
    expect(phone.page.locator(".field__error")).to_have_count(6)
    assert complaints_about(phone) == []


def test_who_works_for_an_organisation_is_asked_for_no_date_of_birth(phone: Visit) -> None:
    phone.page.goto("/sign-up")
    born, consents = phone.page.locator("input[name=birth_date]"), phone.page.locator(".card__title:visible")
    expect(born).to_be_visible()
    expect(consents).to_have_text(["개인정보 수집·이용 동의"])
    phone.page.check("input[value=staff]")
    expect(born).to_be_hidden()
    expect(consents).to_have_text(["개인정보 수집·이용 동의 (기관 담당자)"])
    phone.page.get_by_role("button", name="가입하기").click()
    expect(phone.page.locator(".field__error")).to_have_count(4)
    expect(born).to_be_hidden()
    assert complaints_about(phone) == []


def test_the_summary_leads_to_the_field_by_keyboard_and_what_was_right_is_kept(phone: Visit) -> None:
    phone.page.goto("/sign-up")
    phone.page.fill("input[name=name]", "홍길동")
    phone.page.fill("input[name=email]", "gildong@example.org")
    phone.page.check("input[value=trainee]")
    phone.page.fill("input[name=birth_date]", "1990년 2월 30일")
    phone.page.get_by_role("button", name="가입하기").click()
    expect(phone.page.locator(".error-summary")).to_be_focused()
    phone.page.keyboard.press("Tab")
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator("input[name=birth_date]")).to_be_focused()
    expect(phone.page.locator("input[name=birth_date]")).to_have_value("1990년 2월 30일")
    expect(phone.page.locator("input[name=name]")).to_have_value("홍길동")
    expect(phone.page.locator("input[name=email]")).to_have_value("gildong@example.org")
    expect(phone.page.locator("input[name=password]")).to_have_value("")


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(phone: Visit) -> None:
    words = []
    for email in ("person2001@example.org", "nobody@example.org"):
        phone.page.goto("/sign-in")
        phone.page.fill("input[name=email]", email)
        phone.page.fill("input[name=password]", "not the password")
        phone.page.press("input[name=password]", "Enter")
        expect(phone.page.locator(".error-summary")).to_be_focused()
        words.append(phone.page.locator(".error-summary").inner_text())
        assert complaints_about(phone) == []
    assert words[0] == words[1]
