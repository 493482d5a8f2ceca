"""Whether the recipient whom a badge names is the person who shows it."""

from __future__ import annotations

from typing import Any

import pytest

from app.portfolio.foreign_badge_recipient import is_same_person
from tests.portfolio.checking import EMAIL, hashed


@pytest.mark.parametrize(
    ("recipients", "same"),
    [
        ([{"kind": "emailAddress", "identity": "Hong@Example.kr", "hashed": False}], True),
        ([{"kind": "emailAddress", "identity": hashed(EMAIL, "x"), "hashed": True, "salt": "x"}], True),
        ([{"kind": "emailAddress", "identity": hashed(EMAIL, "x"), "hashed": True, "salt": "y"}], False),
        ([{"kind": "emailAddress", "identity": "other@example.kr", "hashed": False}], False),
        ([{"kind": "name", "identity": "홍길동", "hashed": False}], True),
        ([{"kind": "name", "identity": "홍 길 동", "hashed": False}], True),
        ([{"kind": "name", "identity": hashed("홍길동", ""), "hashed": True, "salt": ""}], True),
        ([{"kind": "name", "identity": "홍길순", "hashed": False}], False),
        (
            [
                {"kind": "name", "identity": "홍길동", "hashed": False},
                {"kind": "emailAddress", "identity": "other@example.kr", "hashed": False},
            ],
            False,
        ),
        ([{"kind": "studentId", "identity": "홍길동", "hashed": False}], False),
        ([{"kind": "emailAddress", "identity": "", "hashed": False}], False),
        ([], False),
    ],
    ids=range(12),
)
def test_the_recipient_is_compared(recipients: list[dict[str, Any]], same: bool) -> None:
    assert is_same_person(recipients, email=EMAIL, name="홍길동") is same


def test_an_address_that_nobody_confirmed_counts_nothing() -> None:
    mail = [{"kind": "emailAddress", "identity": hashed("", ""), "hashed": True, "salt": ""}]
    assert not is_same_person(mail, email="", name="홍길동")
