"""What the tests of badges from elsewhere share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from app.accounts.models import Account
from app.core.foreign_fetch import Fetch
from app.portfolio import foreign_badge_turns
from app.portfolio.foreign_badge_check import Verdict
from tests.conftest import Visitor
from tests.factories.accounts import (
    make_account,
    make_person,
    sign_in,
)
from tests.factories.foreign_host import ForeignHost
from tests.portfolio.checking import EMAIL, WEB_ISSUER, in_this_process


@pytest.fixture(scope="module")
def listening() -> Iterator[ForeignHost]:
    host = ForeignHost()
    yield host
    host.close()


@pytest.fixture
def host(listening: ForeignHost) -> ForeignHost:
    listening.pages = {"/.well-known/did.json": WEB_ISSUER.document()}
    listening.asked.clear()
    return listening


@pytest.fixture
def holder(app: Flask, visitor: Visitor) -> Account:
    account = make_account(EMAIL, person=make_person("홍길동"))
    sign_in(visitor, account)
    return account


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Let the worker check without a process of its own, and count; the process is tried in its own test."""
    checked: list[bytes] = []

    def check(data: bytes, at: datetime, fetch: Fetch) -> Verdict:
        checked.append(data)
        return in_this_process(data, at, fetch)

    monkeypatch.setattr(foreign_badge_turns, "check", check)
    return checked
