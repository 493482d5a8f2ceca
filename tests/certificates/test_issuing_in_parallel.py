"""Several workers and several clicks at once: one certificate each, one number each, one pair of keys."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.certificates import issuing_batch, issuing_service, keys
from app.certificates.issuing_batch import Due, Row
from app.certificates.models import Issuance, IssuanceRequest, IssuanceState, IssuerKey, SerialCounter
from app.core.clock import now
from app.core.config import Settings
from app.core.db import db, new_public_id, unit_of_work
from app.training.models import Cohort
from tests.certificates.processes import start, wait, work_until_done
from tests.factories.accounts import make_organisation
from tests.factories.certificates import CLERK, all_certificates, faults, request, waiting
from tests.factories.training import finished_cohort

PEOPLE = [(f"홍길동{n:02}", date(1980, 1, 1 + n)) for n in range(20)]

Barrier = Any  # The type of multiprocessing's barriers has no public name.


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    return finished_cohort(make_organisation(), people=PEOPLE)


def gate(parties: int) -> Barrier:
    return multiprocessing.get_context("fork").Barrier(parties, timeout=20)


@contextmanager
def meeting(barrier: Barrier) -> Iterator[None]:
    """Let no child begin before all are ready."""
    barrier.wait()
    yield


@contextmanager
def meeting_with_the_claim_in_hand(barrier: Barrier) -> Iterator[None]:
    """Let two workers hold their first claim at the same moment."""
    claim = issuing_batch.claim
    met = False

    def claim_and_meet(after: int, most: int) -> Sequence[Issuance]:
        nonlocal met
        issuances = claim(after, most)
        if not met:
            met = True
            barrier.wait()
        return issuances

    issuing_batch.claim = claim_and_meet
    yield


@contextmanager
def without_the_lock(barrier: Barrier) -> Iterator[None]:
    """The guards taken out: no lock on the claim, and no certificate ids that were allotted before."""
    claim_without_lock = select(Issuance).where(Issuance.state == IssuanceState.WAITING.value)
    store = issuing_batch.store

    def claim(after: int, most: int) -> Sequence[Issuance]:
        rows = claim_without_lock.where(Issuance.id > after).order_by(Issuance.id).limit(most)
        return db.session.scalars(rows).all()

    def store_under_new_ids(granted: Sequence[Due], certificates: Sequence[Row], at: Any) -> None:
        store(granted, [row | {"public_id": new_public_id()} for row in certificates], at)

    issuing_batch.claim = claim
    issuing_batch.store = store_under_new_ids
    with meeting_with_the_claim_in_hand(barrier):
        yield


def test_two_workers_issue_each_certificate_once(settings: Settings, cohort: Cohort) -> None:
    request(cohort)
    barrier = gate(2)
    children = [start(settings, work_until_done, lambda: meeting(barrier)) for _worker in range(2)]
    assert [wait(child) for child in children] == [0, 0]
    db.session.rollback()
    assert len(all_certificates()) == len(PEOPLE)
    assert not faults(all_certificates())
    assert db.session.scalars(select(SerialCounter)).one().next_number == len(PEOPLE) + 1


# SQLite lets one writer in at a time: two claims at one moment cannot be arranged there.
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("guarded", [True, False], ids=["with-the-lock", "without-the-lock"])
def test_two_workers_never_hold_the_same_claim(settings: Settings, cohort: Cohort, guarded: bool) -> None:
    request(cohort)
    barrier = gate(2)
    prepare = meeting_with_the_claim_in_hand if guarded else without_the_lock
    children = [start(settings, work_until_done, lambda: prepare(barrier)) for _worker in range(2)]
    assert [wait(child) for child in children] == [0, 0]
    db.session.rollback()
    assert ("enrolment twice" in faults(all_certificates())) is not guarded


def test_many_clicks_at_once_ask_once(settings: Settings, cohort: Cohort) -> None:
    public_id = cohort.public_id
    db.session.commit()
    barrier = gate(4)

    def click() -> None:
        with unit_of_work():
            found = db.session.scalars(select(Cohort).where(Cohort.public_id == public_id)).one()
            issuing_service.request_certificates(found, CLERK, now())

    children = [start(settings, click, lambda: meeting(barrier)) for _click in range(4)]
    assert [wait(child) for child in children] == [0] * 4
    db.session.rollback()
    assert waiting() == len(PEOPLE)
    assert len(db.session.scalars(select(IssuanceRequest)).all()) == 1


def test_processes_that_start_together_make_one_key_for_each_purpose(app: Flask, settings: Settings) -> None:
    assert keys_made_by_processes_that_start_together(settings, guarded=True) == ["credentials", "log", "status"]
    assert len(list(settings.instance_dir.glob("secrets/kek*"))) == 1


# On SQLite the lock is the transaction itself, which cannot be taken out.
@pytest.mark.databases("postgresql")
def test_without_the_lock_they_make_more(app: Flask, settings: Settings) -> None:
    assert len(keys_made_by_processes_that_start_together(settings, guarded=False)) > 3


def keys_made_by_processes_that_start_together(settings: Settings, *, guarded: bool) -> list[str]:
    db.session.commit()
    barrier = gate(4)

    @contextmanager
    def starting_together() -> Iterator[None]:
        create = keys.create
        waits = True

        def create_late(did: str, purpose: Any, at: Any, **more: Any) -> Any:
            nonlocal waits
            if waits and not guarded:
                waits = False
                barrier.wait()
            return create(did, purpose, at, **more)

        keys.create = create_late
        if not guarded:
            keys._CREATION_LOCK = os.getpid()
        with meeting(barrier) if guarded else nullcontext():
            yield

    def first_run() -> None:
        with unit_of_work():
            keys.ensure_keys(now())

    children = [start(settings, first_run, starting_together) for _process in range(4)]
    assert [wait(child) for child in children] == [0] * 4
    db.session.rollback()
    return sorted(row.purpose for row in db.session.scalars(select(IssuerKey)))
