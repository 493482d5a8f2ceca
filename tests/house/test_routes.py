"""Every route states who may use it, and nothing that changes state works without the CSRF token."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.accounts.models import OrganisationKind
from app.core.access import Permission
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_membership, make_organisation, sign_in

ROOT = Path(__file__).resolve().parents[2]
# Programs call these with their own proof and without a cookie, so there is no session to ride on.
WITHOUT_SESSION = {
    "api.verify_credential",
    "conformance.issue",
    "conformance.verify_credential",
    "conformance.verify_presentation",
}


def is_without_session(app: Flask, rule: Rule) -> bool:
    """Tell whether programs call it, with a token or a proof of their own, and no cookie opens anything there."""
    permission = _permission(app, rule)
    return rule.endpoint in WITHOUT_SESSION or (isinstance(permission, Permission) and permission.by_token)


def rules(app: Flask) -> Iterator[Rule]:
    return (r for r in app.url_map.iter_rules() if r.endpoint != "static")


def example(rule: Rule) -> str:
    values = {name: 1 if type(c).__name__ == "IntegerConverter" else "0" * 32 for name, c in rule._converters.items()}
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]


def test_every_route_states_its_permission(app: Flask) -> None:
    silent = [r.endpoint for r in rules(app) if not isinstance(_permission(app, r), Permission)]
    assert list(rules(app))
    assert not silent


def _permission(app: Flask, rule: Rule) -> object:
    return getattr(app.view_functions[rule.endpoint], "permission", None)


def test_nothing_that_changes_state_works_without_the_token(app: Flask, visitor: Visitor) -> None:
    # Only somebody signed in has a session to be misused; nobody is told to sign in before a token is looked at.
    sign_in(visitor, make_account(operator=True))
    app.config["WTF_CSRF_ENABLED"] = True
    tried = 0
    for rule in rules(app):
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            if is_without_session(app, rule):
                continue
            answer = visitor.open(example(rule), method=method)
            assert answer.status_code in (400, 403), f"{method} {rule} answered {answer.status_code}"
            tried += 1
    assert tried > 10


def test_without_the_guard_the_same_posts_get_through(app: Flask, visitor: Visitor) -> None:
    sign_in(visitor, make_account())
    answers = [
        visitor.post(example(rule)).status_code
        for rule in rules(app)
        if "POST" in (rule.methods or set()) and not is_without_session(app, rule)
    ]
    assert any(status not in (400, 401, 403) for status in answers)


def test_a_sign_in_opens_nothing_where_programs_show_a_token(app: Flask, visitor: Visitor) -> None:
    account = make_account(operator=True)
    make_membership(account, make_organisation(kind=OrganisationKind.EMPLOYER))
    sign_in(visitor, account)
    by_token = [rule for rule in rules(app) if getattr(_permission(app, rule), "by_token", False)]
    answers = {
        visitor.open(example(rule), method=method).status_code
        for rule in by_token
        for method in (rule.methods or set()) - {"OPTIONS"}
    }
    assert by_token
    assert answers == {401}


def view_modules() -> list[Path]:
    return sorted(p for p in (ROOT / "app").rglob("*views.py"))


@pytest.mark.parametrize("path", view_modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_view_holds_a_query(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    } | {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    forbidden = {name for name in imported if name.startswith("sqlalchemy") or name == "app.core.db.db"}
    assert not forbidden


@pytest.mark.parametrize("path", sorted((ROOT / "app").rglob("*service.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_service_sees_the_request(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flask")
        for alias in node.names
    }
    assert not names & {"request", "session", "g", "current_user"}


@pytest.mark.parametrize("path", sorted((ROOT / "app").rglob("*service.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_service_commits(path: Path) -> None:
    calls = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("commit",)
    ]
    assert not calls
