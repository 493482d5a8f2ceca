"""Puts our small ES modules into one classic script, for a page that may load nothing.

Only what these modules use is understood: named imports from neighbours (also as a namespace), and `export` before a
declaration or around a list of names. Each module becomes a function that answers what it exports.
"""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import (\{[^}]*\}|\* as \w+) from "\./([\w-]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_EXPORT_LIST = re.compile(r"^export \{ ([\w, ]+) \};\n", re.MULTILINE)


def bundle(folder: Path, entry: str) -> str:
    """Answer the script of the module `entry` of a folder, with everything that it imports before it.

    Raises ValueError for modules that import each other in a circle, or that hold what is not understood here.
    """
    done: dict[str, str] = {}
    _add(folder, entry, done, ())
    script = '"use strict";\n' + "".join(done.values())
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("a script that would end before its end")
    return script


def _add(folder: Path, name: str, done: dict[str, str], trail: tuple[str, ...]) -> None:
    if name in trail:
        raise ValueError(" → ".join((*trail, name)))
    if name in done:
        return
    source = (folder / f"{name}.js").read_text(encoding="utf-8")
    for _names, imported in _IMPORT.findall(source):
        _add(folder, imported, done, (*trail, name))
    done[name] = _as_function(name, source)


def _as_function(name: str, source: str) -> str:
    exported = _EXPORT.findall(source)
    for names in _EXPORT_LIST.findall(source):
        exported += names.split(", ")
    body = _EXPORT_LIST.sub("", _EXPORT.sub("", _IMPORT.sub(_require, source)))
    if re.search(r"^\s*(?:import|export)\b", body, re.MULTILINE):
        raise ValueError(f"{name}.js imports or exports in a way that is not understood")
    return f"const module_{name} = (() => {{\n{body}return {{ {', '.join(exported)} }};\n}})();\n"


def _require(found: re.Match[str]) -> str:
    names, module = found.groups()
    return f"const {names.removeprefix('* as ').replace(' as ', ': ')} = module_{module};\n"
