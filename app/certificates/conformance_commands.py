"""`flask conformance`: who the conformance profile is."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.certificates import conformance_service
from app.core.commands import explains_errors, fail
from app.core.errors import NotFound
from app.core.i18n import _


@click.command("conformance")
@with_appcontext
@explains_errors
def conformance() -> None:
    """Print the DID that the conformance profile signs with; a test suite wants to know it."""
    try:
        conformance_service.require_profile()
    except NotFound:
        fail(_("적합성 시험용 설정이 꺼져 있어요. IEUM_CONFORMANCE=on으로 켤 수 있어요."))
    click.echo(conformance_service.profile_key().did)
