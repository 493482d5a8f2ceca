"""Commands end with 0 or 1, also when they are called wrongly."""

from __future__ import annotations

import click
import pytest
from flask import Flask


@pytest.mark.parametrize(
    "called",
    [
        "training import-roster",
        "training import-attendance missing-file.csv --cohort X",
        "training report --cohort X --format yaml",
        "training nonsense",
        "certificates issue",
        "certificates export",
        "accounts create-organisation Name --kind nothing",
        "nonsense",
    ],
)
def test_a_wrong_call_ends_with_one_and_says_why(app: Flask, called: str) -> None:
    result = app.test_cli_runner().invoke(args=called.split())
    assert result.exit_code == 1, result.output
    assert result.stderr.strip()


@pytest.mark.parametrize("called", ["certificates verify", "certificates verify --nonsense x"])
def test_a_wrong_call_of_verify_says_nothing_about_a_certificate(app: Flask, called: str) -> None:
    assert app.test_cli_runner().invoke(args=called.split()).exit_code == 2


def test_without_the_rule_click_answers_two(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click.UsageError, "exit_code", 2)
    assert app.test_cli_runner().invoke(args=["training", "nonsense"]).exit_code == 2
