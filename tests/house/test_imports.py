"""Imports go left only, without cycles, and never hide inside a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORDER = (
    "core",
    "accounts",
    "training",
    "certificates",
    "programmes",
    "portfolio",
    "jobs",
    "outreach",
    "projects",
    "statistics",
    "administration",
    "api",
)
# The rooms of a domain that has grown beyond one folder. What all its rooms share stands in the domain's own folder.
ROOMS = {"jobs": ("openings", "listings", "matching", "board", "applying", "duties", "outcomes", "hiring")}
# These put a domain together and so may name all its rooms.
CONNECTING = ("setup", "commands", "wording")
SOURCES = sorted(p for folder in ("app", "credentials") for p in (ROOT / folder).rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative imports hide the direction"
            for alias in node.names:
                yield node, f"{node.module}.{alias.name}"


def wrong_arrow(importer: str, imported: str) -> str | None:
    """Say what is wrong when `importer` imports `imported`; None when nothing is."""
    if importer == "app":
        return None
    if imported == "app" or imported.startswith("app.create_app"):
        return "nobody imports app itself"
    if importer.startswith("credentials"):
        ours = imported.startswith("app") or imported.split(".")[0] in ("flask", "sqlalchemy")
        return "credentials imports nothing of ours" if ours else None
    here = importer.split(".")[1]
    if imported.startswith("credentials"):
        return None if here == "certificates" else "only certificates imports credentials"
    if not imported.startswith("app."):
        return None
    there = imported.split(".")[1]
    if there not in ORDER:
        return f"unknown domain {there}"
    if here == there:
        return wrong_room(importer.split("."), imported.split("."))
    return (
        None if ORDER.index(there) <= ORDER.index(here) else f"{here} may not import {there}: it stands to its right"
    )


def wrong_room(importer: list[str], imported: list[str]) -> str | None:
    """Say what is wrong between two rooms of one domain; what the rooms share stands to the left of all of them."""
    rooms = ROOMS.get(importer[1], ())
    if importer[2] in CONNECTING or imported[2] not in rooms:
        return None
    if importer[2] not in rooms:
        return f"what rooms share may not import the room {imported[2]}"
    left = rooms.index(imported[2]) <= rooms.index(importer[2])
    return None if left else f"{importer[2]} may not import {imported[2]}: it stands to its right"


@pytest.mark.parametrize("domain", ROOMS)
def test_every_room_has_its_place(domain: str) -> None:
    folders = {p.parent.name for p in (ROOT / "app" / domain).glob("*/__init__.py")}
    assert folders == set(ROOMS[domain])


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_imports_go_left(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    wrong = [
        f"{path.name}:{node.lineno} {name}: {why}"
        for node, name in imports_of(tree)
        if (why := wrong_arrow(module_of(path), name))
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_no_import_hides_in_a_function(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = [
        f"{path.name}:{inner.lineno}"
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not hidden, hidden


def test_there_is_no_cycle() -> None:
    modules = {module_of(p): p for p in SOURCES}
    graph: dict[str, set[str]] = {}
    for name, path in modules.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = {i if i in modules else i.rsplit(".", 1)[0] for _node, i in imports_of(tree)}
        graph[name] = {i for i in found if i in modules and i != name}
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail, name))
        if name in done:
            return
        for following in sorted(graph[name]):
            walk(following, (*trail, name))
        done.add(name)

    for name in graph:
        walk(name, ())


def test_domain_packages_stay_empty() -> None:
    full = [p for p in (ROOT / "app").glob("*/**/__init__.py") if p.read_text(encoding="utf-8").strip()]
    assert not full, full


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("app.training.service", "app.certificates.models"),
        ("app.core.db", "app.accounts.models"),
        ("credentials.keys", "flask.Flask"),
        ("app.portfolio.views", "credentials.verify"),
        ("app.accounts.views", "app.create_app"),
        ("app.jobs.openings.opening_service", "app.jobs.hiring.reviewer_service"),
        ("app.jobs.scope", "app.jobs.board.search_queries"),
    ],
)
def test_it_would_see_a_wrong_arrow(importer: str, imported: str) -> None:
    assert wrong_arrow(importer, imported)
