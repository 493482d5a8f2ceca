"""Registers accounts, organisations and the home page with the application."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager

from app.accounts import (
    blueprints,
    home_views,
    password_views,
    profile_views,
    queries,
    sign_in_views,
    sign_up_views,
)
from app.core.i18n import _l

# Importing a view module is what hangs its routes on the blueprint.
VIEWS = (home_views, sign_in_views, sign_up_views, password_views, profile_views)


def _sign_in_manager() -> LoginManager:
    manager = LoginManager()
    manager.login_view = "accounts.sign_in"
    manager.login_message = _l("로그인한 뒤에 볼 수 있는 페이지예요.")
    manager.login_message_category = "info"
    manager.localize_callback = str
    # A phone changes its network address all the time; the signed cookie and the sign-in version decide.
    manager.session_protection = None
    manager.user_loader(queries.signed_in_account)
    return manager


def init_app(app: Flask) -> None:
    """Connect this domain to the application."""
    _sign_in_manager().init_app(app)
    app.register_blueprint(blueprints.home)
    app.register_blueprint(blueprints.accounts)
