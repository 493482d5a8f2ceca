"""`flask keys …`: the life of the issuer's keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
from flask.cli import AppGroup

from app.certificates import key_service, keys, status_service
from app.certificates.authority import this_authority
from app.certificates.models import KeyPurpose
from app.core import clock
from app.core.access import Actor
from app.core.clock import iso_utc
from app.core.commands import explains_errors
from app.core.db import unit_of_work
from app.core.i18n import _

group = AppGroup("keys", help="List, create, rotate and revoke the issuer's keys.")
ACTOR = Actor.command("command: keys")

_PURPOSE = click.Choice([purpose.value for purpose in KeyPurpose])


@group.command("list")
@explains_errors
def list_keys() -> None:
    """Print every key there ever was: purpose, state, times, id."""
    now = clock.now()
    for row in keys.every_key():
        current = keys.in_use(row.controller, KeyPurpose(row.purpose), now)
        state = (
            f"revoked since {iso_utc(row.revoked_at)}"
            if row.revoked_at is not None
            else f"retired {iso_utc(row.retired_at)}"
            if row.retired_at is not None
            else "in use"
            if current is not None and current.id == row.id
            else f"starts {iso_utc(row.starts_at)}"
            if row.starts_at > now
            else "followed"
        )
        click.echo(f"{row.purpose}\t{state}\t{iso_utc(row.created_at)}\t{row.key_id}")


@group.command("create")
@explains_errors
def create() -> None:
    """Make the key of every purpose that has none; what the first run does."""
    with unit_of_work():
        keys.ensure_keys(clock.now())
    for row in keys.every_key():
        click.echo(row.key_id)


@group.command("rotate")
@click.argument("purpose", type=_PURPOSE)
@click.option("--ahead", type=click.IntRange(min=0), default=24, show_default=True, help="hours of publishing ahead")
@explains_errors
def rotate(purpose: str, ahead: int) -> None:
    """Publish the next key; it signs after the hours ahead, and the one before is then destroyed."""
    now = clock.now()
    with unit_of_work():
        row = key_service.rotate(KeyPurpose(purpose), ACTOR, now, ahead=timedelta(hours=ahead))
        key_id, starts_at = row.key_id, row.starts_at
    key_service.retire_former_keys(now)
    click.echo(_("%(key)s: %(when)s부터 서명해요.", key=key_id, when=iso_utc(starts_at)))


@group.command("revoke")
@click.argument("key_id")
@click.option("--since", required=True, metavar="TIME", help="2026-03-09T00:00:00Z; it can never be changed")
@click.option("--why", required=True, metavar="WORDS", help="kept in the audit trail")
@explains_errors
def revoke(key_id: str, since: str, why: str) -> None:
    """Revoke a key that may have been stolen: what it signed since then counts no more."""
    moment = _moment(since)
    now = clock.now()
    with unit_of_work():
        key_service.revoke(key_id, moment, why, ACTOR, now)
    status_service.publish_lists(now)
    click.echo(_("%(key)s: %(when)s부터 폐지했어요.", key=key_id, when=iso_utc(moment)))
    if key_id.startswith(f"{this_authority().did}#{KeyPurpose.CREDENTIALS.value}"):
        click.echo(_("이 키로 서명한 수료증은 발급 기록에 그 전에 올라간 것만 유효해요."))


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r}: expected a time such as 2026-03-09T00:00:00Z") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
