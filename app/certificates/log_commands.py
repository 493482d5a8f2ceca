"""`flask log …`: the issuance log."""

from __future__ import annotations

from typing import TextIO

import click
from flask.cli import AppGroup

from app.certificates import log_check, log_service
from app.core import clock
from app.core.commands import explains_errors
from app.core.i18n import _

group = AppGroup("log", help="Look after the issuance log.")


@group.command("check")
@click.option(
    "--kept", "kept", type=click.File(encoding="utf-8"), multiple=True, help="a /log/checkpoint kept elsewhere"
)
@explains_errors
def check(kept: tuple[TextIO, ...]) -> None:
    """Recompute the log and compare every certificate and key with it: one finding a line, status 1 if there is any.

    With a checkpoint that was kept outside, also whether the log still begins with what that one signed.
    """
    log_service.sequence(clock.now())
    report = log_check.check([file.read() for file in kept])
    for finding in report.findings:
        click.echo(f"{finding.subject}: {finding.message}")
    click.echo(
        _(
            "발급 기록 %(entries)s건, 수료증 %(certificates)s장을 확인했어요. 어긋난 것: %(findings)s건",
            entries=report.entries,
            certificates=report.certificates,
            findings=len(report.findings),
        ),
        err=True,
    )
    if report.findings:
        raise SystemExit(1)
