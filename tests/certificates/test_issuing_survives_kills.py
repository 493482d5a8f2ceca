"""Killing the worker at any step loses nothing, repeats nothing and leaves no gap in the serials."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.certificates import issuing_service, serial_counter, status_service
from app.certificates.models import Certificate, Issuance
from app.core.config import Settings
from app.core.db import db, new_public_id
from tests.certificates.processes import die, start, wait, work_once, work_until_done
from tests.factories.accounts import make_organisation
from tests.factories.certificates import all_certificates, faults, request
from tests.factories.training import PEOPLE, finished_cohort

# Each step of one issuance, and whether the process dies before or after it; always at the third person.
STEPS = (
    (issuing_service, "_claim", "after"),
    (issuing_service, "_decide_again", "after"),
    (issuing_service, "take_number", "after"),
    (status_service, "allot_place", "after"),
    (issuing_service, "sign_certificate", "before"),
    (issuing_service, "sign_certificate", "after"),
    (issuing_service, "_store", "after"),
    (issuing_service, "_issue_next", "after"),
)
DIES_AT = 3


@contextmanager
def dying(module: Any, name: str, moment: str, at: int = DIES_AT) -> Iterator[None]:
    """Die at the `at`-th call of a function; only ever entered in a child."""
    original: Callable[..., Any] = getattr(module, name)
    calls = 0

    def step(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at and moment == "before":
            die()
        answer = original(*arguments, **named)
        if calls == at:
            die()
        return answer

    setattr(module, name, step)
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
@pytest.mark.parametrize(("module", "name", "moment"), STEPS, ids=[f"{moment}-{name}" for _m, name, moment in STEPS])
def test_a_worker_killed_at(settings: Settings, module: Any, name: str, moment: str) -> None:
    killed = start(settings, work_once, lambda: dying(module, name, moment))
    issued = issued_after(settings, killed)
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
    for module, name, moment in STEPS[:4]:
        assert wait(start(settings, work_once, lambda m=module, n=name, o=moment: dying(m, n, o, at=2))) < 0  # type: ignore[misc]
    assert wait(start(settings, work_until_done)) == 0
    db.session.rollback()
    assert len(all_certificates()) == len(PEOPLE)
    assert not faults(all_certificates())


@contextmanager
def numbers_taken_for_good() -> Iterator[None]:
    """The guard taken out: the number is committed before the certificate is."""
    take = serial_counter.take_number

    def take_for_good(year: int, kind: str) -> int:
        number = take(year, kind)
        db.session.commit()
        return number

    setattr(issuing_service, "take_number", take_for_good)  # noqa: B010  (an imported name)
    with dying(issuing_service, "sign_certificate", "after"):
        yield


@contextmanager
def certificates_stored_first() -> Iterator[None]:
    """The guard taken out: the certificate is committed, under an id of its own, before the intention is done."""
    store = issuing_service._store
    calls = 0

    def store_first(issuance: Issuance, certificate: Certificate, at: datetime) -> None:
        nonlocal calls
        calls += 1
        if calls == DIES_AT:
            certificate.public_id = new_public_id()
            db.session.add(certificate)
            db.session.commit()
            die()
        store(issuance, certificate, at)

    issuing_service._store = store_first
    yield


@pytest.mark.usefixtures("asked")
def test_without_the_number_in_the_transaction_there_would_be_a_gap(settings: Settings) -> None:
    issued = issued_after(settings, start(settings, work_once, numbers_taken_for_good))
    assert "gap before 4" in faults(issued)


@pytest.mark.usefixtures("asked")
def test_without_one_transaction_somebody_would_get_two(settings: Settings) -> None:
    issued = issued_after(settings, start(settings, work_once, certificates_stored_first))
    assert "enrolment twice" in faults(issued)
