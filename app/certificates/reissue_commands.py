"""`flask certificates reissue`: issue again what a revoked key has signed."""

from __future__ import annotations

import click

from app.certificates import log_service, reissue_service, status_service
from app.certificates.commands import ACTOR, certificates
from app.core import clock
from app.core.commands import explains_errors
from app.core.i18n import _


@certificates.command("reissue")
@click.option("--revoked-key", "key_id", required=True, metavar="KEYID", help="a key that has been revoked")
@click.option("--dry-run", is_flag=True, help="list them and change nothing")
@explains_errors
def reissue(key_id: str, dry_run: bool) -> None:
    """Replace each certificate that a key's revocation has made worthless by one that the present key signs.

    Lists the old serial, the new one and the new id. Run again, it goes on where it was stopped. Status 1 when some
    cannot be issued again: they are on stderr, with the reason.
    """
    log_service.sequence(clock.now())
    key = reissue_service.revoked_key(key_id)
    found = reissue_service.affected(key)
    if dry_run:
        for one in found:
            if one.obstacle is None:
                click.echo(f"{one.serial}\t{one.public_id}")
    else:
        for done in reissue_service.reissue(key, ACTOR, clock.now()):
            click.echo(f"{done.old_serial}\t{done.serial}\t{done.public_id}")
        status_service.publish_lists(clock.now())
        log_service.sequence(clock.now())
    refused = [one for one in found if one.obstacle is not None]
    for one in refused:
        click.echo(f"{one.serial} {one.public_id}: {one.obstacle.label if one.obstacle else ''}", err=True)
    click.echo(
        _(
            "다시 발급할 수료증 %(count)s장, 할 수 없는 것 %(refused)s장",
            count=len(found) - len(refused),
            refused=len(refused),
        ),
        err=True,
    )
    if refused:
        raise SystemExit(1)
