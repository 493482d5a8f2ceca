"""The same work by command: exit status, stdout for results, stderr for problems."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.core.db import db
from app.training import queries
from tests.training.conftest import Centre
from tests.training.samples import BAD, DATA, REGISTERS, everything_stored, expected

PROBLEM = re.compile(r"^[^:]+:\d*:[A-Z]* .+")


def run(app: Flask, *words: str | Path) -> Result:
    db.session.commit()
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["training", *map(str, words)])
    db.session.expire_all()
    return result


def test_plan_rosters_and_registers_yield_what_is_expected(app: Flask) -> None:
    plan = run(app, "import-plan", DATA / "plan.json")
    assert plan.exit_code == 0, plan.output
    assert plan.stdout.count("추가") == 3
    for code, register in REGISTERS.items():
        roster = run(app, "import-roster", DATA / f"roster_{code}.csv", "--cohort", code)
        assert roster.exit_code == 0, roster.output
        applied = run(app, "import-attendance", register, "--cohort", code)
        assert applied.exit_code == 0, applied.output
        report = run(app, "report", "--cohort", code, "--format", "json")
        people = json.loads(report.stdout)
        assert people == expected(code)
        assert [list(person) for person in people] == [list(person) for person in expected(code)]


def test_a_plan_and_a_roster_again_add_nothing(app: Flask, enrolled: Centre) -> None:
    again = run(app, "import-plan", DATA / "plan.json")
    assert again.exit_code == 0
    assert again.stdout.count("이미 있음") == 3
    roster = run(app, "import-roster", DATA / "roster_2026-F1.csv", "--cohort", "2026-F1")
    assert "이미 등록 30명" in roster.stdout
    assert len(queries.enrolments(enrolled.cohort())) == 30


def test_a_dry_run_stores_nothing(app: Flask, enrolled: Centre) -> None:
    before = everything_stored()
    result = run(app, "import-attendance", REGISTERS["2026-F1"], "--cohort", "2026-F1", "--dry-run")
    assert result.exit_code == 0
    assert "450" in result.stdout
    assert everything_stored() == before


def test_the_same_file_again_is_already_applied(app: Flask, enrolled: Centre) -> None:
    run(app, "import-attendance", REGISTERS["2026-F1"], "--cohort", "2026-F1")
    before = everything_stored()
    again = run(app, "import-attendance", REGISTERS["2026-F1"], "--cohort", "2026-F1")
    assert again.exit_code == 0
    assert "already applied on 20" in again.stdout
    assert everything_stored() == before


@pytest.mark.parametrize("name", [name for name in BAD if name != "formula_cell.xlsx"])
def test_a_bad_file_ends_with_1_and_its_problems_one_a_line(app: Flask, enrolled: Centre, name: str) -> None:
    before = everything_stored()
    result = run(app, "import-attendance", DATA / "bad" / name, "--cohort", "2026-F1")
    assert result.exit_code == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines
    assert all(PROBLEM.match(line) for line in lines), lines
    assert everything_stored() == before


def test_an_unknown_cohort_is_an_error(app: Flask, centre: Centre) -> None:
    result = run(app, "report", "--cohort", "2030-Z9")
    assert result.exit_code == 1
    assert "2030-Z9" in result.stderr


def test_a_plan_that_says_something_else_is_refused_whole(app: Flask, centre: Centre, tmp_path: Path) -> None:
    plan = json.loads((DATA / "plan.json").read_text("utf-8"))
    plan["courses"][1]["sessions"][0]["start"] = "08:00"
    plan["courses"][0]["code"] = "2026-NEW"
    changed = tmp_path / "plan.json"
    changed.write_text(json.dumps(plan), "utf-8")
    before = everything_stored()
    result = run(app, "import-plan", changed)
    assert result.exit_code == 1
    assert "2026-S1" in result.stderr
    assert everything_stored() == before


def test_a_plan_that_changes_a_policy_version_is_refused(app: Flask, centre: Centre, tmp_path: Path) -> None:
    plan = json.loads((DATA / "plan.json").read_text("utf-8"))
    plan["policy"]["completion_rate"] = 0.5
    changed = tmp_path / "plan.json"
    changed.write_text(json.dumps(plan), "utf-8")
    result = run(app, "import-plan", changed)
    assert result.exit_code == 1
    assert "standard" in result.stderr
