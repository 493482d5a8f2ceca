"""Signing in."""

from __future__ import annotations

from tests.conftest import Visitor
from tests.factories.accounts import make_account, sign_in


def test_it_signs_in_and_goes_home(visitor: Visitor) -> None:
    account = make_account()
    answer = sign_in(visitor, account)
    assert answer.location == "/"
    page = visitor.get("/account")
    assert page.status_code == 200
    assert account.email in page.get_data(as_text=True)
