"""Markup in names, files and cells is text: it is shown as it was written and does nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.running import DESK, PHONE, Service, Visit, open_window

pytestmark = pytest.mark.browser

# Each would set `hit`, ask for an image that does not exist, or add an element.
NAMES = (
    "<img src=x onerror=hit=1>",
    '"><img src=x onerror=hit=1>',
    "'><svg/onload=hit=1>",
    "<script>hit=1</script>",
    "</title><script>hit=1</script>",
    "<iframe srcdoc=hit>",
    "<a href=javascript:hit=1>",
    "<details open ontoggle=hit=1>",
    "{{ config }}{% raw %}",
    "홍길동<!-- --><b>",
)
ORGANISATION = "<img src=x onerror=hit=1> 교육원"
COURSE = "</title><script>hit=1</script> 과정"
COHORT = '" autofocus onfocus="hit=1" 1기'
POLICY = "<svg onload=hit=1>"
MARK = "<b onclick=hit=1>"
SHEET = "<img src=x onerror=hit=1>"
FILE = "<img src=x onerror=hit=1>.xlsx"
PERSON = ("하명숙", "1964-02-03", "person2001@example.org")
HARM = """() => ({
    hit: "hit" in window,
    handlers: [...document.querySelectorAll("*")].map((e) => [...e.attributes].map((a) => a.name)).flat()
        .filter((name) => name.startsWith("on")),
    foreign: [...document.querySelectorAll("iframe, object, embed, main script, script:not([src^='/static/'])")]
        .map((e) => e.outerHTML),
    links: [...document.links].map((a) => a.href).filter((href) => href.startsWith("javascript:")),
})"""
HARMLESS = {"hit": False, "handlers": [], "foreign": [], "links": []}


@dataclass
class Place:
    """Where the centre's pages are, step by step."""

    cohort: str = ""
    upload: str = ""


@pytest.fixture(scope="module")
def place() -> Place:
    return Place()


@pytest.fixture(scope="module")
def clerk(chromium: Browser, service: Service) -> Iterator[Visit]:
    visit = open_window(chromium, service, DESK)
    visit.sign_in("office@example.org")
    yield visit
    visit.context.close()


def shows(visit: Visit, *texts: str) -> None:
    """Fail unless the open page shows each text as it was written and nothing of it came to life."""
    for text in texts:
        expect(visit.page.locator("main")).to_contain_text(text)
    assert visit.page.evaluate(HARM) == HARMLESS
    assert visit.troubles == []


def table(file: Path, rows: list[tuple[str, ...]], sheet: str = "명단") -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    page = workbook.create_sheet()
    page.title = sheet
    for row in rows:
        page.append(row)
    workbook.save(file)
    return file


def test_a_centre_with_such_a_name_registers_and_is_approved(
    clerk: Visit, chromium: Browser, service: Service
) -> None:
    clerk.page.goto("/organisations/new")
    clerk.page.fill("input[name=name]", ORGANISATION)
    clerk.page.check("input[value=training_centre]")
    clerk.page.get_by_role("button", name="등록 신청하기").click()
    shows(clerk, ORGANISATION)
    operator = open_window(chromium, service, PHONE)
    operator.sign_in("operator@example.org")
    shows(operator, ORGANISATION)
    operator.page.get_by_role("link", name=ORGANISATION).click()
    shows(operator, ORGANISATION)
    operator.page.get_by_role("button", name="승인하기").click()
    shows(operator, ORGANISATION)
    operator.context.close()


def test_a_plan_with_such_names_is_previewed_and_stored(clerk: Visit, place: Place, tmp_path: Path) -> None:
    session = {"number": 1, "date": "2026-03-09", "start": "14:00", "end": "18:00"}
    course = {"code": "X-1", "name": COURSE, "kind": "general", "cohort": COHORT, "capacity": 30}
    policy = {"name": POLICY, "version": 1, "completion_rate": 0.8, "slips_per_absence": 3}
    rules = {"grace_minutes": 10, "absent_below": 0.5}
    plan = {"centre": ORGANISATION, "policy": policy | rules, "courses": [course | {"sessions": [session]}]}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    clerk.page.goto("/cohorts/plan")
    clerk.send_file(file)
    shows(clerk, COURSE, COHORT, POLICY)
    clerk.page.get_by_role("button", name="가져오기").click()
    shows(clerk, COURSE, COHORT)
    clerk.page.get_by_role("link", name=COHORT).click()
    place.cohort = clerk.page.url
    shows(clerk, COHORT)


def test_a_roster_of_ten_such_names_is_refused_in_their_own_letters(
    clerk: Visit, place: Place, tmp_path: Path
) -> None:
    people = [(name, f"199{n}-01-01") for n, name in enumerate(NAMES)]
    clerk.page.goto(f"{place.cohort}/roster")
    clerk.send_file(table(tmp_path / FILE, [("성명", "생년월일"), *people], sheet=SHEET))
    expect(clerk.page.locator("tbody tr")).to_have_count(len(NAMES))
    # A message quotes the first letters of a long text.
    shows(clerk, FILE, SHEET, *(name[:20] for name in NAMES))


def test_a_mark_and_a_file_with_such_names_are_shown_as_text(clerk: Visit, place: Place, tmp_path: Path) -> None:
    head = ("성명", "생년월일", "1회차(03.09)")
    clerk.page.goto(f"{place.cohort}/roster")
    clerk.send_file(table(tmp_path / "명단.xlsx", [("성명", "생년월일", "이메일"), PERSON]))
    clerk.page.get_by_role("button", name="명단 저장").click()
    clerk.page.goto(f"{place.cohort}/attendance/new")
    clerk.send_file(table(tmp_path / "표시.xlsx", [head, (*PERSON[:2], MARK)]))
    shows(clerk, MARK)
    clerk.send_file(table(tmp_path / FILE, [head, (*PERSON[:2], "○")], sheet=SHEET))
    shows(clerk, FILE, SHEET)
    clerk.page.get_by_role("button", name="출결 적용").first.click()
    expect(clerk.page.locator("h1")).to_have_text("출결을 적용했어요")
    place.upload = clerk.page.url
    shows(clerk, FILE)


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        ("", (COURSE, COHORT, POLICY)),
        ("/attendance", (FILE,)),
        ("/attendance/new", (COURSE, COHORT)),
        ("/people/new", (COHORT,)),
        ("/certificates", (COURSE, COHORT)),
    ],
)
def test_the_pages_of_the_cohort_show_them(clerk: Visit, place: Place, page: str, texts: tuple[str, ...]) -> None:
    clerk.page.goto(place.cohort + page)
    shows(clerk, *texts)


def test_the_history_of_a_person_shows_the_file_and_the_cell(clerk: Visit, place: Place) -> None:
    clerk.page.goto(place.cohort)
    clerk.page.locator(".register__person a").click()
    clerk.page.locator("summary", has_text="이력 1건").click()
    shows(clerk, FILE, SHEET)
    clerk.page.goto(f"{place.upload}/undo")
    shows(clerk, FILE)


def test_a_certificate_with_such_names_is_issued_and_verified(
    clerk: Visit, place: Place, chromium: Browser, service: Service
) -> None:
    clerk.page.goto(f"{place.cohort}/certificates")
    clerk.page.get_by_role("button", name="1명의 수료증 발급하기").click()
    expect(clerk.page.locator(".alert--success")).to_contain_text("수료증 1장을 발급했어요", timeout=60_000)
    clerk.page.goto("/certificates")
    shows(clerk, COURSE, COHORT)
    clerk.page.locator("tbody th a").first.click()
    shows(clerk, COURSE, COHORT, ORGANISATION)
    with clerk.page.expect_download() as download:
        clerk.page.get_by_role("link", name="PDF 내려받기").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    employer = open_window(chromium, service, PHONE)
    employer.page.goto("/v/" + clerk.page.url.rsplit("/", 1)[1])
    expect(employer.page.locator("h1")).to_have_text("유효한 수료증이에요")
    shows(employer, COURSE, COHORT, ORGANISATION)
    employer.context.close()


def test_the_portfolio_shows_them(phone: Visit) -> None:
    phone.sign_in("person2001@example.org")
    shows(phone, COURSE, COHORT, ORGANISATION)
    phone.page.get_by_role("table").get_by_role("link", name=COURSE).click()
    shows(phone, COURSE, COHORT, ORGANISATION)


def test_searching_shows_what_was_sought(clerk: Visit) -> None:
    for path in ("/cohorts", "/courses", "/certificates"):
        clerk.page.goto(path)
        box = clerk.page.locator("main input[type=search]")
        box.fill(NAMES[1])
        box.press("Enter")
        clerk.page.wait_for_url("**?q=*")
        expect(clerk.page.locator("main input[type=search]")).to_have_value(NAMES[1])
        shows(clerk)
