"""From an attendance file to a certificate that an employer verifies by QR: the tests are its steps, in order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, expect

from tests.browser.checks import complaints_about
from tests.browser.running import DESK, PHONE, ROOT, Service, Visit, open_window

pytestmark = pytest.mark.browser

REGISTER = ROOT / "tests" / "data" / "attendance" / "2026-F1_출석부.xlsx"
COHORT = "2026년 상반기 1기"
DOTS_PER_INCH = 150
Report = list[dict[str, Any]]


@dataclass
class Journey:
    """What one step finds out for the next."""

    cohort: str = ""
    certificate: str = ""
    verification: str = ""
    """What the QR code says: the address of the page, `#` and the slip."""
    document_number: str = ""
    credential: bytes = b""
    polled: list[dict[str, Any]] = field(default_factory=list)

    @property
    def page(self) -> str:
        """Answer the address of the verification page, which is all that a server hears of what the QR code says."""
        return self.verification.partition("#")[0]


@pytest.fixture(scope="module")
def journey() -> Journey:
    return Journey()


@pytest.fixture(scope="module")
def clerk(chromium: Browser, service: Service) -> Iterator[Visit]:
    visit = open_window(chromium, service, DESK)
    yield visit
    visit.context.close()


@pytest.fixture(scope="module")
def clerk_on_a_phone(chromium: Browser, service: Service) -> Iterator[Visit]:
    visit = open_window(chromium, service, PHONE, has_touch=True)
    yield visit
    visit.context.close()


@pytest.fixture(scope="module")
def coordinator(chromium: Browser, service: Service) -> Iterator[Visit]:
    visit = open_window(chromium, service, PHONE, has_touch=True)
    yield visit
    visit.context.close()


@pytest.fixture(scope="module")
def employer(chromium: Browser, service: Service) -> Iterator[Visit]:
    """Somebody with a phone, and no account."""
    visit = open_window(chromium, service, PHONE, has_touch=True)
    yield visit
    visit.context.close()


def report(service: Service) -> Report:
    people: Report = json.loads(service.flask("training", "report", "--cohort", "2026-F1", "--format", "json"))
    return people


def figure(visit: Visit, label: str) -> str:
    """Answer the figure that the page shows under a label."""
    return visit.page.locator(".stat", has_text=label).locator(".stat__value").inner_text()


@pytest.mark.parametrize("window", ["clerk", "clerk_on_a_phone"])
def test_the_clerk_signs_in_and_finds_the_work_to_do(request: pytest.FixtureRequest, window: str) -> None:
    clerk: Visit = request.getfixturevalue(window)
    clerk.sign_in("centre@example.org")
    assert clerk.page.url.endswith("/centre")
    card = clerk.page.locator(".card", has_text=COHORT)
    expect(card).to_contain_text("출결 0/15회차")
    expect(card.get_by_role("link", name="출석부 올리기")).to_be_visible()


def test_the_clerk_opens_the_cohort_and_starts_to_upload(clerk: Visit, journey: Journey) -> None:
    clerk.page.locator(".card", has_text=COHORT).get_by_role("link", name="도시재생 코디네이터 양성교육").click()
    expect(clerk.page.locator("h1")).to_have_text(COHORT)
    journey.cohort = clerk.page.url
    clerk.page.get_by_role("link", name="출석부 올리기").first.click()
    expect(clerk.page.locator("h1")).to_have_text("출석부 올리기")
    assert complaints_about(clerk) == []


@pytest.mark.parametrize("window", ["clerk_on_a_phone", "clerk"])
def test_the_preview_counts_thirty_people_of_whom_24_would_complete(
    request: pytest.FixtureRequest, journey: Journey, window: str
) -> None:
    clerk: Visit = request.getfixturevalue(window)
    clerk.page.goto(f"{journey.cohort}/attendance/new")
    clerk.send_file(REGISTER)
    expect(clerk.page.locator("h1")).to_have_text("출석부 미리보기")
    assert figure(clerk, "확인한 사람").startswith("30명")
    assert figure(clerk, "적용하면 수료") == "24명"
    namesakes = clerk.page.locator("tbody tr", has_text="홍정훈")
    expect(namesakes).to_have_count(2)
    expect(namesakes.nth(0)).to_contain_text("1969. 10. 28.")
    expect(namesakes.nth(1)).to_contain_text("1974. 7. 2.")
    assert complaints_about(clerk) == []


def test_nothing_is_stored_before_the_clerk_confirms(service: Service) -> None:
    people = report(service)
    assert len(people) == 30
    assert {mark for person in people for mark in person["marks"]} == {None}
    assert {person["credited_minutes"] for person in people} == {0}


def test_confirming_stores_exactly_what_the_file_says(clerk: Visit, service: Service) -> None:
    clerk.page.get_by_role("button", name="출결 적용").last.click()
    expect(clerk.page.locator("h1")).to_have_text("출결을 적용했어요")
    assert figure(clerk, "지금 수료").startswith("24명")
    assert complaints_about(clerk) == []
    expected = json.loads((ROOT / "tests" / "data" / "expected.json").read_text(encoding="utf-8"))
    (people,) = [one["people"] for one in expected if one["cohort"] == "2026-F1"]
    assert report(service) == people


def test_going_back_shows_the_form_and_no_question_of_the_browser(clerk: Visit) -> None:
    clerk.page.go_back()
    expect(clerk.page.locator("h1")).to_have_text("출석부 올리기")
    clerk.page.go_forward()
    expect(clerk.page.locator("h1")).to_have_text("출결을 적용했어요")


def test_confirming_the_phones_older_preview_applies_nothing_twice(clerk_on_a_phone: Visit) -> None:
    clerk_on_a_phone.page.get_by_role("button", name="출결 적용").first.click()
    expect(clerk_on_a_phone.page.locator("h1")).to_contain_text("적용한 파일이에요")


def test_the_same_file_again_says_when_it_was_applied(clerk_on_a_phone: Visit, journey: Journey) -> None:
    clerk_on_a_phone.page.goto(f"{journey.cohort}/attendance/new")
    clerk_on_a_phone.send_file(REGISTER)
    expect(clerk_on_a_phone.page.locator("h1")).to_have_text(
        re.compile(r"이미 \d{4}\. \d{1,2}\. \d{1,2}\.\W?에 적용한 파일이에요")
    )
    assert complaints_about(clerk_on_a_phone) == []


def test_issuing_shows_how_far_it_is_until_all_24_are_issued(
    clerk: Visit, clerk_on_a_phone: Visit, journey: Journey
) -> None:
    # The phone's page is open before anybody issues: its button asks for the same certificates again below.
    clerk_on_a_phone.page.goto(f"{journey.cohort}/certificates")
    expect(clerk_on_a_phone.page.get_by_role("button", name="24명의 수료증 발급하기")).to_be_visible()
    assert complaints_about(clerk_on_a_phone) == []
    clerk.page.on("response", lambda r: journey.polled.append(r.json()) if r.url.endswith("/progress") else None)
    clerk.page.goto(f"{journey.cohort}/certificates")
    clerk.page.get_by_role("button", name="24명의 수료증 발급하기").dblclick()
    # Nobody presses anything until the page says that it is done.
    expect(clerk.page.locator(".alert--success")).to_contain_text("수료증 24장을 발급했어요", timeout=60_000)
    assert all(answer["total"] == 24 for answer in journey.polled)
    dones = [answer["done"] for answer in journey.polled]
    assert dones == sorted(dones)
    assert complaints_about(clerk) == []


def test_asking_again_from_an_older_page_issues_nothing_more(
    clerk_on_a_phone: Visit, journey: Journey, service: Service
) -> None:
    clerk_on_a_phone.page.get_by_role("button", name="24명의 수료증 발급하기").click()
    expect(clerk_on_a_phone.page.locator("main")).to_contain_text("새로 발급할 수료증이 없어요")
    issued = json.loads(service.flask("certificates", "issue", "--cohort", "2026-F1", "--format", "json"))
    assert sorted(one["serial"] for one in issued) == [f"제 2026-양성-{n:04}호" for n in range(1, 25)]
    assert len({one["document_number"] for one in issued}) == 24


def test_the_issued_certificates_are_listed_in_the_order_of_their_serials(clerk: Visit, journey: Journey) -> None:
    clerk.page.goto(f"{journey.cohort}/certificates/issued")
    expect(clerk.page.locator("tbody tr")).to_have_count(20)
    serials = clerk.page.locator("tbody th").all_inner_texts()
    clerk.page.goto(f"{journey.cohort}/certificates/issued?page=2")
    serials += clerk.page.locator("tbody th").all_inner_texts()
    assert serials == [f"제 2026-양성-{n:04}호" for n in range(1, 25)]


def test_the_coordinator_sees_sixty_hours_on_a_phone(coordinator: Visit) -> None:
    coordinator.sign_in("person1001@example.org")
    assert coordinator.page.url.endswith("/portfolio")
    assert figure(coordinator, "모든 교육") == "60시간"
    expect(coordinator.page.locator("tbody tr")).to_have_count(1)
    expect(coordinator.page.locator("tbody tr")).to_contain_text("15/15")
    assert complaints_about(coordinator) == []


def test_the_coordinator_sees_every_session_and_what_it_counted(coordinator: Visit) -> None:
    coordinator.page.get_by_role("table").get_by_role("link", name="도시재생 코디네이터 양성교육").click()
    sessions = coordinator.page.locator("tbody tr")
    expect(sessions).to_have_count(15)
    expect(sessions.nth(0)).to_contain_text("출석")
    expect(sessions.nth(2)).to_contain_text("지각")
    for session in sessions.all():
        expect(session).to_contain_text("4시간")
    assert complaints_about(coordinator) == []


def test_the_coordinator_downloads_the_certificate_whose_qr_code_leads_to_its_page(
    coordinator: Visit, journey: Journey, service: Service, tmp_path: Path
) -> None:
    coordinator.page.get_by_role("link", name="수료증 보기").click()
    expect(coordinator.page.locator("h1")).to_have_text("도시재생 코디네이터 양성교육")
    coordinator.page.wait_for_url("**/certificates/*")
    journey.certificate = coordinator.page.url.rsplit("/", 1)[1]
    assert complaints_about(coordinator) == []
    with coordinator.page.expect_download() as download:
        coordinator.page.get_by_role("link", name="PDF 내려받기").click()
    assert download.value.suggested_filename == "수료증_2026-양성-0001_홍정훈.pdf"
    paper = tmp_path / "certificate.pdf"
    download.value.save_as(paper)
    document = pypdfium2.PdfDocument(paper)
    text = document[0].get_textpage().get_text_range()
    assert "홍정훈" in text
    assert "60시간" in text
    (code,) = zxingcpp.read_barcodes(document[0].render(scale=DOTS_PER_INCH / 72).to_pil())
    address, _mark, slip = code.text.partition("#")
    assert address == f"{service.base_url}/v/{journey.certificate}"
    assert re.fullmatch(r"[1-9][0-9]{400,600}", slip)
    journey.verification = code.text


def test_whoever_scans_the_code_sees_at_once_that_it_is_valid(employer: Visit, journey: Journey) -> None:
    employer.page.goto(journey.verification)
    verdict = employer.page.locator(".verdict--valid h1")
    expect(verdict).to_have_text("유효한 수료증이에요")
    assert verdict.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 24
    box = verdict.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE["height"] / 2
    assert employer.context.cookies() == []
    assert complaints_about(employer) == []


def test_the_page_shows_every_signed_field(employer: Visit, journey: Journey) -> None:
    signed = employer.page.locator(".card", has=employer.page.get_by_role("heading", name="서명된 내용"))
    shown = dict(zip(signed.locator("dt").all_inner_texts(), signed.locator("dd").all_inner_texts(), strict=True))
    journey.document_number = shown.pop("문서확인번호")
    assert re.fullmatch(r"\d{4}-\d{4}-\d{4}-\d{4}", journey.document_number)
    assert re.fullmatch(r"\d{4}\. \d{1,2}\. \d{1,2}\.", shown.pop("발급일"))
    assert shown == {
        "성명": "홍정훈",
        "출생 연도": "1969년",
        "증서번호": "제 2026-양성-0001호",
        "과정명": "도시재생 코디네이터 양성교육",
        "종류": "양성교육",
        "기수": COHORT,
        "교육기간": "2026. 3. 9. ~ 2026. 4. 10.",
        "이수시간": "60시간 (과정 60시간)",
        "출석률": "100%",
        "교육기관": "서울도시재생교육원",
        "발급기관": "이음 시범운영기관",
        "상태": "유효",
    }


@pytest.mark.parametrize(
    ("written", "answer"),
    [("1969. 10. 28.", "기록과 같은 생년월일이에요"), ("19691029", "기록과 다른 생년월일이에요")],
)
def test_a_birth_date_from_the_paper_is_answered_in_sight(employer: Visit, written: str, answer: str) -> None:
    employer.page.fill("input[name=birth_date]", written)
    employer.page.get_by_role("button", name="생년월일 확인").click()
    expect(employer.page.get_by_text(answer)).to_be_in_viewport()
    assert complaints_about(employer) == []


def verify(visit: Visit, credential: bytes) -> dict[str, Any]:
    answer = visit.page.request.post(
        "/api/v1/credentials/verify", data=credential, headers={"Content-Type": "application/json"}
    )
    assert answer.status == 200
    verdict: dict[str, Any] = answer.json()
    return verdict


def test_the_signed_file_from_the_page_is_verified(employer: Visit, journey: Journey) -> None:
    address = employer.page.get_by_role("link", name="서명된 파일(JSON)").get_attribute("href")
    assert address == f"/credentials/{journey.certificate}"
    journey.credential = employer.page.request.get(address).body()
    assert verify(employer, journey.credential)["verified"] is True


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (b'"creditsEarned":60', b'"creditsEarned":80'),
        (b"2026-03-09T", b"2025-03-09T"),
        ("제 2026-양성-0001호".encode(), "제 2026-양성-0002호".encode()),
    ],
    ids=["hours", "date", "serial"],
)
def test_one_changed_digit_is_not_valid(employer: Visit, journey: Journey, true: bytes, false: bytes) -> None:
    assert journey.credential.count(true) == 1
    verdict = verify(employer, journey.credential.replace(true, false))
    assert verdict["verified"] is False
    assert verdict["errors"]


@pytest.mark.parametrize("second", ["홍정훈", "1969. 10. 28.", "1969년 10월 28일"])
def test_the_number_and_one_more_thing_on_the_paper_lead_to_the_same_page(
    employer: Visit, journey: Journey, second: str
) -> None:
    employer.page.goto("/verify")
    employer.page.fill("input[name=document_number]", journey.document_number)
    employer.page.fill("input[name=name_or_birth_date]", second)
    employer.page.get_by_role("button", name="확인하기").click()
    expect(employer.page).to_have_url(journey.page)


def test_a_wrong_name_is_refused_in_the_words_of_a_wrong_number(employer: Visit, journey: Journey) -> None:
    words = []
    first, rest = journey.document_number[0], journey.document_number[1:]
    other_number = ("1" if first != "1" else "2") + rest
    for number, name in ((journey.document_number, "박영길"), (other_number, "홍정훈")):
        employer.page.goto("/verify")
        employer.page.fill("input[name=document_number]", number)
        employer.page.fill("input[name=name_or_birth_date]", name)
        with employer.page.expect_navigation() as answer:
            employer.page.get_by_role("button", name="확인하기").click()
        assert answer.value.status == 404
        expect(employer.page.locator("h1")).to_have_text("일치하는 수료증이 없어요")
        assert complaints_about(employer) == []
        words.append(employer.page.locator("main").inner_text())
    assert words[0] == words[1]


def test_the_page_can_be_read_in_english_and_again_in_korean(employer: Visit, journey: Journey) -> None:
    employer.page.goto(journey.verification)
    employer.page.get_by_role("link", name="English").click()
    expect(employer.page).to_have_url(journey.verification)
    expect(employer.page.locator(".verdict--valid h1")).to_have_text("This certificate is valid")
    expect(employer.page.locator("[data-paper]")).to_contain_text("agree")
    expect(employer.page.locator("main")).to_contain_text("60 hours")
    assert complaints_about(employer, language="en") == []
    employer.page.get_by_role("link", name="한국어").click()
    expect(employer.page.locator(".verdict--valid h1")).to_have_text("유효한 수료증이에요")


def test_the_clerk_signs_out_and_comes_back_to_the_page_that_was_left(clerk: Visit, journey: Journey) -> None:
    clerk.page.goto(journey.cohort)
    clerk.page.get_by_role("button", name="로그아웃").first.click()
    expect(clerk.page.get_by_role("link", name="로그인").first).to_be_visible()
    clerk.page.goto(journey.cohort)
    assert "/sign-in" in clerk.page.url
    clerk.page.fill("input[name=email]", "centre@example.org")
    clerk.page.fill("input[name=password]", "ieum-demo-2026")
    clerk.page.press("input[name=password]", "Enter")
    expect(clerk.page).to_have_url(journey.cohort)
