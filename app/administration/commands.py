"""`flask demo`: load the demo data and show the way in."""

from __future__ import annotations

import click
from flask import Flask, current_app

from app.administration import demo
from app.core import clock
from app.core.commands import explains_errors


def init_app(app: Flask) -> None:
    """Add the command to the application."""

    @app.cli.command("demo")
    @explains_errors
    def load_demo() -> None:
        """Load the demo data once and print the address, the accounts and one certificate's verification link."""
        loaded = demo.load(clock.now())
        base = current_app.config["IEUM_BASE_URL"]
        click.echo(f"\n  Ieum        {base}/\n\n  Accounts (sign in at {base}/sign-in)")
        for account, password in loaded.accounts:
            click.echo(f"    {account.email:<24} {password:<24} {account.purpose}")
        if loaded.certificate is not None:
            click.echo(f"\n  Certificate {base}/v/{loaded.certificate.public_id}")
        click.echo(f"  To upload   {demo.DATA / '2026-F1_출석부.xlsx'}  (cohort 2026-F1)\n")
