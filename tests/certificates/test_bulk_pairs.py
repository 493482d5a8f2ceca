"""Codes and numbers in a bulk verification: right pairs answer, wrong ones count, and nobody lists by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from pytest_socket import disable_socket, enable_socket

from app.accounts import throttle
from app.accounts.models import Account, Organisation, OrganisationKind
from app.certificates import bulk_job, revocation_service
from app.certificates.bulk_answers import BulkAnswer, Reason
from app.certificates.bulk_verification_service import LIMITS, verify_code, verify_pair
from app.certificates.models import Certificate, StatusReason
from app.certificates.verification_service import LIMITS as OF_ALL
from app.core.access import Actor
from app.core.clock import now
from app.core.db import db
from tests.factories.accounts import make_member, make_organisation
from tests.factories.bulk import answers, items, verified
from tests.factories.certificates import issue
from tests.factories.training import PEOPLE, finished_cohort

# Codes say the same wherever rows are kept; tries are counted on both.
pytestmark = pytest.mark.databases("sqlite")

UNKNOWN = "1234-5678-9012-3450"


@pytest.fixture
def two(app: Flask) -> list[Certificate]:
    return issue(finished_cohort(make_organisation(), people=PEOPLE[:2]), now())


@pytest.fixture
def certificate(two: list[Certificate]) -> Certificate:
    return two[0]


@pytest.fixture
def employer(app: Flask) -> Organisation:
    return make_organisation(kind=OrganisationKind.EMPLOYER)


@pytest.fixture
def member(employer: Organisation) -> Account:
    return make_member(employer)


def told(text: str) -> tuple[BulkAnswer, Reason]:
    answer = verify_code(text, now())
    return answer.answer, answer.reason


@pytest.mark.databases("sqlite", "postgresql")
def test_a_number_with_name_or_birth_date_answers_and_alone_tells_nothing(
    two: list[Certificate], employer: Organisation, member: Account
) -> None:
    first, second = two
    lines = [
        f"{first.document_number} {first.name}",
        f"{second.document_number}\t{second.birth_date}",
        f"{first.document_number} {second.name}",
        f"{first.document_number}",
        f"{UNKNOWN} {first.name}",
    ]
    verified(employer, member, lines="\n".join(lines))
    found = items()
    assert [item.answer for item in found] == ["valid", "valid", "not_found", "not_read", "not_found"]
    assert [item.certificate_public_id for item in found] == [first.public_id, second.public_id, None, None, None]
    # A wrong second thing and an unknown number look alike.
    assert (found[2].reason, found[2].fields) == (found[4].reason, found[4].fields) == ("no_match", None)


@pytest.mark.databases("sqlite", "postgresql")
def test_wrong_pairs_of_one_organisation_run_out_and_then_nothing_is_told(certificate: Certificate) -> None:
    most = LIMITS["bulk_pair"][0].tries
    for turn in range(most):
        wrong = verify_pair(f"{turn:016}", "홍길동", "a", now())
        assert wrong.answer is BulkAnswer.NOT_FOUND
    right = (certificate.document_number, certificate.name)
    assert verify_pair(*right, "a", now()).reason is Reason.TOO_MANY
    assert verify_pair(UNKNOWN, "홍길동", "a", now()).reason is Reason.TOO_MANY
    assert verify_pair(*right, "b", now()).answer is BulkAnswer.VALID
    assert verify_pair(*right, "a", now() + timedelta(hours=1, seconds=1)).answer is BulkAnswer.VALID


def test_without_the_count_an_organisation_could_go_on_guessing(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "record", lambda *_: None)
    for turn in range(LIMITS["bulk_pair"][0].tries + 1):
        assert verify_pair(f"{turn:016}", "홍길동", "a", now()).answer is BulkAnswer.NOT_FOUND


@pytest.mark.databases("sqlite", "postgresql")
def test_tries_at_one_number_count_whoever_makes_them(certificate: Certificate) -> None:
    for turn in range(OF_ALL["lookup"][0].tries):
        assert verify_pair(certificate.document_number, "박영길", f"{turn}", now()).answer is BulkAnswer.NOT_FOUND
    assert verify_pair(certificate.document_number, certificate.name, "other", now()).reason is Reason.TOO_MANY


def test_right_pairs_cost_nothing(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(throttle.LIMITS, "bulk_pair", (replace(LIMITS["bulk_pair"][0], tries=1),))
    for _turn in range(5):
        assert verify_pair(certificate.document_number, certificate.name, "a", now()).answer is BulkAnswer.VALID


def test_codes_lead_to_the_record_and_have_to_agree_with_it(two: list[Certificate]) -> None:
    first, second = two
    address = "https://ieum.test/v/"
    assert told(f"{address}{first.public_id}#{first.slip}") == (BulkAnswer.VALID, Reason.NONE)
    assert told(f"{address}{first.public_id}") == (BulkAnswer.VALID, Reason.NONE)
    assert told(first.slip or "") == (BulkAnswer.VALID, Reason.NONE)
    assert told(f"{address}{second.public_id}#{first.slip}") == (BulkAnswer.NOT_VALID, Reason.ADDRESS_DIFFERS)
    altered = (first.slip or "")[:-1] + ("1" if (first.slip or "")[-1] != "1" else "2")
    assert told(f"{address}{first.public_id}#{altered}")[0] is BulkAnswer.NOT_VALID
    assert told(f"{address}{first.public_id}#12345")[0] is BulkAnswer.NOT_VALID
    assert told(f"{address}{'0' * 32}") == (BulkAnswer.NOT_FOUND, Reason.NO_MATCH)
    for stranger in ("https://ieum.example/v/", "https://ieum.test.example/v/", "http://ieum.test@other.example/v/"):
        assert told(f"{stranger}{first.public_id}#{first.slip}") == (BulkAnswer.COULD_NOT_CHECK, Reason.FOREIGN)
    for nonsense in ("https://ieum.test/", "https://ieum.test/v/x", "https://[broken/v/", "https://ieum.test:x/v/1"):
        assert told(nonsense)[0] in (BulkAnswer.NOT_READ, BulkAnswer.COULD_NOT_CHECK)


def test_a_revoked_certificate_is_revoked_by_code_and_number(certificate: Certificate) -> None:
    revocation_service.revoke(certificate, StatusReason.OTHER, "잘못", Actor.command("test"), now())
    db.session.commit()
    assert told(certificate.slip or "") == (BulkAnswer.REVOKED, Reason.REVOKED)
    pair = verify_pair(certificate.document_number, certificate.name, "a", now())
    assert pair.answer is BulkAnswer.REVOKED


def test_nothing_foreign_is_fetched(employer: Organisation, member: Account) -> None:
    disable_socket()
    try:
        lines = "https://elsewhere.example/v/00000000000000000000000000000000\nhttp://127.0.0.1/v/1"
        verified(employer, member, lines=lines)
    finally:
        enable_socket()
    assert {answer for answer, _reason in answers()} <= {"could_not_check", "not_read"}


def test_work_goes_on_in_turns(employer: Organisation, member: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_job, "TURN_SECONDS", -1.0)
    verified(employer, member, [b"x"])
    assert answers() == [(None, "")]
    monkeypatch.setattr(bulk_job, "TURN_SECONDS", 20.0)
    bulk_job.work_off(now())
    assert answers() == [("not_read", "unknown_kind")]
