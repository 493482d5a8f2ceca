"""Every place where the product asks for a text in the reader's language, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, nodes

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
TEMPLATES = ROOT / "templates"
# How many of the first arguments are texts.
TEXTS = {"_": 1, "_l": 1, "gettext": 1, "lazy_gettext": 1, "ngettext": 2}


@dataclass(frozen=True)
class Call:
    """One call: its texts (None where it is not a literal), the names of the values it fills in, and how."""

    where: str
    texts: tuple[str | None, ...]
    given: frozenset[str]
    in_template: bool

    @property
    def fills_in(self) -> bool:
        """Jinja formats every text, Flask-Babel only those that get values."""
        return self.in_template or bool(self.given)


def python_calls() -> Iterator[Call]:
    for path in sorted(APP.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            name = translator(node)
            if name is None or not isinstance(node, ast.Call):
                continue
            texts = tuple(
                argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None
                for argument in node.args[: TEXTS[name]]
            )
            given = {keyword.arg or "**" for keyword in node.keywords}
            yield _call(f"{path.relative_to(ROOT)}:{node.lineno}", name, texts, given, in_template=False)


def translator(node: ast.AST) -> str | None:
    """Answer the name of the function of `app.core.i18n` that is called here, None for anything else."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TEXTS:
        return node.func.id
    return None


def template_calls() -> Iterator[Call]:
    # As in `app.core.templating`, so that the texts are those that are looked up when a page is rendered.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for path in sorted(p for p in TEMPLATES.rglob("*") if p.suffix in (".html", ".txt")):
        tree = environment.parse(path.read_text(encoding="utf-8"), str(path))
        for node in tree.find_all(nodes.Call):
            if not isinstance(node.node, nodes.Name) or node.node.name not in TEXTS:
                continue
            name = node.node.name
            texts = tuple(
                argument.value if isinstance(argument, nodes.Const) and isinstance(argument.value, str) else None
                for argument in node.args[: TEXTS[name]]
            )
            given = {keyword.key for keyword in node.kwargs} | ({"**"} if node.dyn_kwargs is not None else set())
            yield _call(f"{path.relative_to(ROOT)}:{node.lineno}", name, texts, given, in_template=True)


def all_calls() -> list[Call]:
    return [*python_calls(), *template_calls()]


def _call(where: str, name: str, texts: tuple[str | None, ...], given: set[str], *, in_template: bool) -> Call:
    implied = {"num"} if name == "ngettext" else set()
    return Call(where, texts, frozenset(given | implied), in_template)
