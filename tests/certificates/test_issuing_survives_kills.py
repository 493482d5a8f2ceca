"""Killing the worker at any step loses nothing, repeats nothing and leaves no gap in the serials."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.certificates import issuing_batch, issuing_service, serial_counter, status_service
from app.certificates.issuing_batch import Due, Row
from app.certificates.models import Certificate
from app.core.config import Settings
from app.core.db import db, new_public_id
from tests.certificates import processes
from tests.certificates.processes import die, start, wait, work_once, work_until_done
from tests.factories.accounts import make_organisation
from tests.factories.certificates import all_certificates, faults, request
from tests.factories.training import PEOPLE, finished_cohort

# Each step of a batch, whether the process dies before or after it, and at the how-many-th call: in the second batch
# of two, or with the first of that batch signed and the second not.
STEPS = (
    (issuing_batch, "claim", "after", 2),
    (issuing_batch, "decide_again", "after", 2),
    (issuing_batch, "take_numbers", "after", 2),
    (status_service, "allot_places", "after", 2),
    (issuing_batch, "sign_certificate", "before", 3),
    (issuing_batch, "sign_certificate", "after", 3),
    (issuing_batch, "sign_jwt", "after", 4),
    (issuing_batch, "store", "before", 2),
    (issuing_batch, "store", "after", 2),
    (issuing_service, "_issue_next", "after", 2),
)
BATCH = 2


@contextmanager
def dying(module: Any, name: str, moment: str, at: int) -> Iterator[None]:
    """Die at the `at`-th call of a function, with batches of two; only ever entered in a child."""
    issuing_service._FIRST = issuing_service._LARGEST = BATCH
    # However slow the machine is, no batch shrinks.
    issuing_service._BATCH_SECONDS = 3600
    with processes.dying(module, name, moment, at):
        yield


def issued_after(settings: Settings, *children: int) -> list[Certificate]:
    assert [wait(child) for child in children] == [-signal.SIGKILL] * len(children)
    assert wait(start(settings, work_until_done)) == 0
    db.session.rollback()
    return all_certificates()


@pytest.fixture
def asked(app: Flask) -> None:
    request(finished_cohort(make_organisation()))


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("module", "name", "moment", "at"), STEPS, ids=[f"{moment}-{name}" for _m, name, moment, _at in STEPS]
)
def test_a_worker_killed_at(settings: Settings, module: Any, name: str, moment: str, at: int) -> None:
    killed = start(settings, work_once, lambda: dying(module, name, moment, at))
    assert wait(killed) == -signal.SIGKILL
    # A batch is there whole or not at all.
    assert len(all_certificates()) == (2 * BATCH if name == "_issue_next" else BATCH)
    db.session.rollback()
    issued = issued_after(settings)
    assert len(issued) == len(PEOPLE)
    assert not faults(issued)


@pytest.mark.usefixtures("asked")
def test_a_worker_killed_before_it_publishes(settings: Settings) -> None:
    killed = start(settings, work_once, lambda: dying(status_service, "publish_lists", "before", at=1))
    issued = issued_after(settings, killed)
    assert len(issued) == len(PEOPLE)
    assert not faults(issued)


@pytest.mark.usefixtures("asked")
def test_workers_killed_again_and_again(settings: Settings) -> None:
    for module, name, moment, _at in STEPS[:4]:
        assert wait(start(settings, work_once, lambda m=module, n=name, o=moment: dying(m, n, o, at=1))) < 0  # type: ignore[misc]
    assert wait(start(settings, work_until_done)) == 0
    db.session.rollback()
    assert len(all_certificates()) == len(PEOPLE)
    assert not faults(all_certificates())


@contextmanager
def numbers_taken_for_good() -> Iterator[None]:
    """The guard taken out: the numbers are committed before the certificates are."""
    take = serial_counter.take_numbers

    def take_for_good(year: int, kind: str, count: int) -> range:
        numbers = take(year, kind, count)
        db.session.commit()
        return numbers

    setattr(issuing_batch, "take_numbers", take_for_good)  # noqa: B010  (an imported name)
    with dying(issuing_batch, "sign_certificate", "after", 3):
        yield


@contextmanager
def certificates_stored_first() -> Iterator[None]:
    """The guard taken out: certificates are committed, under ids of their own, before the intentions are done."""

    def store_first(granted: Sequence[Due], certificates: Sequence[Row], at: datetime) -> None:
        del granted, at
        for row in certificates:
            db.session.add(Certificate(**row | {"public_id": new_public_id()}))
        db.session.commit()
        die()

    issuing_batch.store = store_first
    yield


@pytest.mark.usefixtures("asked")
def test_without_the_number_in_the_transaction_there_would_be_a_gap(settings: Settings) -> None:
    issued = issued_after(settings, start(settings, work_once, numbers_taken_for_good))
    assert "gap before 5" in faults(issued)


@pytest.mark.usefixtures("asked")
def test_without_one_transaction_somebody_would_get_two(settings: Settings) -> None:
    issued = issued_after(settings, start(settings, work_once, certificates_stored_first))
    assert "enrolment twice" in faults(issued)
