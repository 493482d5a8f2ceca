"""Issuing: who gets a certificate, what it says, and that asking twice asks once."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Organisation
from app.certificates import issuing_service, keys
from app.certificates.models import Issuance, IssuanceState, Refusal, StatusList
from app.certificates.wording import CannotBeWritten
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from app.training import enrolment_service, queries
from app.training.models import CourseKind
from app.training.policy import Mark
from credentials import StatusList as ReadList
from credentials import verify
from tests.factories.accounts import audit_lines, make_organisation
from tests.factories.certificates import CLERK, ISSUED_AT, all_certificates, faults, issue, request, waiting
from tests.factories.training import PEOPLE, attend, enrol, finished_cohort, make_cohort, make_course


@pytest.fixture
def centre(app: Flask) -> Organisation:
    return make_organisation("서울도시재생교육원")


def test_everybody_who_completed_gets_one_in_the_order_of_the_roster(centre: Organisation) -> None:
    issued = issue(finished_cohort(centre, completing=4))
    assert [c.name for c in issued] == [name for name, _born in PEOPLE[:4]]
    assert [c.serial for c in issued] == [f"제 2026-양성-{n:04}호" for n in range(1, 5)]
    assert not faults(issued)
    assert not waiting()


def test_asking_again_asks_nobody(centre: Organisation) -> None:
    cohort = finished_cohort(centre)
    first = [c.public_id for c in issue(cohort)]
    assert not request(cohort)
    issuing_service.issue_waiting(ISSUED_AT)
    assert [c.public_id for c in all_certificates()] == first


def test_asking_twice_before_the_worker_comes_asks_once(centre: Organisation) -> None:
    cohort = finished_cohort(centre)
    assert request(cohort)
    assert not request(cohort)
    assert waiting() == len(PEOPLE)
    assert not all_certificates()


def test_it_issues_for_one_person_and_later_for_the_rest(centre: Organisation) -> None:
    cohort = finished_cohort(centre)
    third = queries.enrolments(cohort)[2]
    with unit_of_work():
        issuing_service.request_certificates(cohort, CLERK, ISSUED_AT, [third])
    issuing_service.issue_waiting(ISSUED_AT)
    assert [c.enrolment_public_id for c in all_certificates()] == [third.public_id]
    assert len(issue(cohort)) == len(PEOPLE)
    assert not faults(all_certificates())


def test_somebody_who_has_not_completed_cannot_be_named(centre: Organisation) -> None:
    cohort = finished_cohort(centre, completing=1)
    with pytest.raises(Conflict, match="박영길"), unit_of_work():
        issuing_service.request_certificates(cohort, CLERK, ISSUED_AT, queries.enrolments(cohort)[1:2])
    assert not waiting()


def test_it_says_what_the_record_says(centre: Organisation) -> None:
    cohort = make_cohort(make_course(centre, "현장 실무", CourseKind.IN_SERVICE))
    (enrolment,) = enrol(cohort, PEOPLE[:1])
    attend(cohort, {enrolment.public_id: [Mark.PRESENT, Mark.LATE, Mark.EXCUSED, Mark.PRESENT, Mark.ABSENT]})
    (certificate,) = issue(cohort)
    said = json.loads(certificate.credential)
    subject = said["credentialSubject"]
    assert [i["identityHash"] for i in subject["identifier"]] == ["홍정훈", "1969"]
    assert subject["licenseNumber"] == certificate.serial == "제 2026-직무-0001호"
    assert subject["achievement"]["name"] == "현장 실무"
    assert subject["achievement"]["tag"] == ["직무교육"]
    assert subject["achievement"]["creditsAvailable"] == 20
    assert "80%" in subject["achievement"]["criteria"]["narrative"]
    assert (subject["creditsEarned"], subject["result"][0]["value"]) == (16, "80")
    assert subject["activityStartDate"] == "2026-03-09T14:00:00+09:00"
    assert subject["activityEndDate"] == "2026-03-13T18:00:00+09:00"
    assert (subject["source"]["name"], subject["term"]) == ("서울도시재생교육원", "2026년 상반기 1기")
    assert said["issuer"]["id"] == "did:web:ieum.test"
    assert said["validFrom"] == "2026-04-30T10:00:00+09:00"
    assert said["credentialStatus"]["statusListCredential"].startswith("https://ieum.test/status/")
    assert str(certificate.birth_date) not in certificate.credential.decode()


def test_the_row_agrees_with_what_was_signed(centre: Organisation) -> None:
    (certificate,) = issue(finished_cohort(centre, people=PEOPLE[:1]))
    known = keys.verification_keys()
    row = db.session.scalars(select(StatusList).where(StatusList.beside_id.is_(None))).one()
    assert row.document is not None
    lists = {row.url: ReadList.from_bytes(row.document, known.status, ISSUED_AT)}
    claims = verify(certificate.credential, issuer_keys=known.credentials, status_lists=lists, at=ISSUED_AT).claims
    assert certificate.sha256 == hashlib.sha256(certificate.credential).hexdigest()
    assert (claims.name, claims.serial, claims.term) == (
        certificate.name,
        certificate.serial,
        certificate.cohort_name,
    )
    assert claims.birth_year == certificate.birth_date.year
    assert claims.status.index == certificate.status_index
    assert int(claims.hours_earned * 60) == certificate.credited_minutes
    assert not certificate.is_trial


def test_the_year_of_a_serial_is_koreas(centre: Organisation) -> None:
    new_year_in_seoul = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)
    (certificate,) = issue(finished_cohort(centre, people=PEOPLE[:1]), new_year_in_seoul)
    assert certificate.serial == "제 2027-양성-0001호"


def test_each_kind_counts_by_itself(centre: Organisation) -> None:
    issue(finished_cohort(centre, people=PEOPLE[:2]))
    course = make_course(centre, "주민참여", CourseKind.GENERAL)
    issued = issue(finished_cohort(centre, people=PEOPLE[:1], course=course))
    assert [c.serial for c in issued] == ["제 2026-양성-0001호", "제 2026-양성-0002호", "제 2026-일반-0001호"]


def test_who_no_longer_completes_is_refused_without_using_up_a_number(centre: Organisation) -> None:
    cohort = finished_cohort(centre, people=PEOPLE[:3])
    request(cohort)
    second = queries.enrolments(cohort)[1]
    attend(cohort, {second.public_id: [Mark.ABSENT] * 5})
    issuing_service.issue_waiting(ISSUED_AT)
    assert [c.name for c in all_certificates()] == ["홍정훈", "안미숙"]
    assert not faults(all_certificates())
    refused = db.session.scalars(select(Issuance).where(Issuance.state == IssuanceState.REFUSED.value)).one()
    assert refused.enrolment_id == second.id
    assert refused.refusal == Refusal.NOT_COMPLETED
    assert audit_lines("certificate.refuse")


def test_who_was_refused_and_completes_after_all_can_be_issued(centre: Organisation) -> None:
    cohort = finished_cohort(centre, people=PEOPLE[:1])
    request(cohort)
    (enrolment,) = queries.enrolments(cohort)
    attend(cohort, {enrolment.public_id: [Mark.ABSENT] * 5})
    issuing_service.issue_waiting(ISSUED_AT)
    assert not request(cohort)
    attend(cohort, {enrolment.public_id: [Mark.LATE] + [Mark.PRESENT] * 4})
    assert len(issue(cohort)) == 1


def test_who_cancelled_meanwhile_is_refused(centre: Organisation) -> None:
    cohort = finished_cohort(centre, people=PEOPLE[:1])
    request(cohort)
    with unit_of_work():
        enrolment_service.cancel_enrolment(queries.enrolments(cohort)[0], CLERK, ISSUED_AT)
    issuing_service.issue_waiting(ISSUED_AT)
    assert not all_certificates()
    assert db.session.scalars(select(Issuance)).one().refusal == Refusal.CANCELLED


@pytest.mark.parametrize("name", ["홍\u200b길동", "김𠮷동", "박\u202e영"])
def test_a_name_that_cannot_be_written_stops_everything_and_is_named(centre: Organisation, name: str) -> None:
    cohort = finished_cohort(centre, people=[*PEOPLE[:2], (name, date(1990, 1, 1))])
    with pytest.raises(CannotBeWritten) as refused, unit_of_work():
        issuing_service.request_certificates(cohort, CLERK, ISSUED_AT)
    assert [p.text for p in refused.value.problems] == [queries.enrolments(cohort)[2].person.name]
    assert f"U+{ord(name[1]):04X}" in str(refused.value)
    assert not db.session.scalars(select(Issuance)).all()


def test_decomposed_names_are_composed(centre: Organisation) -> None:
    cohort = finished_cohort(centre, people=[("홍길동", date(1990, 1, 1))])
    enrolment = queries.enrolments(cohort)[0]
    enrolment.person.name = "\u1112\u1169\u11bc\u1100\u1175\u11af\u1103\u1169\u11bc"
    db.session.commit()
    (certificate,) = issue(cohort)
    assert certificate.name == "홍길동"


def test_each_certificate_leaves_one_line_in_the_audit_trail(centre: Organisation) -> None:
    issued = issue(finished_cohort(centre, people=PEOPLE[:2]))
    assert [line.subject_id for line in audit_lines("certificate.issue")] == [c.public_id for c in issued]
    (asked,) = audit_lines("certificates.request")
    assert asked.after is not None
    assert asked.after["people"] == 2
