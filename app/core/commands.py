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


def init_app(app: Flask) -> None:
    """Add the `worker` command."""

    @app.cli.command("worker")
    def worker() -> None:
        """Do stored work (mail, certificates) until stopped."""
        jobs.work(current_app._get_current_object())  # type: ignore[attr-defined]
