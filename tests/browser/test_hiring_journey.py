"""From an opening to a job and the destruction of its papers: the tests are its steps, in order.

An employer posts a blind opening, a coordinator finds herself short of hours, finishes her course, applies from her
phone, is judged without a name, chosen, hired, and what she handed in is destroyed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.checks import complaints_about
from tests.browser.running import DESK, PHONE, ROOT, Service, Visit, open_window

pytestmark = pytest.mark.browser

REGISTER = ROOT / "tests" / "data" / "attendance" / "2026-F1_출석부.xlsx"
TITLE = "주민상담 코디네이터 모집"
NAME = "홍정훈"


@dataclass
class Journey:
    """What one step finds out for the next."""

    opening: str = ""
    applicant: str = ""
    application: str = ""


@pytest.fixture(scope="module")
def journey() -> Journey:
    return Journey()


@pytest.fixture(scope="module")
def employer(chromium: Browser, service: Service) -> Iterator[Visit]:
    visit = open_window(chromium, service, DESK)
    visit.sign_in("employer@example.org")
    yield visit
    visit.context.close()


@pytest.fixture(scope="module")
def coordinator(chromium: Browser, service: Service) -> Iterator[Visit]:
    visit = open_window(chromium, service, PHONE, has_touch=True)
    visit.sign_in("person1001@example.org")
    yield visit
    visit.context.close()


def test_the_employer_posts_a_blind_opening_that_asks_for_hours(employer: Visit, journey: Journey) -> None:
    page = employer.page
    page.goto("/hiring")
    page.get_by_role("link", name="공고 쓰기").first.click()
    page.fill("input[name=title]", TITLE)
    page.select_option("select[name=province]", label="서울")
    page.fill("input[name=district]", "종로구")
    page.select_option("select[name=employment_type]", label="기간제")
    page.select_option("select[name=pay_unit]", label="월급")
    page.fill("input[name=pay_min]", "2600000")
    page.fill("input[name=headcount]", "1")
    page.fill("input[name=deadline_on]", "2099-12-31")
    page.check("input[name=blind]")
    page.get_by_role("button", name="저장하기").click()
    expect(page.locator("h1")).to_have_text(TITLE)
    journey.opening = page.url.rsplit("/", 1)[1]
    assert complaints_about(employer) == []
    page.goto(f"/hiring/{journey.opening}/requirements/new")
    page.select_option("select[name=kind]", label="이수시간")
    page.select_option("select[name=course_kind]", label="양성교육")
    page.fill("input[name=hours]", "40")
    page.get_by_role("button", name="저장하기").click()
    expect(page.locator("main")).to_contain_text("양성교육 40시간 이상")
    assert complaints_about(employer) == []
    page.goto(f"/hiring/{journey.opening}")
    page.get_by_role("button", name="공고 올리기").click()
    expect(page.locator("main")).to_contain_text("모집 중")
    assert complaints_about(employer) == []


def test_the_coordinator_finds_it_whatever_the_spacing_and_is_short_of_hours(
    coordinator: Visit, journey: Journey
) -> None:
    page = coordinator.page
    page.goto("/openings?q=주민 상담")
    assert complaints_about(coordinator) == []
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url(f"**/openings/{journey.opening}")
    expect(page.locator("main")).to_contain_text("40시간 부족")
    assert complaints_about(coordinator) == []


def test_after_her_course_the_same_page_says_what_proves_it(
    coordinator: Visit, journey: Journey, service: Service
) -> None:
    service.flask("training", "import-attendance", str(REGISTER), "--cohort", "2026-F1")
    service.flask("certificates", "issue", "--cohort", "2026-F1")
    coordinator.page.goto(f"/openings/{journey.opening}")
    expect(coordinator.page.locator("main")).to_contain_text("충족: 제 2026-양성-0001호")
    assert complaints_about(coordinator) == []


def test_she_applies_from_her_phone_and_has_a_receipt_at_once(coordinator: Visit, journey: Journey) -> None:
    page = coordinator.page
    page.get_by_role("link", name="지원하기").first.click()
    page.get_by_role("button", name="시작하기").click()
    assert complaints_about(coordinator) == []
    page.locator("main").get_by_role("link", name=re.compile("다음|계속|서류")).first.click()
    expect(page.locator("h1")).to_have_text("서류 고르기")
    page.locator("input[name=items]").first.check()
    page.fill("textarea[name=words]", f"저는 {NAME}입니다. 주민과 오래 일했습니다.")
    page.fill("input[name=phone]", "010-1111-2222")
    assert complaints_about(coordinator) == []
    page.get_by_role("button", name="다음", exact=True).click()
    expect(page.locator("h1")).to_have_text("제공 동의")
    page.locator("input[name=agrees]").check()
    assert complaints_about(coordinator) == []
    page.get_by_role("button", name="다음", exact=True).click()
    expect(page.locator("h1")).to_have_text("확인하고 내기")
    assert complaints_about(coordinator) == []
    page.get_by_role("button", name="지원서 내기").dblclick()
    expect(page.locator("main")).to_contain_text("접수번호")
    journey.application = re.findall(r"[0-9a-f]{32}", page.url)[-1]


def test_the_employer_judges_her_without_a_name(employer: Visit, journey: Journey) -> None:
    page = employer.page
    page.goto(f"/hiring/{journey.opening}/applications")
    expect(page.locator("main")).to_contain_text("지원번호 1번")
    assert complaints_about(employer) == []
    page.goto(f"/hiring/{journey.opening}/applications/{journey.application}")
    page.get_by_role("button", name=re.compile("열람|열어|열기")).first.click()
    expect(page.locator("main")).to_contain_text("서명 확인됨")
    said = page.content()
    for secret in (NAME, "010-1111-2222", "2026-양성-0001", "1969", "서울도시재생교육원"):
        assert secret not in said
    assert complaints_about(employer) == []


def decide(employer: Visit, journey: Journey, stage: str) -> None:
    page = employer.page
    page.goto(f"/hiring/{journey.opening}/applications/{journey.application}")
    page.get_by_role("button", name=stage, exact=True).click()
    expect(page.locator("h1")).to_contain_text("결정 확인")
    assert complaints_about(employer) == []
    page.get_by_role("button", name="정하고 메일 보내기").click()
    expect(page.locator("main")).to_contain_text(stage)


def test_from_the_interview_on_the_name_can_be_opened_and_she_sees_that(
    employer: Visit, coordinator: Visit, journey: Journey
) -> None:
    decide(employer, journey, "서류합격")
    page = employer.page
    page.goto(f"/hiring/{journey.opening}/applications/{journey.application}")
    assert page.get_by_role("button", name="인적사항 열기").count() == 0
    decide(employer, journey, "면접")
    page.goto(f"/hiring/{journey.opening}/applications/{journey.application}")
    page.get_by_role("button", name="인적사항 열기").click()
    expect(page.locator("h1")).to_have_text(NAME)
    assert complaints_about(employer) == []
    coordinator.page.goto(f"/applications/{journey.application}")
    expect(coordinator.page.locator("main")).to_contain_text("기관이 인적사항을 열어 봤어요")
    assert complaints_about(coordinator) == []


def test_she_is_hired_and_her_portfolio_says_so(employer: Visit, coordinator: Visit, journey: Journey) -> None:
    decide(employer, journey, "최종합격")
    page = employer.page
    page.goto(f"/hiring/{journey.opening}/applications/{journey.application}")
    page.get_by_role("link", name="채용 확정하기").click()
    assert complaints_about(employer) == []
    page.fill("input[name=started_on]", "2026-11-02")
    page.get_by_role("button", name=re.compile("확정|저장")).first.click()
    coordinator.page.goto("/portfolio/experiences")
    expect(coordinator.page.locator("main")).to_contain_text("한빛마을기업")
    expect(coordinator.page.locator("main")).to_contain_text("확인됨")
    assert complaints_about(coordinator) == []


def test_what_she_handed_in_is_destroyed(employer: Visit, coordinator: Visit, journey: Journey) -> None:
    page = employer.page
    page.goto(f"/hiring/{journey.opening}/destruction")
    assert complaints_about(employer) == []
    page.locator("input[name=sure]").check()
    page.get_by_role("button", name="파기하기").click()
    expect(page).to_have_url(re.compile(r"/destructions$"))
    assert complaints_about(employer) == []
    page.goto(f"/hiring/{journey.opening}/applications/{journey.application}")
    assert NAME not in page.content()
    coordinator.page.goto("/applications")
    assert complaints_about(coordinator) == []
