"""Lists of portals and centres are read; what is hostile, broken or no list is refused in words."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from openpyxl import Workbook

from app.core import clock
from app.jobs.listings.alio_reader import read_alio
from app.jobs.listings.list_reader import read_list, recognise
from app.jobs.listings.listing import Reading, UnreadableList
from app.jobs.listings.sheet_columns import guess_columns
from app.jobs.listings.sheet_list_reader import open_sheet_list, read_sheet_list
from app.jobs.listings.work24_reader import read_work24
from app.jobs.opening_words import EmploymentType, OpeningSource, PayUnit, WorkKind
from tests.factories.lists import HEAD, alio, line, notice, sheet, wanted, work24

TODAY = date(2026, 11, 26)
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'


def read(data: bytes, name: str = "목록") -> Reading:
    return read_list(data, name, recognise(data), TODAY)


def test_work24_says_what_it_offers() -> None:
    reading = read(work24(wanted(1, title="<b>도시재생</b> 현장코디 &amp; 상담", indTpNm="공공행정"), wanted(2)))
    assert (len(reading.listings), reading.refused, reading.total, reading.is_whole) == (2, (), 2, True)
    first = reading.listings[0]
    assert first.external_id == "K0000000001"
    assert first.url == "https://www.example.org/wanted?no=K0000000001&kind=1"
    fields = first.fields
    assert (fields.title, fields.employer_name) == ("도시재생 현장코디 & 상담", "(주) 다온1")
    assert fields.work_kind is WorkKind.COORDINATOR
    assert (fields.province, fields.district) == ("11", "종로구")
    assert (fields.pay_unit, fields.pay_min, fields.pay_max) == (PayUnit.MONTH, 2_400_000, 2_800_000)
    assert fields.employment_type is EmploymentType.FIXED_TERM
    assert fields.posted_on == date(2026, 11, 2)
    assert fields.deadline_at is not None
    assert clock.seoul_date(fields.deadline_at) == date(2099, 12, 31)


def test_a_page_of_a_longer_list_is_not_whole() -> None:
    assert not read(work24(wanted(1), total=2)).is_whole
    assert not read(work24(wanted(1), total=1, page=2)).is_whole
    assert not read(alio(notice(1), total=60)).is_whole


def test_alio_says_what_it_offers() -> None:
    reading = read(alio(notice(1, workRgnNmLst="서울,경기,인천"), notice(2)))
    assert (len(reading.listings), reading.refused, reading.is_whole) == (2, (), True)
    fields = reading.listings[0].fields
    assert (fields.province, fields.place) == (None, "서울, 경기, 인천")
    assert fields.employment_type is EmploymentType.INDEFINITE
    assert fields.headcount == 3
    assert "관련 경력 1년 이상" in fields.qualification_text
    assert fields.preference_text == "장애인 우대"
    assert reading.listings[1].external_id == "900002"


@pytest.mark.parametrize("encoding", ["cp949", "utf-8", "utf-8-sig", "utf-16"])
def test_a_centres_list_is_read_in_every_encoding(encoding: str) -> None:
    reading = read(sheet(line(1), line(2), encoding=encoding), "목록.csv")
    assert (len(reading.listings), reading.refused) == (2, ())
    fields = reading.listings[0].fields
    assert fields.employer_name == "다온1구 도시재생지원센터"
    assert (fields.pay_unit, fields.pay_min) == (PayUnit.MONTH, 2_300_000)
    assert fields.contact_phone == "02-680-5249"
    assert fields.headcount == 2


def test_a_workbook_with_a_title_merged_cells_and_real_dates_is_read() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["2026년 11월 채용 현황"])
    page.append([])
    page.append(["연번", "모집분야", "센터명", "지역", "인원", "보수", "마감일", "비고"])
    page.append([1, "현장 코디네이터", "다온 도시재생지원센터", "서울 중구", 2, 2300000, date(2099, 12, 1), ""])
    page.append([2, "사무국장", None, "서울 중구", 1, "협의", date(2099, 12, 2), ""])
    page.merge_cells("C4:C5")
    page.append(["※ 자세한 내용은 센터로 문의"])
    stream = io.BytesIO()
    book.save(stream)
    reading = read(stream.getvalue(), "채용.xlsx")
    assert (len(reading.listings), reading.refused) == (2, ())
    assert {one.fields.employer_name for one in reading.listings} == {"다온 도시재생지원센터"}
    assert reading.listings[0].fields.pay_min == 2_300_000
    assert reading.listings[0].place.endswith(":4")


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (HEAD, {"title": 0, "employer": 1, "region": 2, "employment_type": 3, "headcount": 4, "pay": 5, "period": 6}),
        (
            ("번호", "채용제목", "업체명", "근무지역", "마감일자"),
            {"title": 1, "employer": 2, "region": 3, "deadline": 4},
        ),
        (("직종", "회사", "모집기간", "URL"), {"title": 0, "employer": 1, "period": 2, "link": 3}),
        (("Title", "Company", "Location", "Deadline"), {"title": 0, "employer": 1, "region": 2, "deadline": 3}),
        (("공고번호", "공고명", "기관명", "접수 마감"), {"external_id": 0, "title": 1, "employer": 2, "deadline": 3}),
    ],
)
def test_columns_are_told_by_their_titles(titles: tuple[str, ...], expected: dict[str, int]) -> None:
    found = guess_columns(titles)
    assert {name: found.get(name) for name in expected} == expected


def test_columns_can_be_told_otherwise_and_rows_without_employer_are_the_centres() -> None:
    table = open_sheet_list(sheet(line(1), head=("근무지", "자격요건", "접수기간", "공고명")), "목록.csv")
    columns = {"title": 3, "period": 2, "region": 0}
    reading = read_sheet_list(table, TODAY, columns, employer="다온센터")
    assert [one.fields.employer_name for one in reading.listings] == ["다온센터"]
    with pytest.raises(UnreadableList, match="기관"):
        read_sheet_list(table, TODAY, columns)


def test_a_row_keeps_its_name_when_its_deadline_is_put_off() -> None:
    before = read(sheet(line(1, 링크="")), "목록.csv").listings[0]
    after = read(sheet(line(9, 링크=""), line(1, 링크="", 접수기간="2026.11.09~2099.12.30")), "목록.csv").listings[1]
    assert before.external_id == after.external_id
    assert before.digest != after.digest


def test_rows_with_one_link_for_all_have_different_names() -> None:
    rows = [line(n, 링크="https://www.example.org/") for n in (1, 1, 2)]
    assert len({one.external_id for one in read(sheet(*rows), "목록.csv").listings}) == 3


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (sheet(line(1, 접수기간="미정")), "bad_deadline"),
        (sheet(line(1, 접수기간="")), "no_deadline"),
        (sheet(line(1, 공고명="")), "no_title"),
        (sheet(line(1, 기관="")), "no_employer"),
        (sheet(line(1, 자격요건="문의 900101-1234567")), "resident_number"),
        (work24(wanted(1, title="문의 900101-1234567")), "resident_number"),
        (work24(wanted(1, detailAddr="900101-1234567")), "resident_number"),
        (work24(wanted(1, closeDt="26-02-30")), "bad_deadline"),
        (alio(notice(1, prefCn="<b>900101</b>-1234567")), "resident_number"),
        (alio(notice(1, recrutPbancTtl=None)), "no_title"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_alone_and_said_where(data: bytes, code: str) -> None:
    reading = read(data, "목록.csv")
    assert reading.listings == ()
    (note,) = reading.refused
    assert note.code == code
    assert note.place in ("목록:2", "wanted[1]", "result[0]")
    assert "1234567" not in str(note)
    assert str(note.message)


def test_a_number_of_the_portal_in_an_address_is_no_resident_number() -> None:
    number = "9001011234567"
    row = wanted(1, wantedAuthNo=number, wantedInfoUrl=f"https://www.example.org/?no={number}")
    assert len(read(work24(row)).listings) == 1


def test_a_link_that_leads_nowhere_is_left_out_and_said() -> None:
    reading = read(work24(wanted(1, wantedInfoUrl="javascript:alert(1)")))
    assert reading.listings[0].url == ""
    assert [note.code for note in reading.remarks] == ["link_left_out"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (work24(wanted(1), head=BOMB), "doctype"),
        (work24(wanted(1), head=OUTSIDE), "doctype"),
        (work24(wanted(1))[:-40], "broken_xml"),
        (b"<wantedRoot>" + b"<a>" * 100_000, "unreadable_xml"),
        (b"<wantedRoot><wanted><title>" + b"x" * 60_000 + b"</title></wanted></wantedRoot>", "unreadable_xml"),
        (b"<rss><channel/></rss>", "not_work24"),
        (b"<GO24><message>\xec\x9d\xb8\xec\xa6\x9d\xed\x82\xa4 \xec\x98\xa4\xeb\xa5\x98</message></GO24>", "refused"),
        (b'<?xml version="1.0" encoding="no-such-code"?><wantedRoot/>', "unreadable_xml"),
        (b"[" * 200_000, "deep_json"),
        (b'{"a":' * 100_000, "deep_json"),
        (alio(notice(1))[:-5], "broken_json"),
        (b'{"resultCode": NaN}', "broken_json"),
        (b"[]", "not_alio"),
        (b'{"resultCode": 200}', "not_alio"),
        (alio(resultCode=500, resultMsg="<b>점검</b> 중"), "refused"),
        (json.dumps({"resultCode": "401"}).encode(), "refused"),
    ],
)
def test_a_list_that_is_none_is_refused_whole(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableList) as refused:
        read(data)
    assert refused.value.code == code
    assert "<" not in str(refused.value)


@pytest.mark.parametrize("kind", [OpeningSource.WORK24, OpeningSource.ALIO])
def test_a_web_page_in_place_of_a_list_is_said_to_be_one(kind: OpeningSource) -> None:
    with pytest.raises(UnreadableList, match="웹 페이지"):
        read_list(b"<!DOCTYPE html><html><body>login</body></html>", "x", kind, TODAY)


def test_what_is_too_large_is_not_read() -> None:
    blank = b" " * (10 * 1024 * 1024 + 1)
    for reader in (read_work24, read_alio):
        with pytest.raises(UnreadableList, match="10MB"):
            reader(blank, TODAY)


def test_a_list_in_euc_kr_is_read() -> None:
    data = work24(wanted(1)).decode().replace("UTF-8", "EUC-KR").encode("cp949")
    assert read(data).listings[0].fields.title == "마을만들기 활동가 모집"


def test_a_table_that_begins_with_a_title_in_brackets_is_a_table() -> None:
    reading = read(sheet(line(1), above="[2026년] 채용 현황"), "목록.csv")
    assert len(reading.listings) == 1


def test_a_table_without_titles_says_what_it_needs() -> None:
    with pytest.raises(UnreadableList, match="제목 줄"):
        read(b"1,2,3\r\n4,5,6\r\n", "수.csv")


def test_business_numbers_without_hyphens_are_no_resident_numbers() -> None:
    rows = [line(1, 사업자등록번호="2018200119"), line(2, 사업자등록번호="201-82-00119")]
    reading = read(sheet(*rows, head=(*HEAD, "사업자등록번호")))
    assert [one.business_number for one in reading.listings] == ["2018200119"] * 2, reading.refused
