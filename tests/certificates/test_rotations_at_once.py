"""Two rotations at one moment make one key."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from app.certificates import key_service, keys
from app.certificates.models import KeyPurpose
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from tests.factories.certificates import CLERK, ISSUED_AT


# SQLite lets one writer in at a time: two rotations at one moment cannot be arranged there.
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("guarded", [True, False], ids=["with-the-lock", "without-the-lock"])
def test_they_make_one_key(app: Flask, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    with unit_of_work():
        keys.ensure_keys(ISSUED_AT)
    both_here = threading.Barrier(2)
    create = keys.create

    def create_together(*arguments: Any, **more: Any) -> Any:
        try:
            both_here.wait(timeout=1)
        except threading.BrokenBarrierError:
            assert guarded
        return create(*arguments, **more)

    def rotate() -> str:
        with app.app_context():
            try:
                with unit_of_work():
                    key_service.rotate(KeyPurpose.STATUS, CLERK, ISSUED_AT)
            except Conflict:
                return "refused"
        return "made"

    monkeypatch.setattr(keys, "create", create_together)
    if not guarded:
        monkeypatch.setattr(keys, "wait_for_other_makers", lambda: None)
    with ThreadPoolExecutor(2) as threads:
        ended = [one.result(timeout=20) for one in [threads.submit(rotate) for _thread in range(2)]]
    db.session.rollback()
    assert sorted(ended) == (["made", "refused"] if guarded else ["made", "made"])
    assert len([key for key in keys.every_key() if key.purpose == KeyPurpose.STATUS]) == (2 if guarded else 3)
