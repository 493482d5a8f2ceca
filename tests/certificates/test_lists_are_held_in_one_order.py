"""Issuing again what a stolen key signed, while the key of the status lists is revoked: nobody waits for ever."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from app.certificates import key_service, keys, reissue_service, status_changes, status_service
from app.certificates.authority import this_authority
from app.certificates.models import CertificateStatus, KeyPurpose, StatusList
from app.core.db import db, unit_of_work
from tests.factories.accounts import make_organisation
from tests.factories.certificates import CLERK, ISSUED_AT, all_certificates, issue, issue_one
from tests.factories.training import PEOPLE, finished_cohort

LATER = ISSUED_AT + timedelta(hours=5)


def wait_until_somebody_waits() -> None:
    for _try in range(100):
        with db.engine.connect() as connection:
            if connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
        time.sleep(0.05)
    raise TimeoutError


# SQLite lets one writer in at a time: two that wait for each other cannot be arranged there.
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("guarded", [True, False], ids=["in-one-order", "in-any-order"])
def test_two_who_hold_several_lists_do_not_wait_for_each_other(
    app: Flask, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    centre = make_organisation()
    old = issue_one(centre)
    with unit_of_work():
        # The next place is on another list than the old certificate's.
        db.session.execute(update(StatusList).values(next_place=status_service._FULL_AT))
        key_service.revoke(old.key_id, ISSUED_AT, "백업 유출", CLERK, LATER)
    issue(finished_cohort(centre, people=PEOPLE[1:2]), LATER)
    mark, has_its_place = status_changes.mark, threading.Event()

    def mark_when_the_other_waits(*arguments: Any, **more: Any) -> None:
        has_its_place.set()
        wait_until_somebody_waits()
        mark(*arguments, **more)

    def reissue() -> str:
        with app.app_context():
            key = reissue_service.revoked_key(old_key)
            db.session.rollback()
            try:
                return "done" if list(reissue_service.reissue(key, CLERK, LATER)) else "nothing"
            except OperationalError:
                return "deadlock"

    def revoke() -> str:
        with app.app_context():
            try:
                with unit_of_work():
                    key_service.revoke(lists_key, ISSUED_AT, "백업 유출", CLERK, LATER)
            except OperationalError:
                return "deadlock"
            return "done"

    old_key = old.key_id
    in_use = keys.in_use(this_authority().did, KeyPurpose.STATUS, LATER)
    assert in_use is not None
    lists_key = in_use.key_id
    db.session.rollback()
    monkeypatch.setattr(status_changes, "mark", mark_when_the_other_waits)
    if not guarded:
        monkeypatch.setattr(status_changes, "hold_lists", lambda certificates: None)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(reissue)
        assert has_its_place.wait(20)
        second = threads.submit(revoke)
        ended = sorted([first.result(timeout=20), second.result(timeout=20)])
    assert ended == (["done", "done"] if guarded else ["deadlock", "done"])
    if guarded:
        assert [c.status for c in all_certificates()] == [CertificateStatus.REPLACED, *[CertificateStatus.VALID] * 2]
        assert all(db.session.scalars(select(StatusList.is_stale)))
