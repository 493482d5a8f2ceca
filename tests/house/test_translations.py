"""Every visible string has an English translation that can stand in its place."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from tests.house.translation_calls import ROOT, all_calls

PO = ROOT / "app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
PARAMETER = re.compile(r"%\(\w+\)[sd]")
NAME = re.compile(r"%\((\w+)\)")
# Validators of WTForms fill these in themselves.
FILLED_IN_BY_A_VALIDATOR = {"너무 길어요. %(max)d자까지 입력할 수 있어요."}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


@pytest.fixture(scope="module")
def extracted() -> Catalog:
    """What `make messages` finds, in the order in which it writes it."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog()
    for folder in ("app", "templates"):
        for _name, _line, text, comments, context in extract_from_dir(
            ROOT / folder, methods, options, keywords={**DEFAULT_KEYWORDS, "_l": None}
        ):
            found.add(text, None, auto_comments=comments, context=context)
    written = io.BytesIO()
    write_po(written, found, sort_output=True)
    written.seek(0)
    return read_po(written)


def texts_of(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def english_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def sources(catalog: Catalog) -> set[tuple[str, ...]]:
    return {texts_of(message) for message in messages(catalog)}


def test_every_string_is_translated(catalog: Catalog, extracted: Catalog) -> None:
    translated = {
        texts_of(message) for message in messages(catalog) if all(english_of(message)) and not message.fuzzy
    }
    assert len(sources(extracted)) > 900
    missing = sorted(sources(extracted) - translated)
    assert not missing, f"{len(missing)} without English: {missing[:20]}"


def test_no_translation_is_left_over(catalog: Catalog, extracted: Catalog) -> None:
    assert not sorted(sources(catalog) - sources(extracted))
    assert not catalog.obsolete


def test_the_catalogue_is_as_make_messages_writes_it(catalog: Catalog, extracted: Catalog) -> None:
    with PO.open("rb") as file:
        renewed = read_po(file, locale="en")
    renewed.update(extracted, no_fuzzy_matching=True)
    written = io.BytesIO()
    write_po(written, renewed, width=0, omit_header=True, ignore_obsolete=True)
    header, _gap, body = PO.read_text(encoding="utf-8").partition("\n\n")
    assert body == written.getvalue().decode(), "run `make messages`"
    # No date, host or person: they would change with every run and say nothing.
    assert re.findall(r'^"([\w-]+):', header, re.M) == ["Content-Type", "Language", "Plural-Forms"]
    assert "#:" not in body


def test_what_is_looked_up_is_what_is_extracted(extracted: Catalog) -> None:
    calls = all_calls()
    assert not [call.where for call in calls if None in call.texts or not call.texts], "a text that is no literal"
    assert {call.texts for call in calls} == sources(extracted)


def test_no_template_translates_a_block() -> None:
    # `_("…")` is the one way: a block would be looked up with its line breaks.
    blocks = [p.name for p in (ROOT / "templates").rglob("*") if p.is_file() and "{% trans" in p.read_text()]
    assert not blocks


def test_translations_keep_their_parameters(catalog: Catalog) -> None:
    for message in messages(catalog):
        wanted = sorted(PARAMETER.findall(texts_of(message)[-1]))
        kept = [sorted(PARAMETER.findall(text)) for text in english_of(message)]
        assert kept[-1] == wanted, message.id
        # One thing may be named without its number.
        assert all(set(found) <= set(wanted) for found in kept), message.id


def test_every_call_fills_in_what_its_text_asks_for(catalog: Catalog) -> None:
    english = {texts_of(message): english_of(message) for message in messages(catalog)}
    for call in all_calls():
        texts = tuple(text for text in call.texts if text is not None)
        for text in (*texts, *english[texts]):
            asked = set(NAME.findall(text))
            if not call.fills_in:
                shown_as_it_is = not asked and "%%" not in text
                assert shown_as_it_is or texts[0] in FILLED_IN_BY_A_VALIDATOR, (
                    f"{call.where}: nothing fills in {text}"
                )
                continue
            assert asked <= call.given, f"{call.where} does not give {asked - call.given}"
            # Raises where a lone % stands in a text that is formatted.
            assert text % dict.fromkeys(call.given, 1)
        assert call.given - {"num"} <= set(NAME.findall(texts[-1])), f"{call.where} gives what no text asks for"


def test_no_translation_is_korean(catalog: Catalog) -> None:
    assert not [message.id for message in messages(catalog) if any(map(HANGUL.search, english_of(message)))]


def test_translations_are_plain(catalog: Catalog) -> None:
    for message in messages(catalog):
        for text in (*texts_of(message), *english_of(message)):
            assert text == " ".join(text.split()), f"spaces or line breaks in {text!r}"
            # Jinja takes a translated text for finished HTML: a sign of markup in it would work as one.
            assert not set(text) & set("<>&"), f"markup in {text!r}"
        assert not any("!" in text for text in english_of(message)), message.id


def test_sentences_stay_sentences_and_labels_labels(catalog: Catalog) -> None:
    for message in messages(catalog):
        is_sentence = texts_of(message)[0].endswith((".", "!"))
        assert {text.endswith((".", ".)")) for text in english_of(message)} == {is_sentence}, message.id
