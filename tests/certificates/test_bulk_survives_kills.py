"""Killing the worker at any step of a bulk verification loses nothing, repeats nothing and signs one receipt."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts import throttle
from app.accounts.models import OrganisationKind, ThrottledAttempt
from app.certificates import bulk_job, bulk_queries, bulk_service, receipt_service
from app.certificates.bulk_models import BulkState, BulkVerification, VerificationReceipt
from app.core.access import Actor
from app.core.clock import now
from app.core.config import Settings
from app.core.db import db, unit_of_work
from credentials import SigningKey
from tests.certificates.processes import dying, start, wait
from tests.factories.accounts import audit_lines, make_member, make_organisation
from tests.factories.bulk import answers, ask, items
from tests.factories.certificates import issue_one

# Each step, whether the process dies before or after it, and at the how-many-th call.
STEPS = (
    (bulk_job, "verify_documents", "before", 1),
    (bulk_job, "store_answer", "before", 2),
    (bulk_job, "store_answer", "after", 3),
    (throttle, "record", "after", 1),
    (bulk_job, "_check_next", "after", 3),
    (receipt_service, "sign_statement", "after", 1),
    (receipt_service, "sign_receipt", "after", 1),
    (bulk_job, "_sign_next", "after", 1),
)
WRONG = "1234-5678-9012-3450 홍길동"
FOUND = [("valid", ""), ("not_read", "web_page"), ("not_found", "no_match"), ("not_read", "second_missing")]


def work() -> None:
    bulk_job.work_off(now())


def tries() -> int:
    """Count what the wrong pair has cost its organisation."""
    wrong = select(func.count()).where(ThrottledAttempt.purpose == "bulk_pair")
    return db.session.scalar(wrong) or 0


@pytest.fixture
def asked(app: Flask) -> None:
    certificate = issue_one(make_organisation(), now())
    employer = make_organisation(kind=OrganisationKind.EMPLOYER)
    lines = f"{WRONG}\n1234-5678-9012-3450"
    ask(employer, make_member(employer), [certificate.credential, b"<html>"], lines)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("module", "name", "moment", "at"), STEPS, ids=[f"{moment}-{name}-{at}" for _m, name, moment, at in STEPS]
)
def test_a_worker_killed_at(settings: Settings, module: Any, name: str, moment: str, at: int) -> None:
    assert wait(start(settings, work, lambda: dying(module, name, moment, at))) == -signal.SIGKILL
    # What has no answer still has what was sent.
    assert all(bool(item.content or item.second) == (item.answer is None) for item in items())
    db.session.rollback()
    assert wait(start(settings, work)) == 0
    db.session.rollback()
    assert answers() == FOUND
    assert [(item.content, item.second) for item in items()] == [(None, "")] * 4
    assert tries() == 1
    assert db.session.scalars(select(BulkVerification.state)).one() == BulkState.DONE
    receipt = db.session.scalars(select(VerificationReceipt)).one()
    assert len(audit_lines("verification_receipt.sign")) == 1
    found = receipt_service.verify_stored_receipt(receipt.public_id)
    assert found is not None
    assert found.answer is receipt_service.ReceiptAnswer.GENUINE


@pytest.mark.usefixtures("asked")
def test_two_workers_at_once_answer_and_sign_once(settings: Settings) -> None:
    children = [start(settings, work) for _worker in range(3)]
    assert [wait(child) for child in children] == [0, 0, 0]
    assert wait(start(settings, work)) == 0
    db.session.rollback()
    assert (answers(), tries()) == (FOUND, 1)
    assert len(db.session.scalars(select(VerificationReceipt)).all()) == 1


@contextmanager
def tries_counted_for_good() -> Iterator[None]:
    """The guard taken out: a try is committed before the answer that it is about."""
    record = throttle.record

    def record_for_good(purpose: str, subject: str, at: Any) -> None:
        record(purpose, subject, at)
        db.session.commit()

    throttle.record = record_for_good
    with dying(bulk_job, "store_answer", "before", 3):
        yield


@pytest.mark.usefixtures("asked")
def test_without_one_transaction_a_try_would_count_twice(settings: Settings) -> None:
    assert wait(start(settings, work, tries_counted_for_good)) == -signal.SIGKILL
    assert wait(start(settings, work)) == 0
    db.session.rollback()
    assert tries() == 2


@pytest.mark.usefixtures("asked")
def test_killed_while_it_destroys(settings: Settings) -> None:
    work()
    db.session.commit()
    over = now() + bulk_service.KEPT_FOR

    def destroy() -> None:
        bulk_job.destroy_old(over)

    assert wait(start(settings, destroy, lambda: dying(bulk_job, "destroy", "after", 1))) == -signal.SIGKILL
    assert len(items()) == 4
    db.session.rollback()
    assert wait(start(settings, destroy)) == 0
    db.session.rollback()
    assert items() == []
    receipt = db.session.scalars(select(VerificationReceipt)).one()
    assert (receipt.token, receipt.destroyed_at) == (None, over)
    assert len(audit_lines("bulk_verification.destroy")) == 1


@pytest.mark.usefixtures("asked")
def test_an_item_that_always_fails_keeps_nobody_waiting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> Any:
        raise ArithmeticError

    monkeypatch.setattr(bulk_job, "verify_documents", fail)
    work()
    assert answers() == [("could_not_check", "internal")] * 2 + FOUND[2:]
    assert db.session.scalars(select(BulkVerification.state)).one() == BulkState.DONE


@contextmanager
def signing_slowly(sign: Path) -> Iterator[None]:
    """Say by a file that the receipt is signed, and commit a while later; only ever entered in a child."""
    original = receipt_service.sign_receipt

    def slowly(bulk: BulkVerification, key: SigningKey, at: datetime) -> VerificationReceipt:
        receipt = original(bulk, key, at)
        sign.touch()
        time.sleep(1)
        return receipt

    receipt_service.sign_receipt = slowly
    yield


def destroyed_while_signed(settings: Settings, sign: Path) -> VerificationReceipt:
    """Let a worker sign, destroy everything meanwhile, and answer what has become of the receipt."""
    child = start(settings, work, lambda: signing_slowly(sign))
    while not sign.exists():
        time.sleep(0.01)
    with unit_of_work():
        bulk = db.session.scalars(select(BulkVerification)).one()
        bulk_service.destroy(bulk, Actor.command("test"), now())
    assert wait(child) == 0
    db.session.rollback()
    assert items() == []
    return db.session.scalars(select(VerificationReceipt)).one()


@pytest.mark.usefixtures("asked")
def test_what_is_destroyed_while_its_receipt_is_signed_leaves_nothing_behind(
    settings: Settings, tmp_path: Path
) -> None:
    assert destroyed_while_signed(settings, tmp_path / "signed").token is None


@pytest.mark.databases("postgresql")  # On SQLite one writer waits for the other anyway.
@pytest.mark.usefixtures("asked")
def test_without_waiting_what_the_receipt_says_would_stay(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_queries, "hold", lambda _bulk: None)
    assert destroyed_while_signed(settings, tmp_path / "signed").token is not None


@pytest.mark.databases("sqlite")
def test_a_receipt_that_cannot_be_signed_keeps_no_other_waiting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    employer = make_organisation(kind=OrganisationKind.EMPLOYER)
    member = make_member(employer)
    first, second = ask(employer, member, [b"x"]), ask(employer, member, [b"y"])
    sign = receipt_service.sign_receipt

    def sign_second(bulk: BulkVerification, key: SigningKey, at: datetime) -> VerificationReceipt:
        if bulk.id == first.id:
            raise ArithmeticError
        return sign(bulk, key, at)

    with monkeypatch.context() as broken:
        broken.setattr(receipt_service, "sign_receipt", sign_second)
        work()
    assert [bulk_queries.receipt_of(bulk) is not None for bulk in (first, second)] == [False, True]
    work()
    assert bulk_queries.receipt_of(first) is not None
