"""`flask conformance`: who the conformance profile is."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.certificates import conformance_service
from app.core.commands import explains_errors


@click.command("conformance")
@with_appcontext
@explains_errors
def conformance() -> None:
    """Print the DID that the conformance profile signs with; a test suite wants to know it."""
    conformance_service.require_profile()
    click.echo(conformance_service.profile_key().did)
