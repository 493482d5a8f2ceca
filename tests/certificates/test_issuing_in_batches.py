"""Issuing in batches: a few statements for many people, and nobody suffers for another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Organisation
from app.certificates import issuing_batch, issuing_service, keys
from app.certificates.issuing_batch import Row
from app.certificates.key_token import TokenUnavailable
from app.certificates.models import Issuance, IssuanceState, KeyPurpose
from app.core.db import db, unit_of_work
from app.training import queries
from app.training.models import CourseKind
from credentials import CertificateClaims, SigningKey, sign_certificate
from tests.certificates.queries_counted import counted
from tests.factories.accounts import audit_lines, make_organisation
from tests.factories.certificates import ISSUED_AT, all_certificates, faults, request, waiting
from tests.factories.training import PEOPLE, finished_cohort, make_course


@pytest.fixture
def centre(app: Flask) -> Organisation:
    return make_organisation("서울도시재생교육원")


def fail_to_sign(name: str) -> Any:
    def fails(claims: CertificateClaims, key: SigningKey, created: datetime) -> bytes:
        if claims.name == name:
            raise OSError("the device that signs is gone")
        return sign_certificate(claims, key, created)

    return fails


def fail_to_store(name: str) -> Any:
    store = issuing_batch.store

    def fails(granted: Sequence[Any], certificates: Sequence[Row], at: datetime) -> None:
        store(granted, certificates, at)
        if any(row["name"] == name for row in certificates):
            raise OSError("the disk is full")

    return fails


@pytest.mark.parametrize(
    ("step", "fail"), [("sign_certificate", fail_to_sign), ("store", fail_to_store)], ids=["signing", "storing"]
)
def test_one_that_fails_does_not_take_its_batch_along(
    centre: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    step: str,
    fail: Callable[[str], Any],
) -> None:
    request(finished_cohort(centre))
    with monkeypatch.context() as broken:
        broken.setattr(issuing_batch, step, fail("안미숙"))
        issuing_service.issue_waiting(ISSUED_AT)
    assert [c.name for c in all_certificates()] == [name for name, _born in PEOPLE if name != "안미숙"]
    assert waiting() == 1
    assert caplog.text.count("stays waiting") == 1
    assert not faults(all_certificates())
    issuing_service.issue_waiting(ISSUED_AT)
    assert len(all_certificates()) == len(PEOPLE)
    assert not faults(all_certificates())
    assert len(audit_lines("certificate.issue")) == len(PEOPLE)


def test_a_name_that_became_unprintable_is_refused_alone(centre: Organisation) -> None:
    cohort = finished_cohort(centre)
    request(cohort)
    with unit_of_work():
        queries.enrolments(cohort)[2].person.name = "안\U00020000숙"
    issuing_service.issue_waiting(ISSUED_AT)
    assert len(all_certificates()) == len(PEOPLE) - 1
    assert not faults(all_certificates())
    refused = db.session.scalars(select(Issuance).where(Issuance.state == IssuanceState.REFUSED.value)).one()
    assert refused.refusal.startswith("text: ")


def test_serials_follow_the_order_of_asking_kind_by_kind(centre: Organisation) -> None:
    request(finished_cohort(centre, people=PEOPLE[:2]))
    request(finished_cohort(centre, people=PEOPLE[2:4], course=make_course(centre, "주민참여", CourseKind.GENERAL)))
    request(finished_cohort(centre, people=PEOPLE[4:6]))
    issuing_service.issue_waiting(ISSUED_AT)
    assert [(c.name, c.serial[7:15]) for c in all_certificates()] == [
        ("홍정훈", "양성-0001호"),
        ("박영길", "양성-0002호"),
        ("안미숙", "일반-0001호"),
        ("홍정훈", "일반-0002호"),
        ("남궁하늘별", "양성-0003호"),
        ("김이음", "양성-0004호"),
    ]


@contextmanager
def statements_of_one_batch(people: int) -> Iterator[list[str]]:
    key = keys.signing_key(KeyPurpose.CREDENTIALS, ISSUED_AT)
    db.session.rollback()
    with counted() as statements:
        assert issuing_service._issue_next(0, people, key, ISSUED_AT) is not None
        yield statements


def test_the_statements_do_not_grow_with_the_batch(centre: Organisation) -> None:
    request(finished_cohort(centre, people=PEOPLE[:1]))
    issuing_service.issue_waiting(ISSUED_AT)
    request(finished_cohort(centre, people=[(f"홍길동{n:02}", date(1980, 1, 1 + n)) for n in range(20)]))
    request(finished_cohort(centre, people=PEOPLE[:3]))
    with statements_of_one_batch(2) as of_two:
        assert len(all_certificates()) == 3
    with statements_of_one_batch(21) as of_many:
        assert len(all_certificates()) == 24
    assert len(of_many) == len(of_two)
    assert len(of_many) < 20


def test_a_batch_is_as_large_as_half_a_second_allows() -> None:
    assert [issuing_service._next_size(16, seconds) for seconds in (0.001, 0.25, 0.5, 2, 60)] == [64, 32, 16, 4, 1]
    assert issuing_service._next_size(128, 0.1) == 200


def test_progress_shows_while_a_cohort_is_issued(centre: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    request(finished_cohort(centre, people=[(f"홍길동{n:02}", date(1980, 1, 1 + n)) for n in range(24)]))
    monkeypatch.setattr(issuing_service, "_FIRST", 16)
    left: list[int] = []
    issue = issuing_batch.issue

    def watched(*arguments: Any) -> None:
        left.append(waiting())
        issue(*arguments)

    monkeypatch.setattr(issuing_batch, "issue", watched)
    issuing_service.issue_waiting(ISSUED_AT)
    assert left[:2] == [24, 8]


class Unplugged:
    """A token that goes away after some signatures, and counts who asks it."""

    def __init__(self, key: SigningKey, most: int) -> None:
        self._key = key
        self._left = most
        self.asked_in_vain = 0

    def sign(self, message: bytes, /) -> bytes:
        """Sign as long as the token is there."""
        if self._left == 0:
            self.asked_in_vain += 1
            raise TokenUnavailable("unplugged")
        self._left -= 1
        return self._key.sign(message)


def test_a_token_that_goes_away_in_a_batch_is_not_asked_again_for_each_person(
    centre: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    request(finished_cohort(centre, people=[(f"홍길동{n:02}", date(1980, 1, 1 + n)) for n in range(24)]))
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
        key = keys.signing_key(KeyPurpose.CREDENTIALS, ISSUED_AT)
    monkeypatch.setattr(issuing_service, "_FIRST", 16)
    # One signature shows that the key is the right one; a certificate takes three.
    token = Unplugged(key, most=1 + 3 * 20)
    held = SigningKey(token, key.public)
    with monkeypatch.context() as away:
        away.setattr(keys, "signing_key", lambda *_: held)
        with pytest.raises(TokenUnavailable):
            issuing_service.issue_waiting(ISSUED_AT)
    assert token.asked_in_vain == 1
    assert (len(all_certificates()), waiting()) == (16, 8)
    issuing_service.issue_waiting(ISSUED_AT)
    assert len(all_certificates()) == 24
    assert not faults(all_certificates())
