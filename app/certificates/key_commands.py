"""`flask keys …`: the life of the issuer's keys."""

from __future__ import annotations

from datetime import datetime, timedelta

import click
from flask.cli import AppGroup

from app.certificates import key_service, keys, private_halves, reissue_service, status_service
from app.certificates.authority import this_authority
from app.certificates.key_token import TokenUnavailable
from app.certificates.models import KeyPurpose
from app.core import clock
from app.core.access import Actor
from app.core.clock import SEOUL, iso_utc
from app.core.commands import explains_errors, fail, is_asked_by_somebody, words
from app.core.db import unit_of_work
from app.core.i18n import _

group = AppGroup("keys", help="List, create, rotate and revoke the issuer's keys.")
ACTOR = Actor.command("command: keys")

_PURPOSE = click.Choice([purpose.value for purpose in KeyPurpose])


@group.command("list")
@explains_errors
def list_keys() -> None:
    """Print every key there ever was: purpose, state, time, id, and where its private half is."""
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
        click.echo(f"{row.purpose}\t{state}\t{iso_utc(row.created_at)}\t{row.key_id}\t{private_halves.place(row)}")


@group.command("create")
@explains_errors
def create() -> None:
    """Make the key of every purpose that has none, and print what was made; what the first run does."""
    before = {row.key_id for row in keys.every_key()}
    with unit_of_work():
        keys.ensure_keys(clock.now())
    made = [row.key_id for row in keys.every_key() if row.key_id not in before]
    for key_id in made:
        click.echo(key_id)
    if not made:
        click.echo(_("모든 용도에 쓰는 키가 이미 있어요. 새로 만든 키가 없어요."), err=True)


@group.command("rotate")
@click.argument("purpose", type=_PURPOSE)
@click.option("--ahead", type=click.IntRange(min=0), default=24, show_default=True, help="hours of publishing ahead")
@click.option("--in-database", is_flag=True, help="leave the token: seal the next key in the database")
@explains_errors
def rotate(purpose: str, ahead: int, in_database: bool) -> None:
    """Publish the next key; it signs after the hours ahead, and the one before is then destroyed."""
    now = clock.now()
    with unit_of_work():
        row = key_service.rotate(
            KeyPurpose(purpose), ACTOR, now, ahead=timedelta(hours=ahead), in_database=in_database
        )
        key_id, starts_at = row.key_id, row.starts_at
    key_service.retire_former_keys(now)
    click.echo(_("%(key)s: %(when)s부터 서명해요.", key=key_id, when=iso_utc(starts_at)))
    click.echo(_("지금까지 쓴 키는 그때 파기해요. 그 키로 이미 서명한 것은 계속 유효해요."), err=True)


@group.command("revoke")
@click.argument("key_id")
@click.option(
    "--since", required=True, metavar="TIME", help="2026-03-09T09:00+09:00, or without a zone in Korea's time"
)
@click.option("--why", required=True, metavar="WORDS", callback=words, help="kept in the audit trail")
@click.option("--yes", is_flag=True, help="do not ask again")
@explains_errors
def revoke(key_id: str, since: str, why: str, yes: bool) -> None:
    """Revoke a key that may have been stolen: what it signed since then counts no more. It can never be taken back.

    Says first what was understood and what it costs, and asks. Where nobody can answer it goes on if the time has a
    zone, or with --yes.
    """
    moment, has_zone = _moment(since)
    now = clock.now()
    with unit_of_work():
        # Nobody is asked about a key that cannot be revoked, and nothing is held while somebody thinks about it.
        key_service.require_revocable(key_id, moment, now)
        lost = reissue_service.count_lost(key_id, moment)
    _confirm(key_id, moment, lost, asks=not yes, is_plain=has_zone)
    with unit_of_work():
        key_service.revoke(key_id, moment, why, ACTOR, now)
    try:
        key_service.destroy_given_up(now)
    except TokenUnavailable as error:
        click.echo(
            _("토큰에 있는 키는 아직 파기하지 못했어요. 토큰에 닿으면 이어서 파기해요. %(why)s", why=error), err=True
        )
    click.echo(_("%(key)s: %(when)s부터 폐지했어요.", key=key_id, when=iso_utc(moment)))
    if key_id.startswith(f"{this_authority().did}#{KeyPurpose.CREDENTIALS.value}"):
        click.echo(_("이 키로 서명한 수료증은 발급 기록에 그 전에 올라간 것만 유효해요."))
        click.echo(_("나머지는 이렇게 다시 발급해요: certificates reissue --revoked-key %(key)s", key=key_id))
    status_service.publish_lists(now)


def _confirm(key_id: str, moment: datetime, lost: int, *, asks: bool, is_plain: bool) -> None:
    told = _(
        "%(key)s: 한국 시각 %(seoul)s(%(utc)s)부터 폐지해요. 되돌릴 수 없어요. 효력을 잃는 수료증: %(count)s장",
        key=key_id,
        seoul=moment.astimezone(SEOUL).strftime("%Y-%m-%d %H:%M:%S"),
        utc=iso_utc(moment),
        count=lost,
    )
    click.echo(told, err=True)
    if not asks:
        return
    if is_asked_by_somebody():
        click.confirm(str(_("폐지할까요?")), abort=True, err=True)
    elif not is_plain:
        fail(_("때에 시간대가 없어요. +09:00이나 Z를 붙이거나, 위에서 이해한 것이 맞으면 --yes를 붙여 주세요."))


def _moment(text: str) -> tuple[datetime, bool]:
    """Read a time; without a zone it is Korea's. Tells whether it had one."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r}: expected a time such as 2026-03-09T09:00+09:00") from None
    return (found, True) if found.tzinfo is not None else (found.replace(tzinfo=SEOUL), False)
