"""The visitor's session. Views only."""

from __future__ import annotations

from flask import g, session
from flask_login import login_user, logout_user

from app.accounts import queries
from app.accounts.models import Account, SignIn
from app.accounts.sign_ins import end_sign_in, start_sign_in
from app.core import clock

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


def this_sign_in() -> str:
    """Answer the sign-in that this visitor's cookie names; nothing for a visitor who has not signed in."""
    return str(session.get(_COOKIE_NAMES, ""))


def load_sign_in(public_id: str) -> SignIn | None:
    """Answer who the cookie stands for (Flask-Login asks once a request)."""
    return queries.open_sign_in(public_id, clock.now())
