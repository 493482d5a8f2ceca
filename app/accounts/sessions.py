"""The visitor's session. Views only."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import g, session
from flask_login import current_user, login_user, logout_user

from app.accounts import queries
from app.accounts.models import Account, SignIn
from app.accounts.sign_ins import end_sign_in, start_sign_in
from app.core import clock

_CHECKED = "password_checked"
_CHECK_LASTS = 10 * 60
_LATELY = timedelta(minutes=5)
_COOKIE_NAMES = "_user_id"  # Where Flask-Login keeps the id in the session.


def begin_session(account: Account) -> None:
    """Sign the visitor in with a new session: nothing that was planted in the old one survives."""
    end_session()
    login_user(start_sign_in(account, clock.now()))


def end_session() -> None:
    """Sign the visitor out, also whoever has copied the cookie, and forget everything that the session held."""
    if named := this_sign_in():
        end_sign_in(named)
    logout_user()
    session.clear()
    g.pop("actor", None)


def remember_password_check(account: Account, target: str, at: datetime) -> None:
    """Note in a new session that the visitor knows the password, and has the second factor still to show."""
    end_session()
    session[_CHECKED] = [account.public_id, account.sign_in_version, int(at.timestamp()), target]


def password_check(at: datetime) -> tuple[Account, str] | None:
    """Answer whose password the visitor has typed within the last ten minutes, and where they want to go."""
    public_id, version, checked_at, target = session.get(_CHECKED, ["", 0, 0, ""])
    account = queries.account_by_public_id(public_id) if at.timestamp() - checked_at < _CHECK_LASTS else None
    return (account, target) if account is not None and account.sign_in_version == version else None


def this_sign_in() -> str:
    """Answer the sign-in that this visitor's cookie names; nothing for a visitor who has not signed in."""
    return str(session.get(_COOKIE_NAMES, ""))


def signed_in_lately(at: datetime) -> bool:
    """Tell whether the visitor has shown within the last minutes who they are: no need to ask again at once."""
    return bool(current_user.is_authenticated and at - current_user.created_at < _LATELY)


def load_sign_in(public_id: str) -> SignIn | None:
    """Answer who the cookie stands for (Flask-Login asks once a request)."""
    return queries.open_sign_in(public_id, clock.now())
