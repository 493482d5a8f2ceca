"""`/verify/bulk`: asked by an employer, worked off by the worker, seen by its own organisation alone."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.access_log import AccessLog, AccessLogSubject
from app.accounts.models import Account, MembershipRole, Organisation, OrganisationKind
from app.certificates import bulk_job, bulk_reading, bulk_service
from app.certificates.bulk_models import BulkVerification, BulkVerificationItem
from app.certificates.models import Certificate
from app.core.clock import now
from app.core.db import db
from tests.conftest import Visitor
from tests.factories.accounts import (
    audit_lines,
    make_account,
    make_member,
    make_membership,
    make_organisation,
    sign_in,
)
from tests.factories.bulk import ask, items, pdf_of, verified
from tests.factories.certificates import issue_one

# Pages look alike wherever rows are kept; what is counted and deleted is tried on both.
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return issue_one(make_organisation(), now())


@pytest.fixture
def employer(app: Flask) -> Organisation:
    return make_organisation("한빛마을기업", OrganisationKind.EMPLOYER)


@pytest.fixture
def member(employer: Organisation) -> Account:
    return make_member(employer, MembershipRole.CLERK)


def send(visitor: Visitor, *files: tuple[bytes, str], lines: str = "", **more: str) -> tuple[int, str, str]:
    data = {"files": [(io.BytesIO(content), name) for content, name in files], "lines": lines, **more}
    answer = visitor.post("/verify/bulk/new", data=data)
    return answer.status_code, answer.headers.get("Location", ""), answer.get_data(as_text=True)


def page(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


@pytest.mark.databases("sqlite", "postgresql")
def test_a_pile_of_everything_is_stored_checked_and_shown(
    visitor: Visitor, certificate: Certificate, member: Account
) -> None:
    sign_in(visitor, member)
    lines = f"{certificate.document_number} {certificate.name}\n{certificate.document_number}"
    status, location, _shown = send(
        visitor,
        (pdf_of(certificate), "수료증.pdf"),
        (certificate.credential, "a.json"),
        lines=lines,
        title="4월 공채",
    )
    assert status == 303
    waiting = page(visitor, location)
    assert "수료증을 확인하고 있어요" in waiting
    assert "4건 중 1건 확인" in waiting  # A number alone is answered at once.
    assert certificate.name not in waiting
    assert "수료증.pdf" not in waiting
    told = visitor.get(f"{location}/progress").get_json()
    assert (told["done"], told["total"], told["running"]) == (1, 4, True)
    assert visitor.get(f"{location}/receipt.pdf").status_code == 404

    bulk_job.work_off(now())

    assert visitor.get(f"{location}/progress").get_json()["running"] is False
    shown = page(visitor, location)
    assert "4건 중 3건이 유효해요" in shown
    for text in (certificate.serial, certificate.name, certificate.course_name, "수료증.pdf", "1번과 같은 수료증"):
        assert text in shown
    assert "번호 옆에 이름이나 생년월일이 없어요" in shown
    assert [item.answer for item in items()] == ["valid", "valid", "valid", "not_read"]


def test_nothing_that_was_sent_stays_but_the_digest(
    certificate: Certificate, employer: Organisation, member: Account
) -> None:
    lines = f"{certificate.document_number} {certificate.birth_date}"
    ask(employer, member, [certificate.credential, b"<html>"], lines)
    assert [item.content is not None for item in items()] == [True, True, False]
    assert items()[2].second == str(certificate.birth_date)
    bulk_job.work_off(now())
    assert [(item.content, item.second) for item in items()] == [(None, "")] * 3
    assert [item.sha256 is not None for item in items()] == [True, True, False]


@pytest.mark.databases("sqlite", "postgresql")
def test_the_answers_can_be_filtered_and_paged(
    visitor: Visitor, certificate: Certificate, employer: Organisation, member: Account
) -> None:
    bulk = verified(employer, member, [certificate.credential, b"<html>", *[b"%d" % n for n in range(25)]])
    sign_in(visitor, member)
    here = f"/verify/bulk/{bulk.public_id}"
    assert certificate.serial in page(visitor, here)
    assert certificate.serial in page(visitor, f"{here}?answer=valid")
    unread = page(visitor, f"{here}?answer=not_read")
    assert certificate.serial not in unread
    assert "page=2" in unread
    assert "27.file" in page(visitor, f"{here}?answer=not_read&page=2")
    assert certificate.serial in page(visitor, f"{here}?answer=nonsense")


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_answers_are_exported_and_nothing_in_them_is_a_formula(
    visitor: Visitor, certificate: Certificate, employer: Organisation, member: Account, form: str
) -> None:
    sign_in(visitor, member)
    _status, location, _shown = send(visitor, (certificate.credential, "=cmd|calc!A0.json"))
    bulk_job.work_off(now())
    data = visitor.get(f"{location}/answers.{form}").data
    if form == "csv":
        assert "'=cmd|calc!A0.json,유효" in data.decode("utf-8-sig")
        assert certificate.serial in data.decode("utf-8-sig")
        return
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    cells = {str(cell.value): cell.data_type for cell in sheet[2]}
    assert cells["=cmd|calc!A0.json"] == "s"
    assert {certificate.serial, certificate.name, "유효"} <= set(cells)


def test_only_the_own_organisation_sees_it(
    visitor: Visitor, certificate: Certificate, employer: Organisation, member: Account
) -> None:
    bulk = verified(employer, member, [certificate.credential], title="비밀 공채")
    here = f"/verify/bulk/{bulk.public_id}"
    paths = (here, f"{here}/progress", f"{here}/answers.xlsx", f"{here}/receipt.pdf", f"{here}/receipt.jwt")
    viewer = make_member(employer, MembershipRole.VIEWER)
    stranger = make_member(make_organisation(kind=OrganisationKind.FIELD_CENTRE))
    centre = make_member(make_organisation())
    for who, status in ((viewer, 200), (stranger, 404), (centre, 404), (make_account(operator=True), 404)):
        sign_in(visitor, who)
        assert [visitor.get(path).status_code for path in paths] == [status] * len(paths)
        visitor.post("/sign-out")
    assert visitor.get(here).status_code == 302
    sign_in(visitor, viewer)
    assert visitor.get("/verify/bulk/new").status_code == 404
    assert visitor.post(f"{here}/delete").status_code == 404
    assert visitor.get(f"{here}/receipt.exe").status_code == 404
    visitor.post("/sign-out")
    sign_in(visitor, stranger)
    assert "비밀 공채" not in page(visitor, "/verify/bulk")
    assert visitor.post(f"{here}/delete").status_code == 404
    assert db.session.scalar(select(func.count()).select_from(BulkVerification)) == 1


def test_nobody_asks_in_the_name_of_another_organisation(
    visitor: Visitor, member: Account, employer: Organisation
) -> None:
    other = make_organisation(kind=OrganisationKind.EMPLOYER)
    sign_in(visitor, member)
    assert send(visitor, lines="x", organisation=other.public_id)[0] in (303, 422)
    asked = db.session.scalars(select(BulkVerification.organisation_id)).all()
    assert set(asked) <= {employer.id}


def test_whoever_acts_for_two_organisations_chooses(
    visitor: Visitor, member: Account, employer: Organisation
) -> None:
    second = make_organisation(kind=OrganisationKind.OFFICE)
    make_membership(member, second, MembershipRole.CLERK)
    sign_in(visitor, member)
    assert 'name="organisation"' in page(visitor, "/verify/bulk/new")
    assert send(visitor, lines="x")[0] == 422
    assert send(visitor, lines="x", organisation=second.public_id)[0] == 303
    assert db.session.scalars(select(BulkVerification.organisation_id)).all() == [second.id]


@pytest.mark.databases("sqlite", "postgresql")
def test_the_access_log_says_whose_answers_were_seen(
    visitor: Visitor, certificate: Certificate, employer: Organisation, member: Account
) -> None:
    bulk = verified(employer, member, [certificate.credential, b"nothing"])
    sign_in(visitor, member)
    page(visitor, f"/verify/bulk/{bulk.public_id}")
    visitor.get(f"/verify/bulk/{bulk.public_id}/answers.csv")
    page(visitor, "/verify/bulk")
    visitor.get(f"/verify/bulk/{bulk.public_id}/progress")
    logged = db.session.execute(
        select(AccessLog.endpoint, AccessLog.is_download, AccessLog.acted_for).order_by(AccessLog.id)
    ).all()
    assert logged == [("bulk.show", False, employer.name), ("bulk.answers", True, employer.name)]
    assert set(db.session.scalars(select(AccessLogSubject.subject_id))) == {certificate.person_public_id}


def test_every_step_has_its_audit_line(certificate: Certificate, employer: Organisation, member: Account) -> None:
    bulk = verified(employer, member, [certificate.credential])
    assert [line.subject_id for line in audit_lines("bulk_verification.create")] == [bulk.public_id]
    (signed,) = audit_lines("verification_receipt.sign")
    assert signed.subject_id == bulk.receipt_public_id
    assert signed.after is not None
    assert signed.after["answers"] == {"valid": 1}


def test_too_much_is_refused_and_nothing_is_stored(
    visitor: Visitor, member: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(visitor, member)
    status, _location, shown = send(visitor, *[(b"{}", f"{n}.json") for n in range(300)])
    assert (status, "300건을 보냈어요" in shown) == (422, True)
    status, _location, shown = send(visitor, (b"%PDF-" + b"0" * bulk_reading.MOST_FILE_BYTES, "큰.pdf"))
    assert (status, "10MB까지예요" in shown, "큰.pdf" in shown) == (413, True, True)
    monkeypatch.setattr(bulk_reading, "MOST_BYTES", 1000)
    status, _location, shown = send(visitor, (b"0" * 600, "a.pdf"), (b"0" * 600, "b.pdf"))
    assert (status, "50MB예요" in shown) == (413, True)
    status, _location, shown = send(visitor)
    assert (status, "확인할 파일을 고르거나" in shown) == (422, True)
    status, _location, shown = send(visitor, (b"PK\x03\x04 no workbook", "목록.xlsx"))
    assert status == 422
    assert db.session.scalar(select(func.count()).select_from(BulkVerificationItem)) == 0


def test_a_request_beyond_the_limit_is_not_read_at_all(
    visitor: Visitor, member: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_reading, "MOST_BYTES", 1)
    sign_in(visitor, member)
    status, _location, shown = send(visitor, (b"0" * (2 * 1024 * 1024), "a.pdf"))
    assert (status, "1MB예요" in shown) == (413, True)


def test_others_get_no_larger_request_than_elsewhere(visitor: Visitor) -> None:
    sign_in(visitor, make_member(make_organisation()))
    assert send(visitor, (b"0" * (11 * 1024 * 1024), "a.pdf"))[0] in (404, 413)


def test_a_resident_number_is_stored_nowhere(visitor: Visitor, member: Account) -> None:
    sign_in(visitor, member)
    status, _location, shown = send(visitor, lines="1234-5678-9012-3450 900309-1234567")
    assert (status, "주민등록번호" in shown) == (422, True)
    assert send(visitor, (b"\xef\xbb\xbfa,900309-1234567", "list.csv"))[0] == 422
    assert send(visitor, (b"{}", "900309-1234567.json"))[0] == 303
    assert "900309-1234567" not in items()[0].label


@pytest.mark.databases("sqlite", "postgresql")
def test_the_same_file_twice_is_said(employer: Organisation, member: Account, certificate: Certificate) -> None:
    verified(employer, member, [b"x", certificate.credential, b"x", certificate.credential, certificate.token or b""])
    assert [item.same_as for item in items()] == [None, None, 1, 2, 2]


@pytest.mark.databases("sqlite", "postgresql")
def test_the_second_of_two_clicks_leads_to_what_the_first_one_asked(visitor: Visitor, member: Account) -> None:
    sign_in(visitor, member)
    once, file = {"once": "ab" * 16}, (b'{"proof": 1}', "a.json")
    first = send(visitor, file, lines="1234-5678-9012-3450 홍길동", **once)
    assert send(visitor, file, lines="1234-5678-9012-3450 홍길동", **once) == first
    assert len(items()) == 2
    # Back, another file: the page is the same, what is asked is not.
    other = send(visitor, (b'{"proof": 2}', "a.json"), lines="1234-5678-9012-3450 홍길동", **once)
    assert (other[0], other[1] != first[1], len(items())) == (303, True, 4)


def test_an_organisation_waits_for_what_it_has_asked(
    visitor: Visitor, employer: Organisation, member: Account
) -> None:
    sign_in(visitor, member)
    for _turn in range(bulk_service.MOST_WAITING):
        assert send(visitor, (b"x", "a.json"))[0] == 303
    status, _location, shown = send(visitor, (b"x", "a.json"))
    assert (status, "먼저 올린 확인이 아직 끝나지 않았어요" in shown) == (409, True)
    bulk_job.work_off(now())
    assert send(visitor, (b"x", "a.json"))[0] == 303


@pytest.mark.databases("sqlite", "postgresql")
def test_an_organisation_can_destroy_its_answers_before_their_time(
    visitor: Visitor, employer: Organisation, member: Account, certificate: Certificate
) -> None:
    bulk = verified(employer, member, [certificate.credential])
    here, receipt = f"/verify/bulk/{bulk.public_id}", bulk.receipt_public_id
    sign_in(visitor, member)
    assert "파기할까요" in page(visitor, f"{here}/delete")
    assert visitor.post(f"{here}/delete").status_code == 303
    assert visitor.get(here).status_code == 404
    assert items() == []
    assert "내용을 파기했어요" in page(visitor, f"/verify/receipts/{receipt}")


def test_the_way_leads_from_the_public_page_and_the_navigation(visitor: Visitor, member: Account) -> None:
    assert re.search(r'href="/verify/bulk"', page(visitor, "/verify"))
    assert visitor.get("/verify/bulk").status_code == 302
    sign_in(visitor, member)
    assert "일괄 진위확인" in page(visitor, "/account")
