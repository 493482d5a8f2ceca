"""What holds for every answer: headers, addresses, one commit."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import audit, clock
from app.core.access import Actor, public, requires
from app.core.config import Settings
from app.core.db import db
from app.core.forms import has_unsafe_characters
from app.core.security import is_local_target
from tests.conftest import Visitor
from tests.factories.accounts import make_member, make_organisation, sign_in


def test_every_page_carries_the_strict_policy(app: Flask, visitor: Visitor) -> None:
    headers = visitor.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", ["/v/%00", "/cohorts/%00", "/credentials/a%0Ab", "/%7F"])
def test_control_characters_in_an_address_find_nothing(app: Flask, visitor: Visitor, address: str) -> None:
    assert visitor.get(address).status_code == 404


@pytest.mark.parametrize("fails", [False, True])
def test_a_request_commits_only_when_it_succeeds(app: Flask, visitor: Visitor, fails: bool) -> None:
    def view() -> tuple[str, int]:
        audit.record(Actor.command("test"), "thing.create", object(), at=clock.now())
        return "", 500 if fails else 200

    app.add_url_rule("/record", view_func=requires(public())(view), methods=["POST"])
    visitor.post("/record")
    assert db.session.scalar(select(func.count()).select_from(audit.AuditLine)) == (0 if fails else 1)


@pytest.mark.parametrize(
    "target",
    [
        "",
        None,
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
    ],
)
def test_next_never_leaves_the_host(target: str | None) -> None:
    assert not is_local_target(target)


@pytest.mark.parametrize("target", ["/", "/cohorts?page=2", "/v/abc#x"])
def test_next_leads_to_our_own_pages(target: str) -> None:
    assert is_local_target(target)


@pytest.mark.parametrize(
    "address", ["ftp://x", "https://x/path", "x", "https://", "http://ieum.example.kr", "https://이음.kr"]
)
def test_a_base_url_that_cannot_be_used_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="IEUM_BASE_URL"):
        Settings.from_environment({"IEUM_BASE_URL": address})


@pytest.mark.parametrize(
    ("address", "trial"),
    [("http://localhost:8000", True), ("http://127.0.0.1:9", True), ("https://ieum.example", False)],
)
def test_a_base_url_on_this_machine_is_a_trial(address: str, trial: bool) -> None:
    assert Settings.from_environment({"IEUM_BASE_URL": address}).is_trial is trial


@pytest.mark.parametrize("address", ["/cohorts", "/courses", "/certificates", "/cohorts/attendance"])
def test_a_search_for_what_no_name_holds_finds_as_if_nothing_was_asked(
    app: Flask, visitor: Visitor, address: str
) -> None:
    sign_in(visitor, make_member(make_organisation()))
    assert visitor.get(f"{address}?q=%00").status_code == 200


def test_a_host_is_the_same_in_capitals() -> None:
    assert Settings.from_environment({"IEUM_BASE_URL": "https://Ieum.Example"}).base_url == "https://ieum.example"


@pytest.mark.parametrize("filler", ["\u200b", "\ufeff", "\u2028", "\u3164", "\u202e", "\x00"])
def test_what_cannot_be_seen_is_unsafe(filler: str) -> None:
    assert has_unsafe_characters(f"홍길{filler}동")
    assert not has_unsafe_characters("홍길동\n두 번째 줄")
