"""Sources, uploads and their runs on pages; what everybody sees of an opening from elsewhere."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account, Membership, MembershipRole, OrganisationKind
from app.core.db import db
from app.core.sealing import unseal
from app.jobs.listings import list_upload_service
from app.jobs.listings.import_models import ImportRun, ListSource
from app.jobs.opening_models import Opening
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_organisation, sign_in
from tests.factories.jobs import make_employer, make_opening
from tests.factories.lists import alio, line, notice, sheet, wanted, work24
from tests.factories.sources import make_portal, make_pulled_source, make_run

SOURCES = "/opening-sources"
PORTAL = {
    "kind": "work24",
    "name": "고용24 서울",
    "url": "https://portal.example.org/list?callTp=L",
    "key": "Secret-Key-1",
    "schedule": "daily",
    "enabled": "y",
}


def officer() -> Account:
    return make_member(make_organisation(kind=OrganisationKind.OFFICE), MembershipRole.CLERK)


@pytest.fixture
def office(app: Flask, visitor: Visitor) -> Visitor:
    sign_in(visitor, officer())
    return visitor


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="{name}"', page)
    assert found is not None
    return unescape(found[1] or found[2])


def upload(visitor: Visitor, data: bytes, name: str = "목록.csv", **more: str) -> Any:
    return visitor.post(f"{SOURCES}/upload", data={"file": (io.BytesIO(data), name), "employer": "common"} | more)


def confirm(visitor: Visitor, page: str, whole: bool = True) -> Any:
    data = {"ticket": hidden(page, "ticket")} | ({"whole": "y"} if whole else {})
    return visitor.post(f"{SOURCES}/upload/confirm", data=data)


def titles() -> list[tuple[str, str]]:
    return [(one.title, one.state) for one in db.session.scalars(select(Opening).order_by(Opening.id))]


def test_a_list_is_previewed_and_then_taken_in(office: Visitor) -> None:
    answer = upload(office, sheet(line(1), line(2, 공고명="사무국장 채용"), line(3, 접수기간="미정")))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "사무국장 채용" in page
    assert "‘미정’" in page
    assert titles() == [], "a preview stores nothing"
    done = confirm(office, page)
    assert done.status_code == 303
    run = office.get(done.headers["Location"]).get_data(as_text=True)
    assert "받지 않음" in run
    assert "‘미정’" in run
    assert titles() == [("현장지원 코디네이터 모집", "published"), ("사무국장 채용", "published")]


def test_a_long_preview_is_paged_and_keeps_what_was_ticked(office: Visitor) -> None:
    rows = [line(number, 공고명=f"공고 {number:03} 채용") for number in range(70)]
    wrong = [line(number, 접수기간=f"미정{number:03}") for number in range(100, 160)]
    page = upload(office, sheet(*rows, *wrong)).get_data(as_text=True)
    assert ("공고 001" in page, "공고 060" in page, "미정100" in page, "미정155" in page) == (
        True,
        False,
        True,
        False,
    )
    carried = {name: hidden(page, name) for name in ("ticket", "table", "rows", "notes")}
    turned = office.post(f"{SOURCES}/upload/page", data=carried | {"to_rows": "2"})
    assert turned.status_code == 200
    page = turned.get_data(as_text=True)
    assert ("공고 001" in page, "공고 060" in page, "미정100" in page) == (False, True, True)
    assert re.search(r'<input[^>]*name="whole"[^>]*>', page)[0].find("checked") == -1  # type: ignore[index]
    carried |= {"rows": "2", "to_notes": "2", "whole": "y"}
    page = office.post(f"{SOURCES}/upload/page", data=carried).get_data(as_text=True)
    assert ("공고 060" in page, "미정100" in page, "미정155" in page) == (True, False, True)
    assert "열의 뜻" in page
    assert titles() == []
    assert confirm(office, page).status_code == 303
    assert len(titles()) == 70


def test_too_long_a_list_says_how_long_it_is_and_how_to_part_it(
    office: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_upload_service, "MAX_ROWS", 2)
    assert "한 번에 2건까지" in office.get(f"{SOURCES}/upload").get_data(as_text=True)
    answer = upload(office, sheet(line(1), line(2), line(3)))
    assert answer.status_code == 422
    assert "이 파일은 3건이에요" in answer.get_data(as_text=True)
    assert "목록 이름을 다르게" in answer.get_data(as_text=True)


def test_a_second_upload_says_what_differs_and_closes_what_is_gone(office: Visitor) -> None:
    confirm(office, upload(office, sheet(line(1), line(2))).get_data(as_text=True))
    page = upload(office, sheet(line(1, 모집인원="9명"), line(3))).get_data(as_text=True)
    figures = re.findall(r'stat__value"><strong>(\d+)', page)
    assert figures == ["1", "1", "0", "0", "1"]
    confirm(office, page)
    assert [state for _title, state in titles()] == ["published", "closed", "published"]


def test_a_part_of_a_list_closes_nothing(office: Visitor) -> None:
    confirm(office, upload(office, sheet(line(1), line(2))).get_data(as_text=True))
    confirm(office, upload(office, sheet(line(1))).get_data(as_text=True), whole=False)
    assert [state for _title, state in titles()] == ["published", "published"]


def test_what_columns_mean_is_told_once_and_remembered(app: Flask, office: Visitor, tmp_path: Path) -> None:
    head = ("가", "나", "접수기간", "기관")
    rows = [{"가": "지역 활동가 찾아요", "나": "서울 중구", "접수기간": "2099-12-31", "기관": "다온센터"}]
    answer = upload(office, sheet(*rows, head=head))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "공고명이 있는 열" in page
    chosen = {"table": hidden(page, "table"), "column-0": "title", "column-1": "region"}
    chosen |= {"column-2": "period", "column-3": "employer"}
    page = office.post(f"{SOURCES}/upload/columns", data=chosen).get_data(as_text=True)
    confirm(office, page)
    assert titles() == [("지역 활동가 찾아요", "published")]
    again = upload(office, sheet(*rows, rows[0] | {"가": "사무국장 모집"}, head=head))
    assert again.status_code == 200, "the titles are known now"
    assert upload(office, sheet(*rows, head=head), "12월.csv").status_code == 200, "in a file of another name, too"
    path = tmp_path / "12월.csv"
    path.write_bytes(sheet(*rows, head=head))
    result = app.test_cli_runner().invoke(args=["jobs", "import", str(path)])
    assert result.exit_code == 0, "and by the command"


def test_two_columns_cannot_mean_the_same(office: Visitor) -> None:
    page = upload(office, sheet(line(1))).get_data(as_text=True)
    both = {"table": hidden(page, "table"), "column-0": "title", "column-1": "title"}
    answer = office.post(f"{SOURCES}/upload/columns", data=both)
    assert answer.status_code == 422
    assert "두 열에 같은 뜻" in answer.get_data(as_text=True)


def test_a_ticket_is_for_whom_it_was_made_and_as_it_was_made(app: Flask, visitor: Visitor) -> None:
    sign_in(visitor, officer())
    ticket = hidden(upload(visitor, sheet(line(1))).get_data(as_text=True), "ticket")
    assert visitor.post(f"{SOURCES}/upload/confirm", data={"ticket": ticket[:-3] + "abc"}).status_code == 422
    visitor.post("/sign-out")
    sign_in(visitor, officer())
    assert visitor.post(f"{SOURCES}/upload/confirm", data={"ticket": ticket}).status_code == 422
    assert titles() == []


@pytest.mark.parametrize("data", [work24(wanted(1)), alio(notice(1))], ids=["work24", "alio"])
def test_a_portals_file_can_be_uploaded_too(office: Visitor, data: bytes) -> None:
    confirm(office, upload(office, data, "list").get_data(as_text=True))
    assert len(titles()) == 1


@pytest.mark.parametrize(
    "data", [b"", b"1,2\r\n3,4\r\n", b"<wantedRoot><wanted>", b"{", b"PK\x03\x04broken", b"<!DOCTYPE x><wantedRoot/>"]
)
def test_what_is_no_list_is_said_at_the_field(office: Visitor, data: bytes) -> None:
    answer = upload(office, data)
    assert answer.status_code == 422
    assert "field-error" in answer.get_data(as_text=True) or "error" in answer.get_data(as_text=True)
    assert db.session.scalars(select(ListSource)).all() == []


def test_resident_numbers_are_on_no_page(office: Visitor) -> None:
    page = upload(office, sheet(line(1), line(2, 자격요건="문의 900101-1234567"))).get_data(as_text=True)
    assert "1234567" not in page
    done = confirm(office, page)
    assert "1234567" not in office.get(done.headers["Location"]).get_data(as_text=True)
    assert len(titles()) == 1


def test_an_employer_uploads_its_own_openings_under_its_own_name(app: Flask, visitor: Visitor) -> None:
    employer = make_employer("다온 현장지원센터")
    sign_in(visitor, make_member(employer, MembershipRole.CLERK))
    page = upload(visitor, sheet(line(1, 기관="남의 기관")), employer=employer.public_id).get_data(as_text=True)
    confirm(visitor, page)
    (opening,) = db.session.scalars(select(Opening))
    assert (opening.organisation_id, opening.employer_name) == (employer.id, "다온 현장지원센터")
    assert "현장지원 코디네이터" in visitor.get("/hiring").get_data(as_text=True)


def test_an_employer_cannot_upload_for_another_or_for_all(app: Flask, visitor: Visitor) -> None:
    other = make_employer("남의 센터")
    sign_in(visitor, make_member(make_employer(), MembershipRole.CLERK))
    for whose in ("common", other.public_id):
        assert upload(visitor, sheet(line(1)), employer=whose).status_code == 422
    sign_in_source, run = make_pulled_source()
    assert visitor.get(f"{SOURCES}/{sign_in_source.public_id}").status_code == 404
    undo = f"{SOURCES}/{sign_in_source.public_id}/runs/{run.public_id}/undo"
    assert visitor.post(undo).status_code == 404


def test_an_office_does_not_see_an_employers_list(app: Flask, visitor: Visitor) -> None:
    employer = make_employer()
    sign_in(visitor, make_member(employer, MembershipRole.MANAGER))
    confirm(visitor, upload(visitor, sheet(line(1)), employer=employer.public_id).get_data(as_text=True))
    source = db.session.scalars(select(ListSource)).one()
    assert visitor.get(f"{SOURCES}/{source.public_id}").status_code == 200
    visitor.post("/sign-out")
    sign_in(visitor, officer())
    assert visitor.get(f"{SOURCES}/{source.public_id}").status_code == 404


def test_a_portal_is_added_changed_and_switched_off(office: Visitor) -> None:
    answer = office.post(f"{SOURCES}/new", data=PORTAL)
    assert answer.status_code == 303
    address = answer.headers["Location"]
    source = db.session.scalars(select(ListSource)).one()
    assert source.next_due_at is not None
    assert unseal(source.secret or b"", source.secret_purpose) == b"Secret-Key-1"
    for page in (address, f"{address}/edit", SOURCES):
        assert "Secret-Key-1" not in office.get(page).get_data(as_text=True)
    changed = PORTAL | {"name": "다른 이름", "key": ""}
    del changed["enabled"]
    assert office.post(f"{address}/edit", data=changed).status_code == 303
    now = db.session.scalars(select(ListSource)).one()
    assert (now.name, now.enabled, now.next_due_at) == ("다른 이름", False, None)
    assert now.secret is not None
    assert office.post(f"{address}/pull").status_code == 409


def test_a_key_is_not_sent_to_another_host(office: Visitor) -> None:
    source = make_portal(key="Secret-Key-1")
    changed = PORTAL | {"key": "", "url": "https://elsewhere.example.org/list"}
    office.post(f"{SOURCES}/{source.public_id}/edit", data=changed)
    db.session.refresh(source)
    assert source.secret is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://portal.example.org/"},
        {"url": "https://127.0.0.1/"},
        {"url": "https://localhost/"},
        {"url": "https://portal.example.org/?authKey=x"},
        {"key": "short"},
        {"name": ""},
        {"kind": "sheet"},
    ],
)
def test_a_portal_that_could_not_be_asked_is_not_stored(office: Visitor, wrong: dict[str, str]) -> None:
    assert office.post(f"{SOURCES}/new", data=PORTAL | wrong).status_code == 422
    assert db.session.scalars(select(ListSource)).all() == []


def test_pull_now_is_stored_for_the_worker(office: Visitor) -> None:
    source = make_portal()
    assert office.post(f"{SOURCES}/{source.public_id}/pull").status_code == 303
    db.session.refresh(source)
    assert source.next_due_at is not None


def test_a_run_shows_what_it_refused_and_can_be_undone(office: Visitor) -> None:
    source, run = make_pulled_source()
    address = f"{SOURCES}/{source.public_id}/runs/{run.public_id}"
    page = office.get(address).get_data(as_text=True)
    assert "wanted[2]" in page
    assert "링크가 http나 https 주소가 아니어서 뺐어요." in page
    assert office.post(f"{address}/undo").status_code == 303
    assert {state for _title, state in titles()} == {"closed"}
    assert office.post(f"{address}/undo").status_code == 409


def test_a_failed_run_says_why_in_words(office: Visitor) -> None:
    source = make_portal()
    run = ImportRun(source_id=source.id, actor_label="worker: x", started_at=source.created_at, filename="")
    run.state, run.error_code, run.error_found = "failed", "refused", "인증키 오류"
    db.session.add(run)
    db.session.commit()
    for address in (f"{SOURCES}/{source.public_id}", f"{SOURCES}/{source.public_id}/runs/{run.public_id}", SOURCES):
        assert "인증키 오류" in office.get(address).get_data(as_text=True)


def test_runs_and_refusals_come_in_pages(office: Visitor) -> None:
    source = make_portal()
    run = make_run(source, work24(*(wanted(number, closeDt="?") for number in range(120)), wanted(999)))
    address = f"{SOURCES}/{source.public_id}/runs/{run.public_id}"
    assert "wanted[1]" in office.get(address).get_data(as_text=True)
    last = office.get(f"{address}?page=3").get_data(as_text=True)
    assert "wanted[120]" in last
    assert "wanted[1]<" not in last


def test_everybody_sees_source_and_link_and_no_way_to_apply(app: Flask, visitor: Visitor) -> None:
    source = make_portal()
    make_run(source, work24(wanted(1, title="<img src=x onerror=alert(1)>모집 &lt;b&gt;", indTpNm="<b>공공</b>")))
    (opening,) = db.session.scalars(select(Opening))
    page = visitor.get(f"/openings/{opening.public_id}").get_data(as_text=True)
    assert "고용24" in page
    assert 'href="https://www.example.org/wanted?no=K0000000001&amp;kind=1"' in page
    assert 'rel="noopener noreferrer nofollow"' in page
    assert "원문에서 지원 방법을 확인해 주세요." in page
    assert "/apply" not in page
    assert "onerror" not in page
    assert "<b>" not in page


def test_an_opening_of_two_lists_has_both_links(app: Flask, visitor: Visitor) -> None:
    same = {"company": "㈜다온", "title": "현장 코디네이터 모집", "region": "부산"}
    there = {"instNm": "주식회사 다온", "recrutPbancTtl": "현장 코디네이터 채용 공고"}
    make_run(make_portal(), work24(wanted(1, **same)))
    make_run(make_portal("다른 목록"), alio(notice(1, **there)))
    (opening,) = db.session.scalars(select(Opening))
    page = visitor.get(f"/openings/{opening.public_id}").get_data(as_text=True)
    assert page.count("원문 보기") == 2


def test_an_opening_of_an_employer_here_says_nothing_of_sources(app: Flask, visitor: Visitor) -> None:
    opening = make_opening()
    assert "이 공고의 출처" not in visitor.get(f"/openings/{opening.public_id}").get_data(as_text=True)


def test_nobody_else_gets_in(app: Flask, visitor: Visitor) -> None:
    assert visitor.get(SOURCES).status_code == 302
    sign_in(visitor, make_account())
    assert visitor.get(SOURCES).status_code == 404


def test_whoever_has_left_an_employer_confirms_none_of_its_lists(visitor: Visitor) -> None:
    employer = make_employer()
    account = make_member(employer, MembershipRole.CLERK)
    db.session.add(
        Membership(
            account_id=account.id, organisation_id=make_employer().id, role="clerk", created_at=account.created_at
        )
    )
    db.session.commit()
    sign_in(visitor, account)
    page = upload(visitor, sheet(line(1)), employer=employer.public_id).get_data(as_text=True)
    left = db.session.scalars(select(Membership).where(Membership.organisation_id == employer.id)).one()
    db.session.delete(left)
    db.session.commit()
    assert confirm(visitor, page).status_code == 404
    assert titles() == []
