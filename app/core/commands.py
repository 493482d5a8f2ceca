"""Helpers that all commands share, and the commands of the house itself."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn, ParamSpec, TypeVar

import click
from flask import Flask, current_app
from psycopg.errors import UndefinedTable
from sqlalchemy.exc import DBAPIError

from app.core import confinement, jobs
from app.core.errors import DomainError
from app.core.i18n import _

P = ParamSpec("P")
R = TypeVar("R")


def fail(message: object) -> NoReturn:
    """End the command with status 1 and the message on stderr."""
    click.echo(str(message), err=True)
    raise SystemExit(1)


def is_asked_by_somebody() -> bool:
    """Tell whether somebody sits before the command and can answer a question."""
    return sys.stdin.isatty()


def words(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Refuse an option that says nothing; for `callback`."""
    if not value.strip():
        raise click.BadParameter(str(_("빈칸으로 둘 수 없어요. 내용을 적어 주세요.")))
    return value.strip()


def explains_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a domain error into its message on stderr and status 1, without a stack trace."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except DomainError as error:
            fail(error.message)
        except DBAPIError as error:
            if not _lacks_a_table(error):
                raise
            fail(_("데이터베이스가 아직 준비되지 않았어요. 먼저 flask --app wsgi db upgrade 명령을 실행해 주세요."))

    return wrapped


def _lacks_a_table(error: DBAPIError) -> bool:
    return isinstance(error.orig, UndefinedTable) or "no such table" in str(error.orig)


# Its 1 says that a certificate is not valid; called wrongly it has found out nothing, which is its 2.
_ANSWERS_TWO = "certificates verify"


def status_of_failure(called: Sequence[str]) -> int:
    """Answer the status of a command (its words, as in `sys.argv`) that could not even begin."""
    return 2 if _ANSWERS_TWO in " ".join(called) else 1


def _status_of_usage_error(error: click.UsageError) -> int:
    return 2 if error.ctx is not None and error.ctx.command_path.endswith(_ANSWERS_TWO) else 1


def init_app(app: Flask) -> None:
    """Add the `worker` command, and let every command that is called wrongly end with status 1 (click says 2)."""
    click.UsageError.exit_code = property(_status_of_usage_error)  # type: ignore[assignment]

    @app.cli.command("worker")
    def worker() -> None:
        """Do stored work (mail, certificates) until stopped."""
        jobs.work(current_app._get_current_object())  # type: ignore[attr-defined]

    @app.cli.command("guards")
    def guards() -> None:
        """Say whether this system confines the processes that open strangers' files."""
        missing = confinement.missing_guards()
        for guard in confinement.GUARDS:
            click.echo(_("없음: %(guard)s", guard=guard) if guard in missing else _("있음: %(guard)s", guard=guard))
        if missing:
            fail(
                _("메모리와 시간 제한만 남아 있어요. 커널이나 컨테이너 설정에서 seccomp와 Landlock을 허용해 주세요.")
            )
