"""One visitor is one network, whichever of its addresses a request comes from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.core import network
from app.core.network import network_of
from app.core.security import limiter
from tests.conftest import Visitor


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        (None, "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_one_customer_of_an_ipv6_network_is_one_visitor(address: str | None, expected: str) -> None:
    assert network_of(address) == expected


@pytest.fixture
def limited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    yield
    limiter.reset()


def from_many_addresses(visitor: Visitor, prefix: str, requests: int) -> list[int]:
    return [
        visitor.post("/verify", data={}, environ_base={"REMOTE_ADDR": f"{prefix}{number:x}"}).status_code
        for number in range(1, requests + 1)
    ]


def test_all_addresses_of_an_ipv6_customer_share_one_request_limit(limited: None, visitor: Visitor) -> None:
    assert from_many_addresses(visitor, "2001:db8:1:2::", 61) == [422] * 60 + [429]
    assert from_many_addresses(visitor, "2001:db8:1:3::", 1) == [422]


def test_counted_by_address_the_same_customer_is_never_stopped(
    limited: None, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "network_of", str)
    assert from_many_addresses(visitor, "2001:db8:1:2::", 61) == [422] * 61
