"""Signing in."""

from __future__ import annotations

from datetime import datetime

from app.accounts import passwords, throttle
from app.accounts.models import Account
from app.accounts.normal import normal_email
from app.accounts.queries import account_by_email
from app.core.errors import Invalid
from app.core.i18n import _l

# One answer for a wrong password, an unknown address and an account that is not confirmed yet: telling them apart
# would tell a stranger who has an account here.
WRONG = _l("이메일 주소나 비밀번호가 맞지 않거나, 가입 확인이 끝나지 않았어요. 다시 확인해 주세요.")


class WrongPassword(Invalid):
    """The password of whoever is signed in was typed wrongly; it has been counted, which the caller has to keep."""


def check_credentials(email: str, password: str, at: datetime, *, network: str) -> Account:
    """Answer the account that these credentials open.

    Raises `Invalid` for any mismatch, which is counted (the caller has to keep that although it answers an error),
    and `TooMany` when this address or this network has used up its tries: then nothing is evaluated.
    """
    email = normal_email(email)
    throttle.check("sign_in", email, at)
    throttle.check("sign_in_from", network, at)
    account = account_by_email(email)
    right = passwords.is_right(account.password_hash if account is not None else None, password)
    if account is None or not right or account.confirmed_at is None:
        _count_failure(email, network, at)
        raise Invalid(WRONG)
    if passwords.needs_rehash(account.password_hash):
        account.password_hash = passwords.hash_password(password)
    return account


def check_password(account: Account, password: str, at: datetime, *, network: str) -> None:
    """Make sure that whoever acts for the account knows its password. Raises and counts like `check_credentials`."""
    throttle.check("sign_in", account.email, at)
    throttle.check("sign_in_from", network, at)
    if not passwords.is_right(account.password_hash, password):
        _count_failure(account.email, network, at)
        raise WrongPassword(_l("비밀번호가 맞지 않아요."))


def _count_failure(email: str, network: str, at: datetime) -> None:
    throttle.record("sign_in", email, at)
    throttle.record("sign_in_from", network, at)
