"""How lists write deadlines, pay, places, numbers of people, titles and links."""

from __future__ import annotations

from datetime import date, datetime, time
from time import process_time as time_of_processor

import pytest

from app.core.clock import SEOUL
from app.jobs.listings.listing_dates import Deadline, read_deadline
from app.jobs.listings.listing_kinds import guess_employment_type, guess_work_kind, read_headcount, read_place
from app.jobs.listings.listing_pay import Pay, read_pay, read_pay_fields
from app.jobs.listings.listing_text import plain, plain_lines, web_address
from app.jobs.opening_words import EmploymentType, PayUnit, WorkKind

TODAY = date(2026, 11, 26)


def until(year: int, month: int, day: int, at: time = time(23, 59)) -> datetime:
    return datetime.combine(date(year, month, day), at, SEOUL)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("26-12-31", Deadline(None, until(2026, 12, 31))),
        ("채용시까지  26-12-31", Deadline(None, until(2026, 12, 31), True)),
        ("상시채용", Deadline()),
        ("상시", Deadline()),
        ("20261231", Deadline(None, until(2026, 12, 31))),
        ("2026.11.02~11.20", Deadline(date(2026, 11, 2), until(2026, 11, 20))),
        ("2026.11.09~2026.12.07 18:00", Deadline(date(2026, 11, 9), until(2026, 12, 7, time(18)))),
        ("2026.11.09~채용 시까지", Deadline(date(2026, 11, 9), None, True)),
        ("~채용 시까지", Deadline(None, None, True)),
        ("채용 시까지", Deadline(None, None, True)),
        ("~2026-12-31", Deadline(None, until(2026, 12, 31))),
        ("2026.12.20 ~ 1.10", Deadline(date(2026, 12, 20), until(2027, 1, 10))),
        ("2026. 12. 31.(목) 오후 6시까지", Deadline(None, until(2026, 12, 31, time(18)))),
        ("2026년 12월 3일(목) 17시 30분", Deadline(None, until(2026, 12, 3, time(17, 30)))),
        ("2026-12-31 24:00", Deadline(None, until(2026, 12, 31))),
        ("12.31", Deadline(None, until(2026, 12, 31))),
        ("1/5", Deadline(None, until(2027, 1, 5))),
        ("2026.11.09 - 2026.12.07", Deadline(date(2026, 11, 9), until(2026, 12, 7))),
        ("2026.11.09부터 2026.12.07까지", Deadline(date(2026, 11, 9), until(2026, 12, 7))),
        ("2028-02-29", Deadline(None, until(2028, 2, 29))),
        ("2026-02-29", None),
        ("2026-13-01", None),
        ("2026.12.07~2026.11.09", None),
        ("2026.12.07 27:00", None),
        ("미정", None),
        ("", None),
        ("1~2~3", None),
    ],
)
def test_deadlines(text: str, expected: Deadline | None) -> None:
    assert read_deadline(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("월 230만원", Pay(PayUnit.MONTH, 2_300_000, 2_300_000)),
        ("연 3,200만원", Pay(PayUnit.YEAR, 32_000_000, 32_000_000)),
        ("시급 10,930원 ~ 11,953원", Pay(PayUnit.HOUR, 10_930, 11_953)),
        ("일급 95,000원", Pay(PayUnit.DAY, 95_000, 95_000)),
        ("월 200~250만원", Pay(PayUnit.MONTH, 2_000_000, 2_500_000)),
        ("월급 2,500,000원 이상", Pay(PayUnit.MONTH, 2_500_000, None)),
        ("연봉 4,000만원 이하", Pay(PayUnit.YEAR, None, 40_000_000)),
        ("2300000", Pay(PayUnit.MONTH, 2_300_000, 2_300_000)),
        ("협의", Pay(PayUnit.NEGOTIABLE)),
        ("면접 후 협의", Pay(PayUnit.NEGOTIABLE, text="면접 후 협의")),
        ("", Pay(PayUnit.NOT_SAID)),
        ("월급", Pay(PayUnit.NOT_SAID)),
        ("공고문 참조", Pay(PayUnit.NOT_SAID, text="공고문 참조")),
        ("생활임금 적용", Pay(PayUnit.RULES, text="생활임금 적용")),
        ("기관 내규에 따름", Pay(PayUnit.RULES, text="기관 내규에 따름")),
        ("월 230만원(식대 별도)", Pay(PayUnit.MONTH, 2_300_000, 2_300_000, "월 230만원(식대 별도)")),
    ],
)
def test_pay(text: str, expected: Pay) -> None:
    assert read_pay(text) == expected


def test_bounds_that_a_list_gives_as_numbers_decide() -> None:
    pay = read_pay_fields("연봉", "연봉 39,650,000원", "39650000", "41766666")
    assert pay == Pay(PayUnit.YEAR, 39_650_000, 41_766_666)
    assert read_pay_fields("월급", "월급 2,400,000원", "2400000", "0") == Pay(PayUnit.MONTH, 2_400_000, 2_400_000)
    assert read_pay_fields("", "협의", "", "") == Pay(PayUnit.NEGOTIABLE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("서울 종로구", ("11", "종로구", "")),
        ("경기 수원시 팔달구", ("41", "수원시 팔달구", "")),
        ("세종특별자치시", ("50", "", "")),
        ("서울종로구", ("11", "종로구", "")),
        ("종로구", ("11", "종로구", "")),
        ("중구", (None, "", "중구")),
        ("전국", (None, "", "")),
        ("서울,경기,인천", (None, "", "서울, 경기, 인천")),
        ("서울 중구, 서울 종로구", ("11", "", "서울 중구, 서울 종로구")),
        ("해외", (None, "", "해외")),
        ("", (None, "", "")),
    ],
)
def test_places(text: str, expected: tuple[str | None, str, str]) -> None:
    assert read_place(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5명", 5), ("0명", None), ("○○명", None), ("12", 12), ("2명 내외", 2), ("", None), ("약간명", None)],
)
def test_headcounts(text: str, expected: int | None) -> None:
    assert read_headcount(text) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("소규모주택정비 주민상담 코디네이터", WorkKind.COORDINATOR),
        ("도시재생 뉴딜사업 현장코디 기간제근로자 채용", WorkKind.COORDINATOR),
        ("병원 코디네이터 모집", WorkKind.OTHER),
        ("직업상담사 채용(일자리센터)", WorkKind.COUNSELLOR),
        ("도시재생지원센터 사무국장 채용", WorkKind.MANAGER),
        ("지역재생 기획자 채용", WorkKind.PLANNER),
        ("시민일자리설계사 위촉", WorkKind.DESIGNER),
        ("회계 사무원", WorkKind.OFFICE),
        ("경비원(교대)", WorkKind.OTHER),
    ],
)
def test_titles_tell_the_kind_of_work(title: str, expected: WorkKind) -> None:
    assert guess_work_kind(title) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("정규직", EmploymentType.PERMANENT),
        ("비정규직", EmploymentType.FIXED_TERM),
        ("무기계약직", EmploymentType.INDEFINITE),
        ("청년인턴(체험형)", EmploymentType.INTERN),
        ("시간선택제", EmploymentType.PART_TIME),
        ("계약직", EmploymentType.FIXED_TERM),
        ("위촉", EmploymentType.OTHER),
    ],
)
def test_terms(text: str, expected: EmploymentType) -> None:
    assert guess_employment_type(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>코디네이터</b> 모집", "코디네이터 모집"),
        ("A &amp; B &lt;센터&gt;", "A & B <센터>"),
        ("<script>alert(1)</script>모집", "모집"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;모집", "모집"),
        ("&amp;lt;img src=x onerror=alert(1)&amp;gt;모집", "모집"),
        ("<img src=x onerror=alert(1)>모집", "모집"),
        ("<!-- 숨은 말 -->모집", "모집"),
        ("모집<script>alert(1)", "모집"),
        ("급여 3 < 5, 7 > 2", "급여 3 < 5, 7 > 2"),
        ("보이지\u202e않는\u200b글자", "보이지않는글자"),
        ("한 줄<br/>두 줄", "한 줄 두 줄"),
    ],
)
def test_text_from_elsewhere_is_plain(text: str, expected: str) -> None:
    assert plain(text, 200) == expected


@pytest.mark.parametrize("piece", ["<", "< ", "<a", "<script>", "<!--", "&lt;", "&amp;", "<br", "</", "<a "])
def test_text_made_to_be_slow_is_not(piece: str) -> None:
    began = time_of_processor()
    plain(piece * (50_000 // len(piece)), 200)
    plain(piece + " " * 50_000, 200)
    assert time_of_processor() - began < 2


def test_lines_stay_lines_and_long_text_is_cut() -> None:
    assert plain_lines("<p>하나</p><p>둘</p>", 100) == "하나\n\n둘"
    assert plain("가" * 300, 200) == "가" * 199 + "…"


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//example.org/x",
        "ftp://example.org/x",
        "https://user@example.org/",
        "https://exa mple.org/",
        "https:///x",
        "https://example.org/\u202e",
        "&#106;avascript:alert(1)",
        "https://example.org/" + "x" * 600,
        "https://example.org:port/",
        "없음",
    ],
)
def test_only_links_to_the_web_leave_the_page(text: str) -> None:
    assert web_address(text) == ""


def test_links_are_written_in_ascii() -> None:
    assert web_address("https://www.example.org/a?b=1&amp;c=2") == "https://www.example.org/a?b=1&c=2"
    assert web_address("http://www.example.org/채용") == "http://www.example.org/%EC%B1%84%EC%9A%A9"
