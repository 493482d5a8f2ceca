"""Links in mails: one purpose, one spelling, one day."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.tokens import LinkExpired, absolute_url, seal, unseal
from tests.factories.accounts import AT

HOUR = timedelta(hours=1)
CONTENT = {"account": "0" * 32, "birth_date": "1990-03-09"}


def test_what_was_sealed_comes_back(app: Flask) -> None:
    assert unseal("reset", seal("reset", CONTENT, AT), AT + HOUR, HOUR) == CONTENT


def test_it_cannot_be_read_without_the_key(app: Flask) -> None:
    token = seal("reset", CONTENT, AT)
    assert b"1990" not in base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def test_it_is_too_old_after_its_time(app: Flask) -> None:
    with pytest.raises(LinkExpired):
        unseal("reset", seal("reset", CONTENT, AT), AT + HOUR + timedelta(seconds=2), HOUR)


def test_it_serves_no_other_purpose(app: Flask) -> None:
    with pytest.raises(LinkExpired):
        unseal("confirmation", seal("reset", CONTENT, AT), AT, HOUR)


def test_it_opens_with_no_other_key(app: Flask) -> None:
    token = seal("reset", CONTENT, AT)
    app.config["SECRET_KEY"] = b"another instance's key"
    with pytest.raises(LinkExpired):
        unseal("reset", token, AT, HOUR)


def test_not_one_character_may_change(app: Flask) -> None:
    token = seal("reset", CONTENT, AT)
    accepted = []
    for position, character in enumerate(token):
        for other in {"A", "b", "_", "-", "="} - {character}:
            changed = token[:position] + other + token[position + 1 :]
            try:
                unseal("reset", changed, AT, HOUR)
            except LinkExpired:
                continue
            accepted.append(changed)
    assert not accepted


@pytest.mark.parametrize("token", ["", "x", "=", "====", "가", "a b", "%00", "A" * 5000])
def test_what_was_never_a_token_is_no_surprise(app: Flask, token: str) -> None:
    with pytest.raises(LinkExpired):
        unseal("reset", token, AT, HOUR)


def test_addresses_in_mails_name_the_configured_host(app: Flask) -> None:
    assert absolute_url("accounts.reset_password", token="x") == "https://ieum.test/password/reset/x"
    app.config["IEUM_BASE_URL"] = "http://localhost:8000"
    assert absolute_url("accounts.sign_in") == "http://localhost:8000/sign-in"
