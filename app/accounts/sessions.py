"""The visitor's session. Views only."""

from __future__ import annotations

from flask import g, session
from flask_login import login_user, logout_user

from app.accounts.models import Account


def begin_session(account: Account) -> None:
    """Sign the visitor in with a new session: nothing that was planted in the old one survives."""
    session.clear()
    login_user(account)
    g.pop("actor", None)


def end_session() -> None:
    """Sign the visitor out and forget everything that the session held."""
    logout_user()
    session.clear()
    g.pop("actor", None)
