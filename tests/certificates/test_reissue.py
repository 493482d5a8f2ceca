"""After a key was revoked, what it had signed since is issued again: the same words, the present key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Organisation, Person
from app.certificates import (
    key_service,
    log_check,
    log_service,
    reissue_service,
    revocation_service,
    status_changes,
    status_service,
)
from app.certificates.log_models import LogHead
from app.certificates.models import Certificate, SerialCounter, StatusReason
from app.certificates.reissue_service import Obstacle
from app.certificates.verdict import Answer
from app.certificates.verification_service import verify_stored
from app.core.db import db, unit_of_work
from app.core.errors import Conflict, NotFound
from credentials import CertificateClaims
from tests.certificates.tampering import past_the_triggers, tamper
from tests.conftest import Visitor
from tests.factories.accounts import make_member, make_organisation, sign_in
from tests.factories.certificates import CLERK, ISSUED_AT, all_certificates, issue
from tests.factories.training import PEOPLE, finished_cohort

HOUR = timedelta(hours=1)
LATER = ISSUED_AT + 5 * HOUR


@pytest.fixture
def stolen(app: Flask) -> str:
    """The id of a key, revoked since after it signed one certificate and before it signed two more."""
    centre = make_organisation()
    (first,) = issue(finished_cohort(centre, people=PEOPLE[:1]))
    issue(finished_cohort(centre, people=PEOPLE[1:3]), ISSUED_AT + 2 * HOUR)
    key_id = first.key_id
    with unit_of_work():
        key_service.revoke(key_id, ISSUED_AT + HOUR, "백업 유출", CLERK, LATER)
    status_service.publish_lists(LATER)
    return key_id


def reissue(key_id: str) -> list[str]:
    done = list(reissue_service.reissue(reissue_service.revoked_key(key_id), CLERK, LATER))
    status_service.publish_lists(LATER)
    log_service.sequence(LATER)
    db.session.expire_all()
    return [one.public_id for one in done]


def obstacles(key_id: str) -> list[Obstacle | None]:
    return [one.obstacle for one in reissue_service.affected(reissue_service.revoked_key(key_id))]


def answer(public_id: str) -> Answer:
    found = verify_stored(public_id, LATER)
    assert found is not None
    return found.verdict.answer


def claims(public_id: str) -> CertificateClaims:
    found = verify_stored(public_id, LATER)
    assert found is not None
    assert found.verdict.certificate is not None
    return found.verdict.certificate.claims


def test_what_was_signed_since_is_replaced_and_says_the_same(stolen: str) -> None:
    with unit_of_work():
        # The record has moved on; a certificate that is only signed anew must not say so.
        db.session.scalars(select(Person).where(Person.name == PEOPLE[1][0])).one().name = "홍길순"
    assert [answer(c.public_id) for c in all_certificates()] == [Answer.VALID, Answer.NOT_VALID, Answer.NOT_VALID]
    new = reissue(stolen)
    before, *lost, first, second = all_certificates()
    assert [c.public_id for c in (first, second)] == new
    assert [c.replaced_by for c in lost] == new
    assert (before.status, before.replaced_by) == ("valid", None)
    assert [answer(public_id) for public_id in new] == [Answer.VALID, Answer.VALID]
    said = claims(first.public_id)
    assert (said.name, said.birth_year, said.serial) == (PEOPLE[1][0], lost[0].birth_date.year, first.serial)
    assert {c.key_id for c in (first, second)} != {stolen}
    assert (first.birth_date, first.credited_minutes) == (lost[0].birth_date, lost[0].credited_minutes)
    numbers = [c.serial for c in all_certificates()]
    assert len(set(numbers)) == len(numbers) == 5
    assert db.session.scalars(select(SerialCounter.next_number)).one() == 6
    assert log_check.check().findings == ()


def test_again_it_finds_nothing_left(stolen: str) -> None:
    assert len(reissue(stolen)) == 2
    assert reissue(stolen) == []
    assert len(all_certificates()) == 5


def test_killed_in_between_it_goes_on_with_the_others(stolen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mark, first = status_changes.mark, iter([True])

    def dies(*arguments: Any, **more: Any) -> None:
        if not next(first, False):
            raise RuntimeError("the power went")
        mark(*arguments, **more)

    with monkeypatch.context() as broken:
        broken.setattr(status_changes, "mark", dies)
        with pytest.raises(RuntimeError):
            reissue(stolen)
    db.session.rollback()
    assert len(all_certificates()) == 4
    assert len(reissue(stolen)) == 1
    assert [c.status for c in all_certificates()] == ["valid", "replaced", "replaced", "valid", "valid"]
    assert db.session.scalars(select(SerialCounter.next_number)).one() == 6


def test_what_was_revoked_meanwhile_stays_revoked(stolen: str) -> None:
    with unit_of_work():
        revocation_service.revoke(all_certificates()[1], StatusReason.NOT_EARNED, "미달", CLERK, LATER)
    assert len(reissue(stolen)) == 1


def test_a_row_that_is_not_as_the_log_tells_gains_no_signature(stolen: str) -> None:
    _before, changed, slipped_in = all_certificates()
    tamper(changed, "birth_date", "1950-01-01")
    past_the_triggers("log_entries", "DELETE FROM log_entries WHERE subject = :name", name=slipped_in.public_id)
    assert obstacles(stolen) == [Obstacle.CHANGED, Obstacle.NOT_LOGGED]
    size = db.session.scalar(select(func.max(LogHead.size)))
    assert list(reissue_service.reissue(reissue_service.revoked_key(stolen), CLERK, LATER)) == []
    assert (len(all_certificates()), db.session.scalar(select(func.max(LogHead.size)))) == (3, size)


def test_a_key_that_still_counts_or_never_was_is_refused(stolen: str) -> None:
    present = db.session.scalars(select(Certificate.key_id)).first()
    assert present == stolen
    reissue(stolen)
    with pytest.raises(Conflict):
        reissue_service.revoked_key(all_certificates()[-1].key_id)
    with pytest.raises(NotFound):
        reissue_service.revoked_key("did:web:ieum.test#x")


def test_the_old_address_leads_to_the_new_certificate(visitor: Visitor, stolen: str) -> None:
    lost = all_certificates()[1].public_id
    before = visitor.get(f"/v/{lost}").text
    assert "인정되지 않는 수료증이에요" in before
    assert "진짜 수료증이 아니에요" not in before
    new = reissue(stolen)[0]
    page = visitor.get(f"/v/{lost}").text
    assert f'href="/v/{new}"' in page
    assert "verdict--invalid" in page


def test_no_paper_is_handed_out_that_verification_refuses(visitor: Visitor, stolen: str) -> None:
    held, lost = (c.public_id for c in all_certificates()[:2])
    sign_in(visitor, make_member(db.session.scalars(select(Organisation)).one()))
    assert "지금은 인정되지 않는 수료증이에요" in visitor.get(f"/certificates/{lost}").text
    assert visitor.get(f"/certificates/{lost}.pdf").status_code == 409
    assert "인정되지 않는" not in visitor.get(f"/certificates/{held}").text
    assert visitor.get(f"/certificates/{held}.pdf").status_code == 200


def test_no_list_calls_valid_what_verification_refuses(visitor: Visitor, stolen: str) -> None:
    held, *lost = (c.public_id for c in all_certificates())
    cohorts = dict.fromkeys(c.cohort_public_id for c in all_certificates())
    sign_in(visitor, make_member(db.session.scalars(select(Organisation)).one()))
    ledger = visitor.get("/certificates").text
    assert (ledger.count("인정되지 않음"), ledger.count(">유효<")) == (2, 1)
    assert f"/certificates/{held}.pdf" in ledger
    assert not any(f"/certificates/{one}.pdf" in ledger for one in lost)
    for address in ("certificates", "certificates/issued"):
        shown = [visitor.get(f"/cohorts/{cohort}/{address}").text.count("인정되지 않음") for cohort in cohorts]
        assert shown == [0, 2]


def test_the_command_lists_replaces_and_refuses(app: Flask, stolen: str) -> None:
    run = app.test_cli_runner()
    asked = ["certificates", "reissue", "--revoked-key", stolen]
    rehearsed = run.invoke(args=[*asked, "--dry-run"])
    assert (rehearsed.exit_code, len(rehearsed.stdout.splitlines())) == (0, 2), rehearsed.output
    assert len(all_certificates()) == 3
    tamper(all_certificates()[1], "name", "김바꿈")
    done = run.invoke(args=asked)
    assert (done.exit_code, len(done.stdout.splitlines())) == (1, 1)
    assert "log check" in done.stderr
    assert len(all_certificates()) == 4
