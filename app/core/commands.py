"""Helpers that all commands share, and the commands of the house itself."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NoReturn, ParamSpec, TypeVar

import click
from flask import Flask, current_app

from app.core import jobs
from app.core.errors import DomainError

P = ParamSpec("P")
R = TypeVar("R")


def fail(message: object) -> NoReturn:
    """End the command with status 1 and the message on stderr."""
    click.echo(str(message), err=True)
    raise SystemExit(1)


def explains_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a domain error into its message on stderr and status 1, without a stack trace."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except DomainError as error:
            fail(error.message)

    return wrapped


# Its 1 says that a certificate is not valid; called wrongly it has found out nothing, which is its 2.
_ANSWERS_TWO = "certificates verify"


def _status_of_usage_error(error: click.UsageError) -> int:
    return 2 if error.ctx is not None and error.ctx.command_path.endswith(_ANSWERS_TWO) else 1


def init_app(app: Flask) -> None:
    """Add the `worker` command, and let every command that is called wrongly end with status 1 (click says 2)."""
    click.UsageError.exit_code = property(_status_of_usage_error)  # type: ignore[assignment]

    @app.cli.command("worker")
    def worker() -> None:
        """Do stored work (mail, certificates) until stopped."""
        jobs.work(current_app._get_current_object())  # type: ignore[attr-defined]
