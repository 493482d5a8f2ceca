"""Revocation: at once on our pages, within a minute on the signed list, for good, and its reason stays inside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.accounts.models import MembershipRole, Organisation, Person
from app.certificates import keys, queries, revocation_service, status_service
from app.certificates.models import Certificate, StatusChange, StatusList, StatusReason
from app.certificates.verdict import Answer
from app.certificates.verification_service import verify_document, verify_stored
from app.core.db import db, unit_of_work
from app.core.errors import Conflict, Invalid
from credentials import Revoked, verify
from credentials import StatusList as ReadList
from tests.conftest import Visitor
from tests.factories.accounts import (
    link_in,
    mails_to,
    make_account,
    make_member,
    make_membership,
    make_organisation,
    sign_in,
)
from tests.factories.certificates import CLERK, ISSUED_AT, all_certificates, issue, issue_one
from tests.factories.training import PEOPLE, finished_cohort

REVOKED_AT = ISSUED_AT + timedelta(days=3)
WORDS = "출석부가 다른 사람의 것이었음"


@pytest.fixture
def centre(app: Flask) -> Organisation:
    return make_organisation("서울도시재생교육원")


@pytest.fixture
def certificate(centre: Organisation) -> Certificate:
    return issue_one(centre)


def revoke(certificate: Certificate) -> None:
    with unit_of_work():
        found = queries.certificate_for(CLERK, certificate.public_id)
        revocation_service.revoke(found, StatusReason.ISSUED_IN_ERROR, WORDS, CLERK, REVOKED_AT)


def lists() -> dict[str, ReadList]:
    known = keys.verification_keys().status
    rows = db.session.scalars(select(StatusList)).all()
    return {row.url: ReadList.from_bytes(row.document or b"", known, REVOKED_AT) for row in rows}


def test_our_answer_changes_before_the_list_does(certificate: Certificate) -> None:
    revoke(certificate)
    found = verify_stored(certificate.public_id, REVOKED_AT)
    assert found is not None
    assert found.verdict.answer is Answer.REVOKED
    assert verify_document(certificate.credential, REVOKED_AT).answer is Answer.REVOKED


def test_everybody_else_learns_it_from_the_signed_list(certificate: Certificate) -> None:
    status_service.publish_lists(REVOKED_AT)
    before = lists()
    revoke(certificate)
    status_service.publish_lists(REVOKED_AT)
    known = keys.verification_keys().credentials
    verify(certificate.credential, issuer_keys=known, status_lists=before, at=REVOKED_AT)
    with pytest.raises(Revoked):
        verify(certificate.credential, issuer_keys=known, status_lists=lists(), at=REVOKED_AT)


def test_only_that_certificate_is_revoked(centre: Organisation) -> None:
    one, other, *_rest = issue(finished_cohort(centre))
    revoke(one)
    status_service.publish_lists(REVOKED_AT)
    (revocation,) = [found for url, found in lists().items() if not url.endswith("/replaced")]
    assert sum(map(int.bit_count, revocation.bits)) == 1
    assert revocation.is_set(one.status_index)
    answer = verify_stored(other.public_id, REVOKED_AT)
    assert answer is not None
    assert answer.verdict.answer is Answer.VALID


def test_it_is_final(certificate: Certificate) -> None:
    revoke(certificate)
    with pytest.raises(Conflict):
        revoke(certificate)
    assert len(db.session.scalars(select(StatusChange)).all()) == 1


@pytest.mark.parametrize(
    ("reason", "words"), [(StatusReason.ISSUED_IN_ERROR, "  "), (StatusReason.NAME, "이름이 달라요")]
)
def test_it_needs_a_reason_for_revoking_and_words(certificate: Certificate, reason: StatusReason, words: str) -> None:
    with pytest.raises(Invalid):
        revocation_service.revoke(certificate, reason, words, CLERK, REVOKED_AT)
    assert all_certificates()[0].status == "valid"


@pytest.mark.parametrize(
    "change", ["UPDATE certificate_status_changes SET words = ''", "DELETE FROM certificate_status_changes"]
)
def test_the_reason_cannot_be_changed_afterwards(certificate: Certificate, change: str) -> None:
    revoke(certificate)
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(change))
    db.session.rollback()


def test_a_manager_revokes_and_the_reason_stays_inside(
    visitor: Visitor, centre: Organisation, certificate: Certificate
) -> None:
    sign_in(visitor, make_member(centre, MembershipRole.MANAGER))
    address = f"/certificates/{certificate.public_id}"
    assert "폐지하기" in visitor.get(address).text
    assert "되돌릴 수 없어요" in visitor.get(f"{address}/revoke").text
    answer = visitor.post(f"{address}/revoke", data={"reason": "issued_in_error", "words": WORDS})
    assert answer.status_code == 303
    inside = visitor.get(address).text
    assert WORDS in inside
    assert "잘못 발급함" in inside
    status_service.publish_lists(REVOKED_AT)
    entry = queries.certificate_for(CLERK, certificate.public_id)
    list_id = db.session.scalars(select(StatusList.public_id).where(StatusList.id == entry.status_list_id)).one()
    visitor.post("/sign-out")
    for path in (f"/v/{certificate.public_id}", f"/credentials/{certificate.public_id}", f"/status/{list_id}"):
        outside = visitor.get(path)
        assert outside.status_code == 200
        assert WORDS not in outside.text
        assert "잘못 발급함" not in outside.text
        assert "issued_in_error" not in outside.text


def test_its_paper_is_no_longer_handed_out(visitor: Visitor, centre: Organisation, certificate: Certificate) -> None:
    sign_in(visitor, make_member(centre, MembershipRole.MANAGER))
    assert visitor.get(f"/certificates/{certificate.public_id}.pdf").status_code == 200
    revoke(certificate)
    assert visitor.get(f"/certificates/{certificate.public_id}.pdf").status_code == 409
    assert "PDF 내려받기" not in visitor.get(f"/certificates/{certificate.public_id}").text


def test_the_holder_who_works_for_another_centre_sees_no_reason(visitor: Visitor, certificate: Certificate) -> None:
    revoke(certificate)
    person = db.session.scalars(select(Person).where(Person.public_id == certificate.person_public_id)).one()
    account = make_account(person=person)
    make_membership(account, make_organisation("다른 교육원"), MembershipRole.CLERK)
    sign_in(visitor, account)
    page = visitor.get(f"/certificates/{certificate.public_id}")
    assert page.status_code == 200
    assert WORDS not in page.text


def test_the_form_says_what_is_missing(visitor: Visitor, centre: Organisation, certificate: Certificate) -> None:
    sign_in(visitor, make_member(centre, MembershipRole.MANAGER))
    answer = visitor.post(f"/certificates/{certificate.public_id}/revoke", data={})
    assert answer.status_code == 422
    assert "사유를 골라 주세요." in answer.text
    assert "무슨 일이 있었는지 적어 주세요." in answer.text
    assert all_certificates()[0].status == "valid"


@pytest.mark.parametrize("role", [MembershipRole.CLERK, MembershipRole.VIEWER])
def test_nobody_but_a_manager_may(
    visitor: Visitor, centre: Organisation, certificate: Certificate, role: MembershipRole
) -> None:
    sign_in(visitor, make_member(centre, role))
    assert "폐지하기" not in visitor.get(f"/certificates/{certificate.public_id}").text
    data = {"reason": "issued_in_error", "words": WORDS}
    assert visitor.post(f"/certificates/{certificate.public_id}/revoke", data=data).status_code == 404
    assert all_certificates()[0].status == "valid"


def test_a_person_whose_certificate_was_revoked_gets_another_only_when_named(
    visitor: Visitor, centre: Organisation
) -> None:
    cohort = finished_cohort(centre, people=PEOPLE[:2])
    one, other = issue(cohort)
    revoke(one)
    assert len(issue(cohort)) == 2
    sign_in(visitor, make_member(centre, MembershipRole.CLERK))
    page = f"/cohorts/{cohort.public_id}/certificates"
    assert "다시 발급" in visitor.get(page).text
    assert visitor.post(page, data={"enrolment": one.enrolment_public_id}).status_code == 303
    assert visitor.post(page, data={"enrolment": one.enrolment_public_id}).status_code == 303
    certificates = issue(cohort)
    assert [c.enrolment_public_id for c in certificates] == [
        one.enrolment_public_id,
        other.enrolment_public_id,
        one.enrolment_public_id,
    ]
    assert certificates[2].status == "valid"


def test_the_holder_sees_it_without_the_reason(visitor: Visitor, centre: Organisation) -> None:
    cohort = finished_cohort(centre, people=PEOPLE[:1])
    (certificate,) = issue(cohort)
    revoke(certificate)
    person = db.session.scalars(select(Person).where(Person.public_id == certificate.person_public_id)).one()
    sign_in(visitor, make_account(person=person))
    page = visitor.get(f"/certificates/{certificate.public_id}").text
    assert "폐지된 수료증이에요" in page
    assert WORDS not in page


def test_the_holder_is_written_to_and_not_told_why(certificate: Certificate) -> None:
    person = db.session.scalars(select(Person).where(Person.public_id == certificate.person_public_id)).one()
    holder = make_account(person=person)
    db.session.commit()
    revoke(certificate)
    (mail,) = mails_to(holder.email)
    assert "폐지" in mail.subject
    assert certificate.serial in mail.body
    assert link_in(mail) == f"/v/{certificate.public_id}"
    assert WORDS not in mail.body
