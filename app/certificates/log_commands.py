"""`flask log …`: the issuance log."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.certificates import log_check, log_service
from app.core import clock
from app.core.commands import explains_errors
from app.core.i18n import _

group = AppGroup("log", help="Look after the issuance log.")


@group.command("check")
@explains_errors
def check() -> None:
    """Recompute the log and compare every certificate with it: one finding a line, status 1 if there is any."""
    log_service.sequence(clock.now())
    report = log_check.check()
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
