"""Status lists: places, publication in time, and lists of an earlier address."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.certificates import issuing_service, keys, private_halves, status_service
from app.certificates.authority import this_authority
from app.certificates.models import Certificate, CertificateStatus, StatusList
from app.certificates.verification_service import verify_stored
from app.core.db import db, unit_of_work
from credentials import StatusList as ReadList
from tests.factories.accounts import make_organisation
from tests.factories.certificates import CLERK, ISSUED_AT, all_certificates, issue, issue_one
from tests.factories.training import PEOPLE, finished_cohort


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return issue_one(make_organisation())


def the_list() -> StatusList:
    db.session.expire_all()
    return db.session.scalars(select(StatusList).where(StatusList.beside_id.is_(None))).one()


def read(at: datetime) -> ReadList:
    document = the_list().document
    assert document is not None
    return ReadList.from_bytes(document, keys.verification_keys().status, at)


def test_a_list_is_signed_when_it_is_begun(certificate: Certificate) -> None:
    found = read(ISSUED_AT)
    assert (found.size, found.purpose, found.created) == (131_072, "revocation", ISSUED_AT)
    assert not found.is_set(certificate.status_index)
    assert the_list().url == f"https://ieum.test/status/{the_list().public_id}"


def test_it_is_signed_again_before_it_is_an_hour_old_and_not_sooner(certificate: Certificate) -> None:
    status_service.publish_lists(ISSUED_AT + timedelta(minutes=30))
    assert the_list().published_at == ISSUED_AT
    later = ISSUED_AT + timedelta(minutes=55)
    status_service.publish_lists(later)
    assert the_list().published_at == later
    assert read(later).created == later


def test_it_is_signed_again_at_once_when_it_is_stale(certificate: Certificate) -> None:
    the_list().is_stale = True
    certificate.status, certificate.status_at = CertificateStatus.REVOKED.value, ISSUED_AT
    db.session.commit()
    moment = ISSUED_AT + timedelta(seconds=5)
    status_service.publish_lists(moment)
    assert read(moment).is_set(certificate.status_index)
    assert sum(bin(byte).count("1") for byte in read(moment).bits) == 1
    assert not the_list().is_stale


def test_places_look_random_and_never_repeat(app: Flask) -> None:
    authority = this_authority()
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
        places = [place for _list, place in status_service.allot_places(authority, 200, ISSUED_AT)]
    assert len(set(places)) == 200
    assert sum(abs(b - a) == 1 for a, b in itertools.pairwise(places)) < 5


def test_a_list_three_quarters_full_is_followed_by_a_new_one(certificate: Certificate) -> None:
    first = the_list()
    first.next_place = status_service.SIZE * 3 // 4 - 1
    first_id = first.id
    db.session.commit()
    issued = issue(finished_cohort(make_organisation(), people=PEOPLE[:3]))
    assert [c.status_list_id == first_id for c in issued] == [True, True, False, False]
    assert issued[2].status_list_id == issued[3].status_list_id
    assert len({(c.status_list_id, c.status_index) for c in issued}) == 4


def test_after_a_move_old_certificates_are_still_checked(app: Flask, certificate: Certificate) -> None:
    old_id = certificate.public_id
    app.config["IEUM_BASE_URL"] = "https://new.ieum.test"
    moment = ISSUED_AT + timedelta(days=3)
    moved = finished_cohort(make_organisation(), people=PEOPLE[:1])
    with unit_of_work():
        issuing_service.request_certificates(moved, CLERK, moment, at_any_address=True)
    issuing_service.issue_waiting(moment)
    issued = all_certificates()
    for public_id in (old_id, issued[1].public_id):
        found = verify_stored(public_id, moment)
        assert found is not None
        assert found.verdict.answer == "valid"
    assert issued[1].key_id.startswith("did:web:new.ieum.test#")
    assert issued[0].status_list_id != issued[1].status_list_id


def test_nothing_waiting_costs_the_worker_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_halves, "open_key", lambda *_: pytest.fail("a private key was opened"))
    issuing_service.issue_waiting(ISSUED_AT)
    status_service.publish_lists(ISSUED_AT)
    assert not db.session.scalars(select(StatusList)).all()
