"""A clerk applies an attendance file: choose, preview, confirm, done."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from app.core import clock
from app.core.db import db
from app.core.i18n import LOCALE_COOKIE
from app.training import queries
from app.training.commands import as_json
from app.training.models import AttendanceUpload
from app.training.ticket import MAX_AGE_SECONDS
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, make_member, sign_in
from tests.training.conftest import Centre
from tests.training.samples import (
    BAD,
    DATA,
    REGISTERS,
    apply_file,
    everything_stored,
    expected,
    send,
    send_file,
    ticket_of,
)
from tests.training.sheets.markup import excel_html, of_file


def report_of(centre: Centre, code: str) -> list[dict[str, object]]:
    return [as_json(person) for person in queries.cohort_report(centre.cohort(code))]


def test_rosters_and_registers_through_the_browser_yield_what_is_expected(clerk: Visitor, centre: Centre) -> None:
    for code, register in REGISTERS.items():
        address = centre.address(code)
        roster = send_file(clerk, f"{address}/roster", DATA / f"roster_{code}.csv")
        confirmed = clerk.post(f"{address}/roster/confirm", data={"ticket": ticket_of(roster)})
        assert confirmed.status_code == 303
        done = apply_file(clerk, address, register)
        assert done.status_code == 303
        assert clerk.get(done.location).status_code == 200
        assert report_of(centre, code) == expected(code)


def test_a_preview_stores_nothing_and_says_what_was_understood(clerk: Visitor, enrolled: Centre) -> None:
    before = everything_stored()
    answer = send_file(clerk, f"{enrolled.address()}/attendance/new", REGISTERS["2026-F1"])
    assert everything_stored() == before
    page = answer.get_data(as_text=True)
    understood = ("한 줄에 한 사람, 회차마다 한 열", "1–15회차", "450건", "24명", "1974. 7. 2.", "출결 적용")
    for words in understood:
        assert words in page


def test_a_preview_names_the_columns_that_were_not_read(clerk: Visitor, enrolled: Centre) -> None:
    workbook = load_workbook(REGISTERS["2026-F1"])
    sheet = workbook.worksheets[0]
    sheet["T5"], sheet["U4"], sheet["U5"] = "허리 통증", "과제 3회", "○"
    content = io.BytesIO()
    workbook.save(content)

    answer = send(clerk, f"{enrolled.address()}/attendance/new", content.getvalue(), "출석부.xlsx")
    page = re.sub(r"\s+", " ", answer.get_data(as_text=True))
    assert re.search(r"<dt>읽지 않은 열</dt><dd> ?연락처\(D열\), 비고\(T열\), 과제 3회\(U열\) ?</dd>", page)


def test_a_page_that_a_portal_calls_xls_is_applied_and_the_preview_says_what_it_is(
    clerk: Visitor, enrolled: Centre
) -> None:
    address = f"{enrolled.address()}/attendance/new"
    page = excel_html(of_file(REGISTERS["2026-F1"])).encode("cp949")

    answer = send(clerk, address, page, "출석부.xls")
    text = re.sub(r"\s+", " ", answer.get_data(as_text=True))
    assert "<dt>파일 형식</dt><dd>웹 페이지(HTML)로 저장된 표</dd>" in text
    clerk.set_cookie(LOCALE_COOKIE, "en", domain="ieum.test", secure=True)
    english = re.sub(r"\s+", " ", send(clerk, address, page, "출석부.xls").get_data(as_text=True))
    assert "<dt>File format</dt><dd>table saved as a web page (HTML)</dd>" in english
    done = clerk.post(f"{enrolled.address()}/attendance/confirm", data={"ticket": ticket_of(answer)})
    assert done.status_code == 303
    assert report_of(enrolled, "2026-F1") == expected("2026-F1")


def test_a_page_without_a_table_is_explained_at_the_field(clerk: Visitor, enrolled: Centre) -> None:
    page = b"<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>"
    answer = send(clerk, f"{enrolled.address()}/attendance/new", page, "출석부.xls")
    assert answer.status_code == 422
    assert "표가 없는 웹 페이지예요." in answer.get_data(as_text=True)


@pytest.mark.parametrize("name", [name for name in BAD if name != "formula_cell.xlsx"])
def test_a_bad_file_changes_nothing_and_is_explained_on_the_page(clerk: Visitor, enrolled: Centre, name: str) -> None:
    before = everything_stored()
    answer = send_file(clerk, f"{enrolled.address()}/attendance/new", DATA / "bad" / name)
    assert answer.status_code == 422
    assert everything_stored() == before
    page = answer.get_data(as_text=True)
    assert 'type="file"' in page  # The corrected file can be sent from the same page.
    assert "ticket" not in page


def test_one_bad_cell_names_its_place_and_keeps_everything_out(clerk: Visitor, enrolled: Centre) -> None:
    page = send_file(clerk, f"{enrolled.address()}/attendance/new", DATA / "bad" / "unknown_mark.xlsx").get_data(
        as_text=True
    )
    assert "I12" in page
    assert "출석부" in page
    assert "고친 파일을 다시 올리기" in page
    assert queries.attendance_of_cohort(enrolled.cohort()) == {}


def test_a_formula_is_text_like_any_other(clerk: Visitor, enrolled: Centre) -> None:
    done = apply_file(clerk, enrolled.address(), DATA / "bad" / "formula_cell.xlsx")
    assert done.status_code == 303


def test_no_file_is_answered_at_the_field(clerk: Visitor, enrolled: Centre) -> None:
    answer = clerk.post(f"{enrolled.address()}/attendance/new", data={}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "파일을 골라 주세요." in answer.get_data(as_text=True)


def test_a_file_beyond_the_limit_is_answered_with_413(clerk: Visitor, enrolled: Centre) -> None:
    answer = send(clerk, f"{enrolled.address()}/attendance/new", b"x" * (11 * 1024 * 1024), "큰파일.csv")
    assert answer.status_code == 413
    assert "10MB" in answer.get_data(as_text=True)


def test_the_same_file_again_is_told_when_it_was_applied(clerk: Visitor, enrolled: Centre) -> None:
    apply_file(clerk, enrolled.address(), REGISTERS["2026-F1"])
    before = everything_stored()
    answer = send_file(clerk, f"{enrolled.address()}/attendance/new", REGISTERS["2026-F1"])
    assert answer.status_code == 200
    assert "에 적용한 파일이에요" in answer.get_data(as_text=True)
    assert everything_stored() == before


def test_a_confirmation_sent_twice_is_applied_once(clerk: Visitor, enrolled: Centre) -> None:
    address = enrolled.address()
    ticket = ticket_of(send_file(clerk, f"{address}/attendance/new", REGISTERS["2026-F1"]))
    first = clerk.post(f"{address}/attendance/confirm", data={"ticket": ticket})
    second = clerk.post(f"{address}/attendance/confirm", data={"ticket": ticket})
    assert first.status_code == 303
    assert "에 적용한 파일이에요" in second.get_data(as_text=True)
    assert db.session.query(AttendanceUpload).count() == 1
    assert len(audit_lines("attendance.apply")) == 1


def changed_register(path: str) -> bytes:
    workbook = load_workbook(REGISTERS["2026-F1"])
    workbook.worksheets[0]["E5"] = "×"
    workbook.save(path)
    with open(path, "rb") as file:
        return file.read()


def test_a_record_that_changed_since_the_preview_is_409(clerk: Visitor, enrolled: Centre, tmp_path: object) -> None:
    address = enrolled.address()
    ticket = ticket_of(send_file(clerk, f"{address}/attendance/new", REGISTERS["2026-F1"]))
    other = send(clerk, f"{address}/attendance/new", changed_register(f"{tmp_path}/other.xlsx"), "고침.xlsx")
    assert clerk.post(f"{address}/attendance/confirm", data={"ticket": ticket_of(other)}).status_code == 303
    before = everything_stored()
    answer = clerk.post(f"{address}/attendance/confirm", data={"ticket": ticket})
    assert answer.status_code == 409
    assert "파일 다시 올리기" in answer.get_data(as_text=True)
    assert everything_stored() == before


def test_a_correction_shows_only_what_changes(clerk: Visitor, enrolled: Centre, tmp_path: object) -> None:
    address = enrolled.address()
    apply_file(clerk, address, REGISTERS["2026-F1"])
    answer = send(clerk, f"{address}/attendance/new", changed_register(f"{tmp_path}/other.xlsx"), "고침.xlsx")
    page = answer.get_data(as_text=True)
    assert "바뀌는 사람 1명" in page
    assert "바뀌지 않는 사람 29명 보기" in page
    clerk.post(f"{address}/attendance/confirm", data={"ticket": ticket_of(answer)})
    versions = [a.version for a in queries.attendance_of_cohort(enrolled.cohort()).values()]
    assert sorted(versions)[-2:] == [1, 2]


def test_an_altered_ticket_is_refused(clerk: Visitor, enrolled: Centre) -> None:
    address = enrolled.address()
    ticket = ticket_of(send_file(clerk, f"{address}/attendance/new", REGISTERS["2026-F1"]))
    before = everything_stored()
    for wrong in ("", "x", ticket[:-2], "A" + ticket[1:], ticket[:40] + "A" + ticket[41:]):
        answer = clerk.post(f"{address}/attendance/confirm", data={"ticket": wrong})
        assert answer.status_code == 422, wrong
    assert everything_stored() == before


def test_a_ticket_is_good_for_its_cohort_and_account_only(clerk: Visitor, enrolled: Centre) -> None:
    ticket = ticket_of(send_file(clerk, f"{enrolled.address()}/attendance/new", REGISTERS["2026-F1"]))
    elsewhere = clerk.post(f"{enrolled.address('2026-S1')}/attendance/confirm", data={"ticket": ticket})
    assert elsewhere.status_code == 422
    as_roster = clerk.post(f"{enrolled.address()}/roster/confirm", data={"ticket": ticket})
    assert as_roster.status_code == 422
    sign_in(clerk, make_member(enrolled.organisation, name="박동료"))
    assert clerk.post(f"{enrolled.address()}/attendance/confirm", data={"ticket": ticket}).status_code == 422
    assert db.session.query(AttendanceUpload).count() == 0


def test_an_old_preview_says_so(clerk: Visitor, enrolled: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    address = enrolled.address()
    ticket = ticket_of(send_file(clerk, f"{address}/attendance/new", REGISTERS["2026-F1"]))
    later = clock.now() + timedelta(seconds=MAX_AGE_SECONDS + 5)
    monkeypatch.setattr("itsdangerous.timed.time.time", later.timestamp)
    answer = clerk.post(f"{address}/attendance/confirm", data={"ticket": ticket})
    assert answer.status_code == 422
    assert "2시간이 지났어요" in answer.get_data(as_text=True)


def test_an_upload_leads_back_to_the_cell(clerk: Visitor, enrolled: Centre) -> None:
    apply_file(clerk, enrolled.address(), REGISTERS["2026-F1"])
    person = queries.enrolments(enrolled.cohort())[0]
    page = clerk.get(f"{enrolled.address()}/people/{person.public_id}").get_data(as_text=True)
    assert "출석부:5:E" in page
    assert "2026-F1_출석부.xlsx" in page
    assert "김담당" in page
