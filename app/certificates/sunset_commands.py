"""`flask sunset …`: what outlives the service."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.certificates import sunset_service
from app.core import clock
from app.core.commands import explains_errors
from app.core.i18n import _


class _Progress:
    """Tells on stderr how far the work is, at every tenth."""

    def __init__(self) -> None:
        self._told = 0

    def __call__(self, done: int, steps: int) -> None:
        tenths = 10 * done // steps
        if tenths > self._told:
            self._told = tenths
            click.echo(_("내보내는 중: %(percent)s%%", percent=10 * tenths), err=True)


group = AppGroup("sunset", help="Make certificates outlive the service.")


@group.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--final", is_flag=True, help="the service ends: its status lists stay good for others' verifiers")
@explains_errors
def export(folder: Path, final: bool) -> None:
    """Write a folder that checks every certificate without the service: keys, status lists, log and one page."""
    exported = sunset_service.export(folder, clock.now(), final=final, progress=_Progress())
    click.echo(_("수료증 %(count)s장을 확인할 수 있는 자료예요: %(path)s", count=exported.certificates, path=folder))
    click.echo(
        _(
            "verify.html의 SHA-256을 널리 알려 주세요. 받은 사람이 바뀌지 않았는지 확인할 수 있어요: %(digest)s",
            digest=exported.page_sha256,
        )
    )
