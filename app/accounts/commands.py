"""The `accounts` commands, for whoever runs the service."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from app.accounts import organisation_service, password_service, queries, second_factor_service
from app.accounts.models import Account, MembershipRole, OrganisationKind
from app.accounts.normal import normal_email
from app.accounts.organisations import add_membership, create_organisation
from app.accounts.people import create_account
from app.core import clock
from app.core.access import Actor
from app.core.commands import explains_errors, fail
from app.core.db import unit_of_work

accounts = AppGroup("accounts", help="Create operators and organisations, and set passwords.")
ACTOR = Actor.command("command: accounts")


def _read_password() -> str:
    # From a terminal it is asked for twice and not shown; from a pipe it is the first line.
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _account(email: str) -> Account:
    account = queries.account_by_email(normal_email(email))
    if account is None:
        fail(f"no account has the address {email}")
    return account


@accounts.command("create-operator")
@click.argument("email")
@click.option("--name", required=True, help="The operator's name, as pages and the audit trail show it.")
@explains_errors
def create_operator(email: str, name: str) -> None:
    """Create an account of the operating authority. The password comes from a prompt or from stdin."""
    password = _read_password()
    with unit_of_work():
        at = clock.now()
        account = create_account(email, password, name, actor=ACTOR, at=at, confirmed_at=at, is_operator=True)
        click.echo(account.public_id)


@accounts.command("create-organisation")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in OrganisationKind]))
@explains_errors
def create(name: str, kind: str) -> None:
    """Create an approved organisation and print its public id."""
    with unit_of_work():
        click.echo(create_organisation(name, kind, ACTOR, clock.now()).public_id)


@accounts.command("approve")
@click.argument("public_id")
@explains_errors
def approve(public_id: str) -> None:
    """Approve an organisation that waits for it."""
    with unit_of_work():
        organisation_service.approve_organisation(public_id, ACTOR, clock.now())


@accounts.command("add-member")
@click.argument("email")
@click.option("--organisation", required=True, help="The organisation's public id.")
@click.option("--role", required=True, type=click.Choice([role.value for role in MembershipRole]))
@explains_errors
def add_member(email: str, organisation: str, role: str) -> None:
    """Let the account with this address act for an organisation."""
    with unit_of_work():
        add_membership(_account(email), queries.any_organisation(organisation), role, ACTOR, clock.now())


@accounts.command("set-password")
@click.argument("email")
@explains_errors
def set_password(email: str) -> None:
    """Set the password of an account and end its sessions. The password comes from a prompt or from stdin."""
    password = _read_password()
    with unit_of_work():
        password_service.set_password(_account(email), password, actor=ACTOR, at=clock.now())


@accounts.command("reset-second-factor")
@click.argument("email")
@explains_errors
def reset_second_factor(email: str) -> None:
    """Take the second factor off an account whose holder lost the app and the codes. Make sure who asks."""
    with unit_of_work():
        second_factor_service.forget_second_factor(_account(email), ACTOR, clock.now())
