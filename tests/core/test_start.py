"""What an operator reads when the application cannot start as it is set up, and how commands end then."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.config import ROOT, CannotStart, Settings

REPORT = ("training", "report", "--cohort", "2026-F1", "--format", "json")
VERIFY = ("certificates", "verify", "certificate.json")
NO_SERVER = "postgresql+psycopg://somebody:very-secret@127.0.0.1:1/ieum"


def run(instance: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("IEUM_")}
    environment |= {"IEUM_INSTANCE_DIR": str(instance), **variables}
    called = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
    return subprocess.run(called, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("command", "status"), [(REPORT, 1), (VERIFY, 2)])
def test_a_database_that_cannot_be_reached_is_said_in_one_line(
    tmp_path: Path, command: tuple[str, ...], status: int
) -> None:
    done = run(tmp_path, *command, IEUM_DATABASE_URL=NO_SERVER)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith("ieum: the database of IEUM_DATABASE_URL cannot be reached: ")
    assert len(done.stderr.splitlines()) == 1
    assert "very-secret" not in done.stderr


def test_a_wrong_setting_is_said_in_one_line(tmp_path: Path) -> None:
    done = run(tmp_path, *REPORT, IEUM_BASE_URL="ieum.example")
    assert done.returncode == 1
    assert done.stderr.startswith("ieum: IEUM_BASE_URL must be ")
    assert len(done.stderr.splitlines()) == 1


def test_a_database_without_tables_says_which_command_makes_them(tmp_path: Path) -> None:
    done = run(tmp_path, *REPORT)
    assert (done.returncode, done.stdout) == (1, "")
    assert "flask --app wsgi db upgrade" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "url", ["mysql://x", "postgresql://user:very-secret@host/x", "postgresql+psycopg://host:port/x", "ieum.db"]
)
def test_another_kind_of_database_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(CannotStart, match="IEUM_DATABASE_URL must be") as refused:
        Settings.from_environment({"IEUM_DATABASE_URL": url})
    assert "very-secret" not in str(refused.value)
