"""All papers of a cohort in one ZIP: what is in it, who gets it, and that it is never silently short."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from urllib.parse import quote

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from app.accounts.access_log import AccessLog
from app.accounts.models import Account, MembershipRole, Organisation, OrganisationKind
from app.certificates import archive, document, key_service, revocation_service, status_service
from app.certificates.models import Certificate, StatusReason
from app.core import clock
from app.core.db import db, unit_of_work
from app.training.models import Cohort
from tests.certificates.tampering import tamper
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_organisation, make_person, sign_in
from tests.factories.certificates import CLERK, ISSUED_AT, issue
from tests.factories.training import PEOPLE, finished_cohort


@pytest.fixture
def centre(app: Flask) -> Organisation:
    return make_organisation("서울도시재생교육원")


@pytest.fixture
def cohort(centre: Organisation) -> Cohort:
    return finished_cohort(centre, people=PEOPLE[:3])


def address(cohort: Cohort) -> str:
    return f"/cohorts/{cohort.public_id}/certificates/papers.zip"


def opened(data: bytes) -> zipfile.ZipFile:
    found = zipfile.ZipFile(io.BytesIO(data))
    assert found.testzip() is None
    return found


def revoke(certificate: Certificate) -> None:
    with unit_of_work():
        found = db.session.merge(certificate)
        revocation_service.revoke(found, StatusReason.ISSUED_IN_ERROR, "시험", CLERK, clock.now())


VISITORS: dict[str, tuple[Callable[[Organisation], Account | None], int]] = {
    "nobody": (lambda centre: None, 302),
    "a person": (lambda centre: make_account(person=make_person()), 404),
    "another centre": (lambda centre: make_member(make_organisation()), 404),
    "an employer": (lambda centre: make_member(make_organisation("한빛", OrganisationKind.EMPLOYER)), 404),
    "a viewer": (lambda centre: make_member(centre, MembershipRole.VIEWER), 200),
}


def test_who_gets_it(app: Flask, visitor: Visitor, centre: Organisation, cohort: Cohort) -> None:
    issue(cohort)
    for make, expected in VISITORS.values():
        account = make(centre)
        if account is not None:
            sign_in(visitor, account)
        answer = visitor.get(address(cohort))
        assert answer.status_code == expected
        answer.close()


def test_it_holds_every_paper_under_the_name_of_the_single_one(
    visitor: Visitor, centre: Organisation, cohort: Cohort
) -> None:
    issued = issue(cohort)
    sign_in(visitor, make_member(centre))
    answer = visitor.get(address(cohort))
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Length" not in answer.headers
    assert f"filename*=UTF-8''{quote(f'수료증_{cohort.code}.zip')}" in answer.headers["Content-Disposition"]
    papers = opened(answer.data)
    assert papers.namelist() == [
        "수료증_2026-양성-0001_홍정훈.pdf",
        "수료증_2026-양성-0002_박영길.pdf",
        "수료증_2026-양성-0003_안미숙.pdf",
    ]
    for entry, certificate in zip(papers.infolist(), issued, strict=True):
        # Stored, named in UTF-8 (bit 11), and with its size in front of it (bit 3 would put it behind).
        assert (entry.compress_type, entry.flag_bits & 0x808) == (zipfile.ZIP_STORED, 0x800)
        paper = PdfReader(io.BytesIO(papers.read(entry)))
        assert paper.attachments["credential.json"][0] == certificate.credential
        assert [field["/FT"] for field in (paper.get_fields() or {}).values()] == ["/Sig"]


def test_it_writes_one_line_of_the_access_log_with_everybody_in_it(
    visitor: Visitor, centre: Organisation, cohort: Cohort
) -> None:
    issue(cohort)
    sign_in(visitor, make_member(centre))
    visitor.get(address(cohort)).close()
    (line,) = db.session.scalars(select(AccessLog).where(AccessLog.endpoint == "certificates.papers")).all()
    assert (line.is_download, line.subjects) == (True, 3)


def test_one_paper_is_made_at_a_time(app: Flask, centre: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = finished_cohort(centre, people=[(f"홍길동{n:02}", date(1980, 1, 1 + n)) for n in range(24)])
    issue(cohort)
    made: list[str] = []

    def print_small(certificate: Certificate, _authority: object) -> bytes:
        made.append(certificate.serial)
        return b"%PDF-" + bytes(100_000)

    monkeypatch.setattr(archive, "sealed_pdf", print_small)
    parts = archive.write_archive(app, archive.papers_to_send(cohort, clock.now()))
    taken = [next(parts)]
    assert len(made) == 1
    taken += parts
    assert len(made) == 24
    # Every part is one paper and its head; only the last is the directory.
    assert len(taken) == 25
    assert max(len(part) for part in taken) < 101_000
    names = opened(b"".join(taken)).namelist()
    assert (len(names), names) == (24, sorted(names))


def test_what_was_revoked_is_left_out_and_said_to_be(visitor: Visitor, centre: Organisation, cohort: Cohort) -> None:
    issued = issue(cohort)
    sign_in(visitor, make_member(centre))
    page = f"/cohorts/{cohort.public_id}/certificates/issued"
    assert "빠져요" not in visitor.get(page).text
    revoke(issued[1])
    shown = visitor.get(page).text
    assert "유효한 수료증 2장" in shown
    assert "폐지하거나 정정한 수료증 1장은 빠져요" in shown
    assert [name[-7:] for name in opened(visitor.get(address(cohort)).data).namelist()] == [
        "홍정훈.pdf",
        "안미숙.pdf",
    ]


def test_without_any_certificate_there_is_nothing_to_take(
    visitor: Visitor, centre: Organisation, cohort: Cohort
) -> None:
    sign_in(visitor, make_member(centre))
    assert "ZIP" not in visitor.get(f"/cohorts/{cohort.public_id}/certificates/issued").text
    assert visitor.get(address(cohort)).status_code == 409


def test_it_is_refused_by_name_when_a_row_is_not_as_issued(
    visitor: Visitor, centre: Organisation, cohort: Cohort
) -> None:
    issued = issue(cohort)
    sign_in(visitor, make_member(centre))
    tamper(issued[2], "name", "김바꿈")
    refused = visitor.get(address(cohort))
    assert refused.status_code == 409
    assert "제 2026-양성-0003호 김바꿈" in refused.text
    assert "박영길" not in refused.text


def test_it_is_refused_by_name_when_a_font_lacks_a_letter(
    visitor: Visitor, centre: Organisation, cohort: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(cohort)
    sign_in(visitor, make_member(centre))
    monkeypatch.setattr(document, "missing_glyphs", lambda text: [letter for letter in text if letter == "길"])
    refused = visitor.get(address(cohort))
    assert refused.status_code == 409
    assert "제 2026-양성-0002호 박영길" in refused.text
    assert "길 (U+AE38)" in refused.text


def test_a_certificate_revoked_on_the_way_breaks_the_archive_off(app: Flask, cohort: Cohort) -> None:
    issued = issue(cohort)
    parts = archive.write_archive(app, archive.papers_to_send(cohort, clock.now()))
    begun = next(parts)
    revoke(issued[2])
    begun += next(parts)
    with pytest.raises(archive.Overtaken):
        next(parts)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(begun))


def test_no_archive_is_begun_with_a_paper_whose_key_was_revoked(
    visitor: Visitor, centre: Organisation, cohort: Cohort
) -> None:
    first, *_others = issue(cohort)
    with unit_of_work():
        key_service.revoke(first.key_id, ISSUED_AT, "백업 유출", CLERK, clock.now())
    status_service.publish_lists(clock.now())
    sign_in(visitor, make_member(centre))
    refused = visitor.get(address(cohort))
    assert refused.status_code == 409
    assert f"{first.serial} {first.name}: 서명한 키가 폐지됨" in refused.text


def test_two_are_sent_at_once_and_the_next_is_asked_to_wait(
    app: Flask, visitor: Visitor, centre: Organisation, cohort: Cohort
) -> None:
    issue(cohort)
    sign_in(visitor, make_member(centre))
    unread = [archive.archive_of(app, cohort, clock.now()) for _place in range(archive.MOST_AT_ONCE)]
    refused = visitor.get(address(cohort))
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
    assert "잠시 뒤에 다시 내려받아 주세요" in refused.text
    # Somebody gives up before the first byte; another one in the middle.
    unread.pop()
    held = [archive.archive_of(app, cohort, clock.now())]
    assert visitor.get(address(cohort)).status_code == 429
    next(held[0])
    held[0].close()
    assert len(opened(visitor.get(address(cohort)).data).namelist()) == 3
    # Read to the end it has given its place back as well, and so has one that was refused.
    assert visitor.get(address(finished_cohort(centre, completing=0))).status_code == 409
    assert visitor.get(address(cohort)).status_code == 200
    unread.clear()
