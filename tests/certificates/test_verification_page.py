"""`/v/<id>`: what an employer sees after scanning the QR code, in every state."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from app.certificates import issuing_batch, private_halves, status_service
from app.certificates.claims import build_claims
from app.certificates.models import Certificate, CertificateStatus, StatusList
from app.core import clock
from app.core.db import db, unit_of_work
from credentials import CertificateClaims
from tests.certificates.queries_counted import counted
from tests.certificates.tampering import past_the_triggers, tamper
from tests.conftest import Visitor
from tests.factories.accounts import make_organisation
from tests.factories.certificates import ISSUED_AT, issue, issue_one
from tests.factories.training import PEOPLE, finished_cohort

VALID, REVOKED, REPLACED = "유효한 수료증이에요", "폐지된 수료증이에요", "새 수료증으로 바뀌었어요"
NOT_VALID, COULD_NOT_CHECK = "진짜 수료증이 아니에요", "지금은 확인할 수 없어요"
KEY_LOST = "인정되지 않는 수료증이에요"
EXPIRED, NOT_YET = "유효기간이 지난 수료증이에요", "아직 유효기간이 시작되지 않았어요"
ANSWERS = (VALID, REVOKED, REPLACED, NOT_VALID, KEY_LOST, COULD_NOT_CHECK, EXPIRED, NOT_YET)
SIGNED_NAME = "홍정훈"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Stand still half an hour after the issue."""
    moment = ISSUED_AT + timedelta(minutes=30)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


@pytest.fixture
def certificate(app: Flask, at: datetime) -> Certificate:
    return issue_one(make_organisation("서울도시재생교육원"))


def page(visitor: Visitor, certificate: Certificate) -> str:
    answer = visitor.get(f"/v/{certificate.public_id}")
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def answers(shown: str) -> list[str]:
    return [answer for answer in ANSWERS if answer in shown]


def set_status(certificate: Certificate, status: CertificateStatus, at: datetime) -> None:
    certificate.status, certificate.status_at = status.value, at
    db.session.commit()


def test_it_shows_every_signed_field(visitor: Visitor, certificate: Certificate) -> None:
    shown = page(visitor, certificate)
    assert answers(shown) == [VALID]
    for said in (
        SIGNED_NAME,
        "1969년",
        "제 2026-양성-0001호",
        certificate.document_number[:4],
        "도시재생 코디네이터 양성교육",
        "양성교육",
        "2026년 상반기 1기",
        "2026. 3. 9.",
        "2026. 3. 13.",
        "20시간 (과정 20시간)",
        "100%",
        "서울도시재생교육원",
        "서울도시재생지원센터",
        "2026. 4. 30.",
        "2026. 4. 30. 10:30",
        certificate.key_id,
        "https://ieum.test/status/",
        "did:web:ieum.test",
        "종이와 화면이 다르면 위조일 수 있어요",
    ):
        assert said in shown, said
    assert "1969. 10. 28." not in shown
    assert "시험용" not in shown


def test_it_needs_no_cookie_and_keeps_out_of_search(visitor: Visitor, certificate: Certificate) -> None:
    answer = visitor.get(f"/v/{certificate.public_id}")
    assert "Set-Cookie" not in answer.headers
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert 'name="robots" content="noindex' in answer.get_data(as_text=True)


def test_it_speaks_english(visitor: Visitor, certificate: Certificate) -> None:
    answer = visitor.get(f"/v/{certificate.public_id}", headers={"Accept-Language": "en"})
    assert '<html lang="en">' in answer.get_data(as_text=True)


@pytest.mark.parametrize("status", [CertificateStatus.REVOKED, CertificateStatus.REPLACED])
def test_a_status_counts_at_once(
    visitor: Visitor, certificate: Certificate, at: datetime, status: CertificateStatus
) -> None:
    set_status(certificate, status, at)
    expected = REVOKED if status is CertificateStatus.REVOKED else REPLACED
    assert answers(page(visitor, certificate)) == [expected]


def test_a_revocation_on_the_list_counts_whatever_the_row_says(
    visitor: Visitor, certificate: Certificate, at: datetime
) -> None:
    set_status(certificate, CertificateStatus.REVOKED, at)
    db.session.execute(text("UPDATE status_lists SET is_stale = :yes"), {"yes": True})
    db.session.commit()
    status_service.publish_lists(at)
    set_status(certificate, CertificateStatus.VALID, at)
    assert answers(page(visitor, certificate)) == [REVOKED]


def test_a_replaced_one_leads_to_the_new_one(visitor: Visitor, certificate: Certificate, at: datetime) -> None:
    certificate.replaced_by = "a" * 32
    set_status(certificate, CertificateStatus.REPLACED, at)
    assert f"/v/{'a' * 32}" in page(visitor, certificate)


def test_one_altered_byte_is_not_valid_and_shows_nothing_of_it(visitor: Visitor, certificate: Certificate) -> None:
    altered = certificate.credential.replace(b'"creditsEarned":20', b'"creditsEarned":21')
    assert altered != certificate.credential
    tamper(certificate, "credential", altered)
    shown = page(visitor, certificate)
    assert answers(shown) == [NOT_VALID]
    assert SIGNED_NAME not in shown
    assert "서명한 뒤에 내용이 바뀌었어요" in shown


@pytest.mark.databases("sqlite")
def test_bytes_that_became_text_are_looked_at_like_any_other(visitor: Visitor, certificate: Certificate) -> None:
    past_the_triggers("certificates", "UPDATE certificates SET credential = CAST(credential AS TEXT)")
    assert answers(page(visitor, certificate)) == [VALID]
    past_the_triggers("certificates", "UPDATE certificates SET credential = replace(credential, 'Course', 'course')")
    assert answers(page(visitor, certificate)) == [NOT_VALID]


def test_another_persons_sound_certificate_is_not_this_one(visitor: Visitor, at: datetime, app: Flask) -> None:
    mine, theirs = issue(finished_cohort(make_organisation(), people=PEOPLE[:2]))
    theirs_signed = theirs.credential
    tamper(mine, "credential", theirs_signed)
    assert answers(page(visitor, mine)) == [NOT_VALID]
    assert answers(page(visitor, theirs)) == [VALID]


def test_unsigned_columns_are_not_what_is_shown(visitor: Visitor, certificate: Certificate) -> None:
    tamper(certificate, "name", "김위조")
    shown = page(visitor, certificate)
    assert "김위조" not in shown
    assert SIGNED_NAME in shown


def test_a_missing_list_could_not_be_checked(visitor: Visitor, certificate: Certificate) -> None:
    db.session.execute(text("UPDATE status_lists SET document = NULL"))
    db.session.commit()
    shown = page(visitor, certificate)
    assert answers(shown) == [COULD_NOT_CHECK]
    assert "상태 목록을 찾지 못했어요" in shown


def test_an_old_list_could_not_be_checked(
    visitor: Visitor, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: ISSUED_AT + timedelta(hours=25))
    shown = page(visitor, certificate)
    assert answers(shown) == [COULD_NOT_CHECK]
    assert "상태 목록이 오래됐어요" in shown
    assert SIGNED_NAME in shown


def test_a_list_that_somebody_altered_could_not_be_checked(visitor: Visitor, certificate: Certificate) -> None:
    row = db.session.get(StatusList, certificate.status_list_id)
    assert row is not None
    assert row.document is not None
    row.document = row.document.replace(b'"proofValue":"z', b'"proofValue":"z1')
    db.session.commit()
    assert answers(page(visitor, certificate)) == [COULD_NOT_CHECK]


def test_a_row_that_could_not_be_checked_is_still_revoked_by_our_record(
    visitor: Visitor, certificate: Certificate, at: datetime
) -> None:
    db.session.execute(text("UPDATE status_lists SET document = NULL"))
    set_status(certificate, CertificateStatus.REVOKED, at)
    assert answers(page(visitor, certificate)) == [REVOKED]


def test_a_revoked_key_is_not_valid(visitor: Visitor, certificate: Certificate, at: datetime) -> None:
    db.session.execute(text("UPDATE issuer_keys SET revoked_at = :at"), {"at": "2026-04-01 00:00:00"})
    db.session.commit()
    assert answers(page(visitor, certificate)) == [KEY_LOST]


@pytest.mark.parametrize("wrong", ["0" * 32, "F" * 32, "x", "..%2f", "a" * 400, "홍길동"])
def test_unknown_and_malformed_ids_get_the_same_page(visitor: Visitor, certificate: Certificate, wrong: str) -> None:
    def shown(public_id: str) -> str:
        answer = visitor.get(f"/v/{public_id}")
        assert answer.status_code == 404
        return re.sub(r"next=[^\"]*", "next=", answer.get_data(as_text=True))

    assert "수료증을 찾을 수 없어요" in shown(wrong)
    assert shown(wrong) == shown("1" * 32)


@pytest.mark.parametrize("public_id", ["1" * 32, "malformed"])
def test_unknown_and_malformed_ids_cost_the_same(visitor: Visitor, app: Flask, public_id: str) -> None:
    with counted() as statements:
        visitor.get(f"/v/{public_id}")
    assert len(statements) == 1


def test_it_takes_one_query_and_no_private_key(
    visitor: Visitor, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_halves, "open_key", lambda *_: pytest.fail("a private key was opened"))
    public_id = certificate.public_id
    visitor.get(f"/v/{public_id}")
    with counted() as statements:
        visitor.get(f"/v/{public_id}")
    assert len(statements) == 1, statements


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_is_what_its_template_makes_of_it(visitor: Visitor, app: Flask, at: datetime, language: str) -> None:
    certificates = issue(finished_cohort(make_organisation("서울 <b>도시</b> & 재생")))
    for certificate, status in zip(certificates, CertificateStatus, strict=False):
        set_status(certificate, status, at)
        certificate.replaced_by = certificates[0].public_id if status is CertificateStatus.REPLACED else None
    db.session.commit()

    def pages() -> list[str]:
        asked = (f"/v/{c.public_id}" for c in certificates)
        return [visitor.get(path, headers={"Accept-Language": language}).get_data(as_text=True) for path in asked]

    shown = pages()
    assert f'<html lang="{language}">' in shown[0]
    app.jinja_env.auto_reload = True
    assert pages() == shown
    assert all("서울 &lt;b&gt;도시&lt;/b&gt; &amp; 재생" in text for text in shown)
    assert not any("\ue000" <= character <= "\uf8ff" for text in shown for character in text)


def test_a_new_key_and_a_new_list_count_at_once(visitor: Visitor, certificate: Certificate, at: datetime) -> None:
    assert answers(page(visitor, certificate)) == [VALID]
    db.session.execute(text("UPDATE status_lists SET document = NULL, is_stale = true"))
    db.session.commit()
    assert answers(page(visitor, certificate)) == [COULD_NOT_CHECK]
    status_service.publish_lists(at)
    assert answers(page(visitor, certificate)) == [VALID]
    db.session.execute(text("UPDATE issuer_keys SET revoked_at = created_at"))
    db.session.commit()
    assert answers(page(visitor, certificate)) == [KEY_LOST]


def test_it_costs_little_time(visitor: Visitor, certificate: Certificate) -> None:
    public_id = certificate.public_id
    visitor.get(f"/v/{public_id}")
    spent = []
    for _turn in range(10):
        # Time of this process: what else the machine is doing does not count.
        begun = time.process_time()
        visitor.get(f"/v/{public_id}")
        spent.append(time.process_time() - begun)
    assert sorted(spent)[5] < 0.1


def test_trial_certificates_say_so(visitor: Visitor, certificate: Certificate) -> None:
    tamper(certificate, "is_trial", True)
    assert "시험용 수료증이에요" in page(visitor, certificate)


def test_what_has_expired_or_not_begun_is_not_called_a_forgery(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_an_end(*arguments: Any, **more: Any) -> CertificateClaims:
        claims = build_claims(*arguments, **more)
        return replace(claims, valid_from=ISSUED_AT + timedelta(hours=1), valid_until=ISSUED_AT + timedelta(days=1))

    monkeypatch.setattr(issuing_batch, "build_claims", with_an_end)
    certificate = issue_one(make_organisation())

    def shown_on(moment: datetime) -> str:
        monkeypatch.setattr(clock, "now", lambda: moment)
        status_service.publish_lists(moment)
        return page(visitor, certificate)

    assert answers(shown_on(ISSUED_AT)) == [NOT_YET]
    assert answers(shown_on(ISSUED_AT + timedelta(hours=2))) == [VALID]
    late = shown_on(ISSUED_AT + timedelta(days=2))
    assert answers(late) == [EXPIRED]
    assert ("유효기간 지남" in late, "verdict--expired" in late) == (True, True)
    set_status(certificate, CertificateStatus.REVOKED, ISSUED_AT)
    with unit_of_work():
        db.session.execute(update(StatusList).values(is_stale=True))
    assert answers(shown_on(ISSUED_AT + timedelta(days=2))) == [REVOKED]
    tamper(certificate, "credential", certificate.credential.replace("정훈".encode(), "정운".encode()))
    assert answers(shown_on(ISSUED_AT + timedelta(days=2))) == [NOT_VALID]
