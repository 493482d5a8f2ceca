"""The placeholders of a letter's text: which there are, what is wrong with a text, and filling them in. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.core.i18n import Text, _l
from app.jobs.hiring.letter_placeholders import WORDS, Placeholder

_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_LONGEST_SHOWN = 30


def what_is_wrong(text: str) -> Text | None:
    """Tell what is wrong with the placeholders of a text; None when nothing is."""
    for found in _PLACEHOLDER.finditer(text):
        if found[1].strip() not in WORDS:
            return _l(
                "{%(word)s}에 넣을 것을 몰라요. 쓸 수 있는 자리는 {이름}, {공고}, {단계}, {면접시간}이에요.",
                word=found[1].strip()[:_LONGEST_SHOWN],
            )
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        return _l("중괄호의 짝이 맞지 않아요. {이름}처럼 열고 닫아 주세요. 다른 곳에는 중괄호를 쓸 수 없어요.")
    return None


def used_in(text: str) -> frozenset[Placeholder]:
    """Answer which placeholders a text uses."""
    found = (WORDS.get(one[1].strip()) for one in _PLACEHOLDER.finditer(text))
    return frozenset(placeholder for placeholder in found if placeholder is not None)


def filled(text: str, values: Mapping[Placeholder, str]) -> str:
    """Put the values into a text; in what was put in nothing is looked for, and an unknown placeholder stays."""

    def put(found: re.Match[str]) -> str:
        placeholder = WORDS.get(found[1].strip())
        return found[0] if placeholder is None else values[placeholder]

    return _PLACEHOLDER.sub(put, text)
