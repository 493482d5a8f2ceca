"""What the documents name exists: commands, files, make targets."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from app import create_app
from app.core.config import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    instance = tmp_path_factory.mktemp("docs")
    app = create_app(
        Settings(f"sqlite:///{instance / 'x.db'}", instance, "http://localhost:8000", "이음"), testing=True
    )
    found: set[str] = set()
    for name, command in app.cli.commands.items():
        found.add(name)
        if isinstance(command, click.Group):
            found |= {f"{name} {sub}" for sub in command.commands}
    return found


@pytest.mark.parametrize("path", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_named_exist(path: Path, commands: set[str]) -> None:
    named = re.findall(r"flask --app wsgi ([a-z-]+)(?: ([a-z][a-z-]+))?", path.read_text(encoding="utf-8"))
    missing = [
        (group, sub)
        for group, sub in named
        if group not in commands
        or (f"{group} {sub}" not in commands and any(c.startswith(f"{group} ") for c in commands))
    ]
    assert not missing


# What Flask and its extensions bring along is theirs to describe.
NOT_OURS = {"db", "limiter", "routes", "run", "shell"}


def test_the_readme_lists_every_command_of_ours_and_no_other(commands: set[str]) -> None:
    listed = (ROOT / "README.md").read_text(encoding="utf-8").split("## Commands")[1].split("```")[1]
    groups = {name.split()[0] for name in commands if " " in name}
    named = {" ".join(line.split()[: 2 if line.split()[0] in groups else 1]) for line in listed.strip().splitlines()}
    ours = {name for name in commands if name not in groups and name.split()[0] not in NOT_OURS}
    assert named == ours | {"db upgrade"}


@pytest.mark.parametrize("path", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_make_targets_named_exist(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`(?:PORT=\S+ )?make ([a-z-]+)", path.read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, re.M), target


@pytest.mark.parametrize("path", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = [x.split("#")[0] for x in re.findall(r"\]\(([^)]+)\)", text) if not re.match(r"https?:|#|mailto:", x)]
    assert not [x for x in links if x and not (path.parent / x).exists()]
