"""Registers accounts, organisations and the home page with the application."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager

from app.accounts import (
    access_log,
    access_log_views,
    approval_views,
    blueprints,
    closing_service,
    commands,
    home_views,
    member_views,
    organisation_views,
    password_views,
    person_views,
    profile_views,
    second_factor_views,
    sessions,
    sign_in_views,
    sign_ins,
    sign_up_views,
)
from app.accounts.models import Invitation, Membership, MembershipRole, Organisation, OrganisationKind
from app.core.i18n import Text, _l
from app.core.templating import add_navigation

# Importing a view module is what hangs its routes on the blueprint, and a job's module what registers the job.
PARTS = (
    home_views,
    sign_in_views,
    sign_up_views,
    password_views,
    profile_views,
    person_views,
    second_factor_views,
    organisation_views,
    member_views,
    approval_views,
    access_log_views,
    closing_service,
    sign_ins,
)


def _sign_in_manager() -> LoginManager:
    manager = LoginManager()
    manager.login_view = "accounts.sign_in"
    manager.login_message = _l("로그인한 뒤에 볼 수 있는 페이지예요.")
    manager.login_message_category = "info"
    manager.localize_callback = str
    # A phone changes its network address all the time; the signed cookie and the row that it names decide.
    manager.session_protection = None
    manager.user_loader(sessions.load_sign_in)
    return manager


def _organisation_kind(organisation: Organisation) -> Text:
    return OrganisationKind(organisation.kind).label


def _membership_role(holder: Membership | Invitation) -> Text:
    return MembershipRole(holder.role).label


def init_app(app: Flask) -> None:
    """Connect this domain to the application."""
    _sign_in_manager().init_app(app)
    access_log.init_app(app)
    app.before_request(second_factor_views.demand_second_factor)
    for blueprint in blueprints.ALL:
        app.register_blueprint(blueprint)
    app.jinja_env.filters.update(organisation_kind=_organisation_kind, membership_role=_membership_role)
    app.cli.add_command(commands.accounts)
    add_navigation(app, _l("기관 승인"), "approvals.index", 80, lambda actor: actor.is_operator)
    add_navigation(app, _l("접속기록"), "access_log.index", 82, lambda actor: actor.is_operator)
    add_navigation(app, _l("내 기관"), "organisations.index", 85, lambda actor: bool(actor.memberships))
    add_navigation(app, _l("내 계정"), "accounts.profile", 90, lambda actor: actor.is_signed_in)
