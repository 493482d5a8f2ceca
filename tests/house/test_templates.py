"""The rules of every template, read from its source: macros exist, words are translated, no inline code."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "app" / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
MODULES = sorted((STATIC / "js").glob("*.js"))

HANGUL = re.compile(r"[가-힣ㄱ-ㆎ]")
TRANSLATORS = {"_", "gettext", "ngettext", "pgettext"}
# A language is offered in its own name, whatever the language of the page.
UNTRANSLATED = {"한국어"}

environment = Environment(loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True)
ALL = sorted(p.relative_to(TEMPLATES).as_posix() for p in TEMPLATES.rglob("*") if p.suffix in (".html", ".txt"))
PAGES = [name for name in ALL if name.endswith(".html")]


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@functools.cache
def tree(name: str) -> nodes.Template:
    return environment.parse(source(name), name)


def macros(name: str) -> dict[str, nodes.Macro]:
    return {macro.name: macro for macro in tree(name).find_all(nodes.Macro)}


def imports(parsed: nodes.Template) -> Iterator[tuple[str, str, str]]:
    """Yield (template, macro, local name) of every `from … import …`."""
    for statement in parsed.find_all(nodes.FromImport):
        assert isinstance(statement.template, nodes.Const), "a template is imported by its literal name"
        for item in statement.names:
            macro, local = item if isinstance(item, tuple) else (item, item)
            yield statement.template.value, macro, local


def literal_references(parsed: nodes.Template) -> Iterator[str]:
    for extends in parsed.find_all(nodes.Extends):
        if isinstance(extends.template, nodes.Const):
            yield extends.template.value
    for include in parsed.find_all(nodes.Include):
        if isinstance(include.template, nodes.Const):
            yield include.template.value


def untranslated(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TRANSLATORS:
        # The words themselves are being translated; what fills their gaps must be translated on its own.
        for argument in node.kwargs:
            yield from untranslated(argument)
        return
    if isinstance(node, nodes.TemplateData) and HANGUL.search(node.data):
        yield node.data.strip()
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and HANGUL.search(node.value):
        yield node.value
    for child in node.iter_child_nodes():
        yield from untranslated(child)


@pytest.mark.parametrize("name", ALL)
def test_every_imported_macro_exists_and_is_used(name: str) -> None:
    parsed = tree(name)
    used = {found.name for found in parsed.find_all(nodes.Name) if found.ctx == "load"}
    for template, macro, local in imports(parsed):
        assert (TEMPLATES / template).is_file(), f"{name} imports from {template}, which does not exist"
        assert macro in macros(template), f"{name} imports {macro}, which {template} does not define"
        assert local in used, f"{name} imports {local} and does not use it"


@pytest.mark.parametrize("name", ALL)
def test_every_macro_is_called_with_arguments_it_has(name: str) -> None:
    parsed = tree(name)
    known = {local: macros(template)[macro] for template, macro, local in imports(parsed)}
    for call in parsed.find_all(nodes.Call):
        if not isinstance(call.node, nodes.Name) or call.node.name not in known:
            continue
        macro = known[call.node.name]
        parameters = [argument.name for argument in macro.args]
        takes_more = any(found.name == "kwargs" for found in macro.find_all(nodes.Name))
        where = f"{name}:{call.lineno} {call.node.name}"
        assert len(call.args) <= len(parameters), f"{where}: too many arguments, it takes {parameters}"
        unknown = {keyword.key for keyword in call.kwargs} - set(parameters)
        assert takes_more or not unknown, f"{where}: {sorted(unknown)} unknown, it takes {parameters}"
        given = set(parameters[: len(call.args)]) | {keyword.key for keyword in call.kwargs}
        demanded = set(parameters[: len(parameters) - len(macro.defaults)])
        assert demanded <= given or call.dyn_args or call.dyn_kwargs, f"{where}: {sorted(demanded - given)} missing"


@pytest.mark.parametrize("name", ALL)
def test_extended_and_included_templates_exist(name: str) -> None:
    for referred in literal_references(tree(name)):
        assert (TEMPLATES / referred).is_file(), f"{name} refers to {referred}, which does not exist"


@pytest.mark.parametrize("name", sorted(n for n in ALL if n.startswith("components/")))
def test_a_component_file_defines_the_one_macro_it_is_named_for(name: str) -> None:
    assert list(macros(name)) == [Path(name).stem]


@pytest.mark.parametrize("name", sorted(n for n in ALL if n.startswith("components/")))
def test_a_component_is_used_somewhere(name: str) -> None:
    users = [n for n in ALL if n != name and name in {template for template, _, _ in imports(tree(n))}]
    samples = (Path(__file__).parent / "faces").glob("*.html")
    shown = any(f'"{name}"' in sample.read_text(encoding="utf-8") for sample in samples)
    assert users or shown, f"{name} is used by no page and shown by no sample"


@pytest.mark.parametrize("name", ALL)
def test_every_visible_word_is_translated(name: str) -> None:
    left = [text for text in untranslated(tree(name)) if text not in UNTRANSLATED]
    assert not left, f"{name} holds Korean outside of _(): {left}"


@pytest.mark.parametrize("name", PAGES)
def test_no_style_or_script_stands_in_the_page(name: str) -> None:
    text = re.sub(r"\{#.*?#\}", "", source(name), flags=re.DOTALL)
    # The content-security policy would silently drop each of these.
    assert not re.search(r"<style\b", text, re.IGNORECASE), "a <style> element"
    assert not re.search(r"\sstyle\s*=", text, re.IGNORECASE), "a style attribute"
    # A block of data is no script: no browser runs it, and the policy lets it stand.
    inline = r"<script\b(?![^>]*\bsrc=)(?! type=\"application/ld\+json\">\{\{ [a-z_]+\|tojson \}\}</script>)"
    assert not re.search(inline, text, re.IGNORECASE), "an inline <script>"
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text, re.IGNORECASE), "an on… attribute"
    assert "javascript:" not in text.lower()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_loaded_from_another_host(name: str) -> None:
    assert not re.search(r"""(src|href|action)\s*=\s*["'](https?:)?//""", source(name)), f"{name} names a host"


@pytest.mark.parametrize("name", ALL)
def test_every_static_file_that_is_named_exists(name: str) -> None:
    for call in tree(name).find_all(nodes.Call):
        is_url = isinstance(call.node, nodes.Name) and call.node.name == "url_for"
        if not is_url or not call.args or not isinstance(call.args[0], nodes.Const):
            continue
        files = [k.value.value for k in call.kwargs if k.key == "filename" and isinstance(k.value, nodes.Const)]
        if call.args[0].value == "static":
            assert files, f"{name}:{call.lineno} names no literal file"
            assert (STATIC / files[0]).is_file(), f"{name} names static/{files[0]}, which does not exist"


@pytest.mark.parametrize("name", PAGES)
def test_every_post_form_carries_a_csrf_token(name: str) -> None:
    for form in re.findall(r'<form\b[^>]*method="post".*?</form>', source(name), re.DOTALL | re.IGNORECASE):
        assert "csrf_token()" in form or "hidden_tag()" in form, f"{name} has a form without a token"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_loads_nothing_and_uses_only_known_values(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    assert "@import" not in text
    assert all(url.startswith("data:") for url in re.findall(r"""url\(["']?([^"')]+)""", text))
    tokens = text if sheet.name == "verify.css" else (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    unknown = set(re.findall(r"var\((--[\w-]+)", text)) - set(re.findall(r"(--[\w-]+):", tokens))
    assert not unknown, f"{sheet.name} uses {sorted(unknown)}"


def test_the_verification_sheet_repeats_the_tokens_exactly() -> None:
    value = re.compile(r"^  (--[\w-]+):\s*([^;]+);", re.MULTILINE)
    tokens = dict(value.findall((STATIC / "css" / "tokens.css").read_text(encoding="utf-8")))
    own = dict(value.findall((STATIC / "css" / "verify.css").read_text(encoding="utf-8")))
    assert own
    assert {name: tokens.get(name) for name in own} == own


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_speaks_no_language_and_imports_only_neighbours(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert not HANGUL.search(text), "words for people come from the page, where they are translated"
    for imported in re.findall(r"""from\s+["']([^"']+)["']""", text):
        assert (module.parent / imported).is_file(), f"{module.name} imports {imported}"
