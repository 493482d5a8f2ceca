"""Every visible string has an English translation that keeps its parameters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PARAMETER = re.compile(r"%\((\w+)\)[sd]")
HANGUL = re.compile(r"[가-힣]")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def used() -> set[str]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}
    found: set[str] = set()
    for folder in ("app", "templates"):
        mapping = [(re.sub(rf"^{folder}/", "", pattern), method) for pattern, method in methods]
        renamed = {re.sub(rf"^{folder}/", "", pattern): value for pattern, value in options.items()}
        for _name, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, mapping, renamed, keywords=keywords
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found


def strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_string_is_translated(catalog: Catalog, used: set[str]) -> None:
    assert len(used) > 200
    missing = sorted(s for s in used if (m := catalog.get(s)) is None or not all(strings(m)) or m.fuzzy)
    assert not missing, f"{len(missing)} without English: {missing[:10]}"


def test_no_translation_is_left_over(catalog: Catalog, used: set[str]) -> None:
    known = {m.id[0] if isinstance(m.id, tuple | list) else m.id for m in catalog if m.id}
    assert not sorted(known - used)


def test_translations_keep_their_parameters(catalog: Catalog) -> None:
    wrong = []
    for message in catalog:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = set(PARAMETER.findall(ids[-1]))
        wrong += [ids[0] for text in strings(message) if set(PARAMETER.findall(text)) - wanted]
        if isinstance(message.id, str):
            wrong += [ids[0] for text in strings(message) if wanted - set(PARAMETER.findall(text))]
    assert not wrong


def test_no_translation_is_korean(catalog: Catalog) -> None:
    korean = [m.id for m in catalog if m.id and any(HANGUL.search(t) for t in strings(m)) and m.id != "한국어"]
    assert not korean
