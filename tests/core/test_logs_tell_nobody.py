"""Log lines hold no personal data and no links that open an account, whatever goes wrong."""

from __future__ import annotations

import traceback

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app import create_app
from app.core.access import public, requires
from app.core.config import Settings
from app.core.db import db
from tests.factories.accounts import make_account

ADDRESS = "hong@example.kr"
TOKEN = "gAAAAAB-a-link-that-sets-a-password"


def error_of_a_second_account() -> str:
    make_account(ADDRESS)
    with pytest.raises(IntegrityError) as caught:
        make_account(ADDRESS)
    db.session.rollback()
    return "".join(traceback.format_exception(caught.value))


def test_an_error_of_the_database_does_not_quote_the_row(app: Flask) -> None:
    told = error_of_a_second_account()
    assert "accounts" in told
    assert ADDRESS not in told


@pytest.mark.databases("postgresql")
def test_without_the_rule_it_would(app: Flask) -> None:
    # All engines of a test process share one dialect, which has the rule from each of them.
    db.engine.dialect.dispatch.handle_error.clear()
    assert ADDRESS in error_of_a_second_account()


@pytest.mark.databases("sqlite")
def test_a_surprise_does_not_write_down_the_address(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(settings)

    def view(token: str) -> str:
        raise RuntimeError("unexpected")

    app.add_url_rule("/reset/<token>", "reset", requires(public())(view))
    answer = app.test_client().get(f"/reset/{TOKEN}")
    assert answer.status_code == 500
    assert "unexpected error at GET reset" in caplog.text
    assert TOKEN not in caplog.text
    assert "RuntimeError" not in answer.text
