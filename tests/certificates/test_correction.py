"""Correction: a new certificate from the record as it stands, and the old one marked as replaced by it."""

from __future__ import annotations

import json
from datetime import time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import MembershipRole, Organisation, Person
from app.certificates import (
    correction_service,
    issuing_service,
    keys,
    queries,
    revocation_service,
    status_changes,
    status_service,
)
from app.certificates.models import Certificate, Issuance, IssuanceState, SerialCounter, StatusList, StatusReason
from app.certificates.verdict import Answer
from app.certificates.verification_service import verify_stored
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from app.training import queries as training
from app.training.models import Cohort
from app.training.policy import Mark
from credentials import Replaced, Revoked, verify
from credentials import StatusList as ReadList
from tests.conftest import Visitor
from tests.factories.accounts import link_in, mails_to, make_account, make_member, make_organisation, sign_in
from tests.factories.certificates import CLERK, ISSUED_AT, all_certificates, issue
from tests.factories.training import PEOPLE, attend, finished_cohort

CORRECTED_AT = ISSUED_AT + timedelta(days=3)


@pytest.fixture
def centre(app: Flask) -> Organisation:
    return make_organisation("서울도시재생교육원")


@pytest.fixture
def cohort(centre: Organisation) -> Cohort:
    return finished_cohort(centre, people=PEOPLE[:1])


@pytest.fixture
def certificate(cohort: Cohort) -> Certificate:
    (certificate,) = issue(cohort)
    return certificate


def rename(certificate: Certificate, name: str = "홍길순") -> None:
    with unit_of_work():
        person = db.session.scalars(select(Person).where(Person.public_id == certificate.person_public_id)).one()
        person.name = name


def ask(certificate: Certificate) -> str:
    """Ask for the correction; answer the public id that the new certificate will have."""
    with unit_of_work():
        found = queries.certificate_for(CLERK, certificate.public_id)
        issuance = correction_service.request_correction(found, StatusReason.NAME, "오타", CLERK, CORRECTED_AT)
        return issuance.certificate_public_id


def answer_of(public_id: str) -> Answer:
    db.session.expire_all()
    found = verify_stored(public_id, CORRECTED_AT)
    assert found is not None
    return found.verdict.answer


@pytest.mark.parametrize("what", ["수료기준", "과정 설명", "과정 시간"])
def test_what_was_signed_about_the_course_is_compared_too(
    cohort: Cohort, certificate: Certificate, what: str
) -> None:
    before = correction_service.preview(certificate)
    assert before is not None
    assert not before.is_possible
    if what == "수료기준":
        cohort.policy.name = "새 출결기준"
    elif what == "과정 설명":
        cohort.course.description = "고쳐 쓴 설명"
    else:
        cohort.sessions[-1].end = time(23, 0)
    db.session.flush()
    found = correction_service.preview(certificate)
    assert found is not None
    assert what in [str(d.label) for d in found.differences if d.differs]
    db.session.rollback()


def marks(cohort: Cohort, *said: Mark) -> None:
    attend(cohort, {e.public_id: list(said) for e in training.enrolments(cohort)}, CORRECTED_AT)


def test_the_new_one_says_what_the_record_says_and_the_old_one_leads_to_it(certificate: Certificate) -> None:
    rename(certificate)
    new_id = ask(certificate)
    issuing_service.issue_waiting(CORRECTED_AT)
    old, new = all_certificates()
    assert (old.status, old.replaced_by, old.status_at) == ("replaced", new_id, CORRECTED_AT)
    assert (new.public_id, new.name, new.status, new.replaced_by) == (new_id, "홍길순", "valid", None)
    assert old.name == PEOPLE[0][0]
    assert new.serial != old.serial
    assert answer_of(old.public_id) is Answer.REPLACED
    assert answer_of(new_id) is Answer.VALID


def test_everybody_else_refuses_the_old_one_and_may_learn_that_there_is_another(certificate: Certificate) -> None:
    rename(certificate)
    ask(certificate)
    issuing_service.issue_waiting(CORRECTED_AT)
    known = keys.verification_keys()
    rows = db.session.scalars(select(StatusList)).all()
    lists = {row.url: ReadList.from_bytes(row.document or b"", known.status, CORRECTED_AT) for row in rows}
    with pytest.raises(Replaced):
        verify(certificate.credential, issuer_keys=known.credentials, status_lists=lists, at=CORRECTED_AT)
    without = {url: found for url, found in lists.items() if not url.endswith("/replaced")}
    with pytest.raises(Revoked):
        verify(certificate.credential, issuer_keys=known.credentials, status_lists=without, at=CORRECTED_AT)


def test_the_list_of_replaced_ones_is_published_beside_the_other(visitor: Visitor, certificate: Certificate) -> None:
    rename(certificate)
    ask(certificate)
    issuing_service.issue_waiting(CORRECTED_AT)
    base = db.session.scalars(select(StatusList).where(StatusList.beside_id.is_(None))).one()
    answer = visitor.get(f"/status/{base.public_id}/replaced")
    assert answer.status_code == 200
    document = json.loads(answer.data)
    assert document["id"] == f"{base.url}/replaced"
    assert document["credentialSubject"]["statusPurpose"] == "refresh"
    beside = db.session.scalars(select(StatusList).where(StatusList.beside_id.is_not(None))).one()
    assert visitor.get(f"/status/{beside.public_id}").status_code == 404


def test_there_must_be_something_to_correct(certificate: Certificate) -> None:
    preview = correction_service.preview(certificate)
    assert preview is not None
    assert not preview.is_possible
    with pytest.raises(Conflict):
        ask(certificate)
    assert len(db.session.scalars(select(Issuance)).all()) == 1


def test_the_preview_names_exactly_what_changes(cohort: Cohort, certificate: Certificate) -> None:
    rename(certificate)
    marks(cohort, Mark.PRESENT, Mark.PRESENT, Mark.PRESENT, Mark.PRESENT, Mark.ABSENT)
    preview = correction_service.preview(all_certificates()[0])
    assert preview is not None
    assert preview.is_possible
    assert [str(d.label) for d in preview.differences if d.differs] == ["성명", "이수시간", "출석률"]


def test_who_no_longer_completed_is_not_corrected_but_revoked(cohort: Cohort, certificate: Certificate) -> None:
    marks(cohort, *[Mark.ABSENT] * 5)
    with pytest.raises(Conflict, match="수료 기준"):
        ask(certificate)


def test_asking_twice_corrects_once(certificate: Certificate) -> None:
    rename(certificate)
    assert ask(certificate) == ask(certificate)
    issuing_service.issue_waiting(CORRECTED_AT)
    assert len(all_certificates()) == 2
    with pytest.raises(Conflict):
        ask(certificate)


def test_revoked_while_the_correction_waits_nothing_is_issued_and_no_number_taken(certificate: Certificate) -> None:
    rename(certificate)
    ask(certificate)
    with unit_of_work():
        found = queries.certificate_for(CLERK, certificate.public_id)
        revocation_service.revoke(found, StatusReason.NOT_EARNED, "대리 출석", CLERK, CORRECTED_AT)
    issuing_service.issue_waiting(CORRECTED_AT)
    (only,) = all_certificates()
    assert only.status == "revoked"
    assert db.session.scalars(select(SerialCounter.next_number)).one() == 2
    refused = db.session.scalars(select(Issuance).where(Issuance.edition == 2)).one()
    assert (refused.state, str(refused.refusal_text)) == (
        IssuanceState.REFUSED,
        "정정하기 전에 수료증이 폐지됐어요",
    )


def test_new_and_mark_are_stored_together_or_not_at_all(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename(certificate)
    new_id = ask(certificate)

    def fails(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as broken:
        broken.setattr(status_changes, "mark", fails)
        issuing_service.issue_waiting(CORRECTED_AT)
    (only,) = all_certificates()
    assert only.status == "valid"
    assert db.session.scalars(select(SerialCounter.next_number)).one() == 2
    issuing_service.issue_waiting(CORRECTED_AT)
    assert [(c.status, c.replaced_by) for c in all_certificates()] == [("replaced", new_id), ("valid", None)]


def test_a_correction_can_be_corrected(cohort: Cohort, certificate: Certificate) -> None:
    for name in ("홍길순", "홍길숙"):
        rename(certificate, name)
        ask(all_certificates()[-1])
        issuing_service.issue_waiting(CORRECTED_AT)
    first, second, third = all_certificates()
    assert [first.replaced_by, second.replaced_by, third.replaced_by] == [second.public_id, third.public_id, None]
    assert [i.edition for i in db.session.scalars(select(Issuance).order_by(Issuance.id))] == [1, 2, 3]


def test_issuing_for_the_cohort_leaves_a_refused_correction_alone(cohort: Cohort, certificate: Certificate) -> None:
    rename(certificate)
    ask(certificate)
    marks(cohort, *[Mark.ABSENT] * 5)
    issuing_service.issue_waiting(CORRECTED_AT)
    marks(cohort, *[Mark.PRESENT] * 4, Mark.LATE)
    assert len(issue(cohort)) == 1
    assert all_certificates()[0].status == "valid"


def test_the_clerk_sees_what_changes_and_corrects(
    visitor: Visitor, centre: Organisation, cohort: Cohort, certificate: Certificate
) -> None:
    sign_in(visitor, make_member(centre, MembershipRole.CLERK))
    address = f"/certificates/{certificate.public_id}"
    assert "정정할 것이 없어요" in visitor.get(f"{address}/correct").text
    rename(certificate)
    page = visitor.get(f"{address}/correct").text
    assert "홍길순" in page
    assert PEOPLE[0][0] in page
    assert visitor.post(f"{address}/correct", data={}).status_code == 422
    assert visitor.post(f"{address}/correct", data={"reason": "name"}).status_code == 303
    assert "정정 중" in visitor.get(f"/cohorts/{cohort.public_id}/certificates").text
    issuing_service.issue_waiting(CORRECTED_AT)
    old, new = all_certificates()
    assert f"/certificates/{new.public_id}" in visitor.get(address).text
    assert "이미 폐지하거나 정정한" in visitor.get(f"{address}/correct").text
    outside = visitor.get(f"/v/{old.public_id}").text
    assert f"/v/{new.public_id}" in outside
    assert "정정" in outside


def test_lists_are_signed_again_only_when_they_changed(certificate: Certificate) -> None:
    rename(certificate)
    ask(certificate)
    issuing_service.issue_waiting(CORRECTED_AT)
    rows = db.session.scalars(select(StatusList)).all()
    assert [row.published_at for row in rows] == [CORRECTED_AT] * 2
    status_service.publish_lists(CORRECTED_AT + timedelta(minutes=5))
    db.session.expire_all()
    assert [row.published_at for row in db.session.scalars(select(StatusList))] == [CORRECTED_AT] * 2


def test_the_holder_is_led_to_the_new_certificate(certificate: Certificate) -> None:
    person = db.session.scalars(select(Person).where(Person.public_id == certificate.person_public_id)).one()
    holder = make_account(person=person)
    db.session.commit()
    rename(certificate)
    new = ask(certificate)
    assert not mails_to(holder.email)
    issuing_service.issue_waiting(CORRECTED_AT)
    (mail,) = mails_to(holder.email)
    assert "새 수료증" in mail.subject
    assert link_in(mail) == f"/v/{new}"
