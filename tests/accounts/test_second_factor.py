"""The second factor: set up with a code, asked for at signing in, recovered from, demanded of staff."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import select

from app.accounts import second_factor_service, throttle, totp
from app.accounts.models import Account, RecoveryCode, SecondFactor, ThrottledAttempt
from app.core import clock
from app.core.config import Settings
from app.core.db import db
from app.core.sealing import SealLost, unseal
from tests.conftest import Visitor
from tests.factories.accounts import (
    PASSWORD,
    audit_lines,
    mails_to,
    make_account,
    make_member,
    make_organisation,
    sign_in,
)

# RFC 6238, appendix B, SHA-1: the last six of its eight digits.
RFC_SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (20000000000, "353130")]
)
def test_it_makes_the_codes_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, clock.SEOUL)
    assert totp.matching_step(RFC_SECRET, code, at, after=0) == seconds // 30
    for minutes in (2, -2):
        assert totp.matching_step(RFC_SECRET, code, at + timedelta(minutes=minutes), after=0) is None
    assert totp.matching_step(RFC_SECRET, code, at, after=seconds // 30) is None
    assert totp.matching_step(RFC_SECRET, "가나다라마바", at, after=0) is None


def code_of(secret: bytes, *, later: int = 0) -> str:
    return totp._totp(secret).generate(int(clock.now().timestamp()) + 30 * later).decode()


def fields_of(page: str) -> tuple[str, bytes]:
    """Answer the sealed proposal and the secret that a set-up page shows."""
    proposal = re.search(r'name="proposal"[^>]*value="([^"]+)"', page)
    typed = re.findall(r'<span class="numeric">([A-Z2-7]{4})</span>', page)
    assert proposal is not None
    assert len(typed) == 8
    return unescape(proposal[1]), base64.b32decode("".join(typed))


def turn_on(visitor: Visitor) -> tuple[bytes, list[str]]:
    """Set the second factor up as a person does; answer the secret and the recovery codes."""
    proposal, secret = fields_of(visitor.get("/account/second-factor").text)
    answer = visitor.post("/account/second-factor", data={"proposal": proposal, "code": code_of(secret)})
    assert answer.status_code == 200, answer.text
    return secret, re.findall(r"<li class=\"numeric\">([A-Z2-7-]{19})</li>", answer.text)


def type_code(visitor: Visitor, code: str) -> Any:
    return visitor.post("/sign-in/code", data={"code": code})


@pytest.fixture
def account(visitor: Visitor) -> Account:
    account = make_account()
    sign_in(visitor, account)
    return account


def test_once_on_the_password_alone_opens_nothing(app: Flask, visitor: Visitor, account: Account) -> None:
    secret, codes = turn_on(visitor)
    assert len(set(codes)) == 10
    visitor.post("/sign-out")
    assert sign_in(visitor, account, next="/account/password").location == "/sign-in/code"
    assert visitor.get("/account").status_code == 302
    assert type_code(visitor, "000000").status_code == 422
    assert type_code(visitor, code_of(secret, later=1)).location == "/account/password"
    assert visitor.get("/account").status_code == 200
    assert "2단계 인증을 켰어요" in mails_to(account.email)[-1].subject
    assert len(audit_lines("account.turn_second_factor_on")) == 1


def drawn(svg: str) -> Image.Image:
    """Draw the squares of the QR code's path, four pixels each."""
    side = re.search(r'viewBox="0 0 (\d+) ', svg)
    assert side is not None
    picture = Image.new("L", (int(side[1]), int(side[1])), 255)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", svg):
        picture.putpixel((int(x), int(y)), 0)
    return picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST)


def test_the_qr_code_holds_what_the_typed_key_says(visitor: Visitor, account: Account) -> None:
    page = visitor.get("/account/second-factor").text
    _proposal, secret = fields_of(page)
    drawing = re.search(r"<svg xmlns.*?</svg>", page)
    assert drawing is not None
    assert "style" not in drawing[0]
    (found,) = zxingcpp.read_barcodes(drawn(drawing[0]))
    assert found.text == totp.app_address(secret, account.email, "이음")
    assert base64.b32encode(secret).decode().rstrip("=") in found.text


def test_a_device_that_was_left_signed_in_cannot_lock_its_holder_out(
    visitor: Visitor, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 'name="password"' not in visitor.get("/account/second-factor").text
    at = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: at)
    page = visitor.get("/account/second-factor").text
    assert 'name="password"' in page
    proposal, secret = fields_of(page)
    typed = {"proposal": proposal, "code": code_of(secret)}
    for wrong in ({}, {"password": ""}, {"password": "wrong horse battery"}):
        assert visitor.post("/account/second-factor", data=typed | wrong).status_code == 422
        assert account.second_factor_since is None
    assert len(db.session.scalars(select(ThrottledAttempt).where(ThrottledAttempt.purpose == "sign_in")).all()) == 1
    answer = visitor.post("/account/second-factor", data=typed | {"password": PASSWORD})
    assert (answer.status_code, account.second_factor_since) == (200, at)


def test_other_devices_are_signed_out_when_it_is_turned_on(app: Flask, visitor: Visitor, account: Account) -> None:
    other = app.test_client()
    sign_in(other, account)
    assert other.get("/account").status_code == 200
    turn_on(visitor)
    assert other.get("/account").status_code == 302
    assert visitor.get("/account").status_code == 200


def test_nothing_is_stored_before_a_right_code(visitor: Visitor, account: Account) -> None:
    proposal, _secret = fields_of(visitor.get("/account/second-factor").text)
    answer = visitor.post("/account/second-factor", data={"proposal": proposal, "code": "000000"})
    assert answer.status_code == 422
    assert fields_of(answer.text)[0] == proposal
    assert account.second_factor_since is None
    assert db.session.scalars(select(SecondFactor)).all() == []


def test_a_proposal_of_somebody_else_or_of_yesterday_is_replaced(
    visitor: Visitor, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = second_factor_service.propose(make_account().actor, clock.now())
    old = second_factor_service.propose(account.actor, clock.now() - timedelta(hours=2))
    for proposal in (foreign, old, "", "x"):
        answer = visitor.post("/account/second-factor", data={"proposal": proposal, "code": "000000"})
        assert answer.status_code == 422
        assert fields_of(answer.text)[0] != proposal


def test_a_code_opens_once(visitor: Visitor, account: Account) -> None:
    secret, _codes = turn_on(visitor)
    visitor.post("/sign-out")
    sign_in(visitor, account)
    used = code_of(secret, later=1)
    assert type_code(visitor, used).status_code == 303
    visitor.post("/sign-out")
    sign_in(visitor, account)
    assert type_code(visitor, used).status_code == 422


def test_a_recovery_code_opens_once_and_the_holder_is_told(visitor: Visitor, account: Account) -> None:
    _secret, codes = turn_on(visitor)
    visitor.post("/sign-out")
    sign_in(visitor, account)
    assert type_code(visitor, codes[0].lower().replace("-", " ")).status_code == 303
    assert "남은 코드는 9개" in visitor.get("/account").text
    assert "남은 코드는 9개" in mails_to(account.email)[-1].body
    visitor.post("/sign-out")
    sign_in(visitor, account)
    assert type_code(visitor, codes[0]).status_code == 422
    assert type_code(visitor, codes[1]).status_code == 303


def test_new_recovery_codes_end_the_old_ones_and_need_the_password(visitor: Visitor, account: Account) -> None:
    _secret, codes = turn_on(visitor)
    assert visitor.post("/account/second-factor/codes", data={"password": "a guess"}).status_code == 422
    answer = visitor.post("/account/second-factor/codes", data={"password": PASSWORD})
    assert answer.status_code == 200
    assert codes[0] not in answer.text
    visitor.post("/sign-out")
    sign_in(visitor, account)
    assert type_code(visitor, codes[0]).status_code == 422


def wrong_codes(visitor: Visitor, times: int) -> list[int]:
    return [type_code(visitor, f"{number:06}").status_code for number in range(times)]


def test_codes_cannot_be_tried_out(visitor: Visitor, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _codes = turn_on(visitor)
    visitor.post("/sign-out")
    sign_in(visitor, account)
    monkeypatch.setattr(totp, "matching_step", lambda *_, after: None)
    assert wrong_codes(visitor, 6) == [422] * 5 + [429]
    monkeypatch.undo()
    assert type_code(visitor, code_of(secret, later=1)).status_code == 429


def test_without_the_limit_they_could(visitor: Visitor, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    turn_on(visitor)
    visitor.post("/sign-out")
    sign_in(visitor, account)
    monkeypatch.setattr(throttle, "check", lambda *_: None)
    monkeypatch.setattr(totp, "matching_step", lambda *_, after: None)
    assert wrong_codes(visitor, 8) == [422] * 8


def test_the_password_check_lasts_ten_minutes_and_ends_with_a_new_password(
    visitor: Visitor, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _codes = turn_on(visitor)
    visitor.post("/sign-out")
    assert visitor.get("/sign-in/code").location == "/sign-in"
    sign_in(visitor, account)
    account.sign_in_version += 1
    assert type_code(visitor, code_of(secret, later=1)).location == "/sign-in"
    sign_in(visitor, account)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert type_code(visitor, code_of(secret)).location == "/sign-in"
    assert visitor.get("/account").status_code == 302


def test_the_secret_is_sealed_for_its_account_and_codes_are_digests(
    app: Flask, visitor: Visitor, account: Account
) -> None:
    secret, _codes = turn_on(visitor)
    factor = db.session.scalars(select(SecondFactor)).one()
    assert secret not in factor.sealed_secret
    assert unseal(factor.sealed_secret, f"second factor of {account.public_id}") == secret
    with pytest.raises(SealLost):
        unseal(factor.sealed_secret, f"second factor of {'0' * 32}")
    kept = db.session.scalars(select(RecoveryCode.digest)).all()
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in kept)
    kek = app.config["IEUM_INSTANCE_DIR"] / "secrets" / "kek"
    kek.unlink()
    with pytest.raises(SealLost):
        unseal(factor.sealed_secret, f"second factor of {account.public_id}")
    assert not kek.exists()


def test_it_is_turned_off_with_the_password(visitor: Visitor, account: Account) -> None:
    turn_on(visitor)
    assert "켜져 있어요" in visitor.get("/account/second-factor").text
    assert visitor.post("/account/second-factor/off", data={"password": "a guess"}).status_code == 422
    assert visitor.post("/account/second-factor/off", data={"password": PASSWORD}).status_code == 303
    visitor.post("/sign-out")
    assert sign_in(visitor, account).location == "/"
    assert db.session.scalars(select(RecoveryCode)).all() == []


def test_closing_the_account_forgets_it(visitor: Visitor, account: Account) -> None:
    turn_on(visitor)
    assert visitor.post("/account/close", data={"password": PASSWORD}).status_code == 303
    assert db.session.scalars(select(SecondFactor)).all() == []


def test_an_operator_takes_it_off_by_command(app: Flask, visitor: Visitor, account: Account) -> None:
    turn_on(visitor)
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["accounts", "reset-second-factor", account.email])
    assert (result.exit_code, result.output) == (0, "")
    visitor.post("/sign-out")
    assert sign_in(visitor, account).location == "/"


@pytest.mark.parametrize("who", ["member", "operator"])
def test_where_it_is_demanded_staff_set_it_up_first(app: Flask, visitor: Visitor, who: str) -> None:
    account = make_member(make_organisation()) if who == "member" else make_account(operator=True)
    first_page = "/centre" if who == "member" else "/approvals"
    sign_in(visitor, account)
    assert visitor.get(first_page).status_code == 200
    app.config["IEUM_STAFF_MFA_REQUIRED"] = True
    assert visitor.get(first_page).location == "/account/second-factor"
    assert visitor.post("/account/close", data={"password": PASSWORD}).location == "/account/second-factor"
    assert visitor.get("/verify").status_code == 200
    turn_on(visitor)
    assert visitor.get(first_page).status_code == 200
    assert visitor.post("/account/second-factor/off", data={"password": PASSWORD}).status_code == 422
    assert visitor.get(first_page).status_code == 200


def test_it_is_never_demanded_of_others(app: Flask, visitor: Visitor, account: Account) -> None:
    app.config["IEUM_STAFF_MFA_REQUIRED"] = True
    assert visitor.get("/account").status_code == 200


def test_the_switch_knows_two_words() -> None:
    assert Settings.from_environment({}).staff_mfa_required is False
    assert Settings.from_environment({"IEUM_STAFF_MFA": "required"}).staff_mfa_required is True
    with pytest.raises(ValueError, match="IEUM_STAFF_MFA must be one of optional, required"):
        Settings.from_environment({"IEUM_STAFF_MFA": "yes"})
