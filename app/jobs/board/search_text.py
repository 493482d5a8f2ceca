"""Korean text as the search sees it: without spaces and signs, in parts of one and two characters. No database.

Spacing in Korean is a matter of taste (도시 재생, 도시재생), so it counts neither in what is searched nor in what is
asked. A word is found wherever its characters follow one another within one field.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

LONGEST_QUESTION = 100
MOST_TERMS = 8
FIELD_END = "\n"


def normalise(text: str) -> str:
    """Answer the letters and digits of a text alone, in one spelling: NFKC, lower case."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(c for c in folded if c.isalnum() or unicodedata.category(c).startswith("M"))


def searchable(fields: Iterable[str]) -> str:
    """Answer several fields as one text that no term can be found across the fields' ends of."""
    return FIELD_END.join(part for part in map(normalise, fields) if part)


def terms_of(question: str) -> tuple[str, ...]:
    """Answer what all must be found, of what somebody typed; empty when there is no letter or digit in it."""
    terms = (normalise(word) for word in question[:LONGEST_QUESTION].split())
    return tuple(dict.fromkeys(term for term in terms if term))[:MOST_TERMS]


def tokens_of(text: str) -> set[str]:
    """Answer the tokens that a searchable text is indexed by: each character, and each two that follow another."""
    fields = text.split(FIELD_END)
    parts = {c for field in fields for c in field}
    parts.update(field[place : place + 2] for field in fields for place in range(len(field) - 1))
    return set(map(_token, parts))


def tokens_to_ask(terms: Iterable[str]) -> tuple[str, ...]:
    """Answer the tokens that a text with all these terms must have. It need not have the terms: the tokens of a long
    one may stand apart, so `needs_a_look` is for the text itself to decide."""
    # Every other pair, and the last: those between would cost as much again and tell hardly more.
    parts = {t[place : place + 2] for t in terms for place in (*range(0, len(t) - 1, 2), max(0, len(t) - 2))}
    return tuple(sorted(map(_token, parts)))


def needs_a_look(terms: Iterable[str]) -> tuple[str, ...]:
    """Answer the terms that tokens alone do not prove."""
    return tuple(term for term in terms if len(term) > 2)


# Texts share most of their parts; spelling each anew would be half of the time of indexing.
@lru_cache(maxsize=65_536)
def _token(part: str) -> str:
    # Written as code points, tokens are plain ASCII words: no database's idea of letters, cases or operators, and
    # nothing that somebody types, can part or join them.
    return "".join(f"{ord(c):05x}" for c in part)
