"""Nothing of the employer's side reaches past `visible_of` for what names an applicant.

Its modules and templates may not name the row's identity, person, files, words or full items; and views hand
templates what `visible_of` answered, never the rows.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
JOBS = ROOT / "app" / "jobs"
TEMPLATES = ROOT / "templates" / "jobs"
FORBIDDEN = {
    "identity",
    "person",
    "items",
    "files",
    "words",
    "eligibility",
    "full",
    "filename",
    "content",
    "document",
}
# What holds a row; a `Visible` is called `seen`, a form `form`.
ROWS = {"application", "applications", "a", "row", "one", "found", "message", "m"}
# May look at rows: the place that decides, what it is made of, and what verifies signatures or finds rows.
ALLOWED = {
    "applicant_queries.py": {"items", "files", "identity"},
    "interview_queries.py": {"items", "files"},
    # Masked by `words_of`, as the walk of tests/jobs/test_blind.py shows; the services only store words.
    "message_views.py": {"words"},
    "message_service.py": {"words"},
    "reviewer_service.py": {"words"},
}
EMPLOYER_SIDE = re.compile(r"(applicant|decision|letter|reviewer|interview|message)_(?!models)\w*\.py$")
MODULES = sorted(p for p in JOBS.rglob("*.py") if EMPLOYER_SIDE.match(p.name))
PAGES = sorted(
    p
    for p in TEMPLATES.rglob("*.html")
    if re.match(
        r"(_?applicants?|reviewers|scores|interviews)(_(?!message)|\.|$)|applicant_messages|_applicants?", p.name
    )
)


def reaches(code: str, allowed: set[str]) -> list[str]:
    """Answer where code takes something that names an applicant from a row."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN - allowed:
            base = node.value
            name = base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""
            if name in ROWS:
                found.append(f"line {node.lineno}: {name}.{node.attr}")
    return found


def handed_rows(code: str) -> list[str]:
    """Answer which rows of applications are handed to a template as they are."""
    return [
        f"line {node.lineno}: {keyword.arg}"
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render_template"
        for keyword in node.keywords
        if isinstance(keyword.value, ast.Name) and keyword.value.id in {"application", "applications"}
    ]


def test_there_is_an_employers_side() -> None:
    assert {"applicant_views.py", "applicant_papers.py", "applicant_mail.py", "message_views.py"} <= {
        p.name for p in MODULES
    }
    assert {"applicants.html", "applicant.html", "_applicant.html", "applicant_messages.html"} <= {
        p.name for p in PAGES
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.name)
def test_no_module_reaches_past_it(path: Path) -> None:
    assert not reaches(path.read_text(encoding="utf-8"), ALLOWED.get(path.name, set()))


@pytest.mark.parametrize(
    "name", ["applicant_views.py", "applicant_download_views.py", "decision_views.py", "reviewer_views.py"]
)
def test_no_view_hands_rows_to_a_page(name: str) -> None:
    assert not handed_rows(next(JOBS.rglob(name)).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_no_page_reaches_past_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"\bapplications?\.\w+", re.sub(r'"[^"]*"', "", text))
    assert not re.findall(r"\.(?:person|full|filename|content|document)\b", re.sub(r'"[^"]*"', "", text))


@pytest.mark.parametrize(
    "code",
    ["application.identity['name']", "x = [a.items for a in some]", "message.application.person.name", "row.full"],
)
def test_it_finds_what_reaches_past(code: str) -> None:
    assert reaches(code, set())


def test_it_finds_rows_that_are_handed_over() -> None:
    assert handed_rows('render_template("x.html", application=application)')
