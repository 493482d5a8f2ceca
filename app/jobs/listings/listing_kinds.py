"""Tells kind of work, terms, number of people and place from a list's words; the rules are in `listing_words`."""

from __future__ import annotations

import re

from app.jobs.opening_words import EmploymentType, WorkKind
from app.jobs.openings.listing_words import (
    BETWEEN_PLACES,
    ELSEWHERE_TOO,
    EMPLOYMENT_RULES,
    EVERYWHERE,
    HEADCOUNT,
    SOME_PEOPLE,
    WORK_RULES,
)
from app.jobs.regions import SEOUL_DISTRICTS, Province, read_region


def guess_work_kind(title: str) -> WorkKind:
    """Answer the kind of work that a title names, `OTHER` when it names none."""
    for kind, words, but_not in WORK_RULES:
        if re.search(words, title) and not (but_not and re.search(but_not, title)):
            return kind
    return WorkKind.OTHER


def rules_in_words() -> list[tuple[WorkKind, str, str]]:
    """Answer the rules by which titles tell the kind of work as people read them: kind, words, words that rule it
    out."""
    return [(kind, _readable(words), _readable(but_not)) for kind, words, but_not in WORK_RULES]


def _readable(words: str) -> str:
    plain = re.sub(r"\(\?[!=<].*?\)|\[.*?\]\*", "", words).replace(r"\s*", " ")
    return ", ".join(plain.split("|")) if plain else ""


def guess_employment_type(*texts: str) -> EmploymentType:
    """Answer the terms that the first telling text names, `OTHER` when none does."""
    for text in texts:
        for kind, words in EMPLOYMENT_RULES:
            if re.search(words, text):
                return kind
    return EmploymentType.OTHER


def read_headcount(text: str) -> int | None:
    """Answer how many people are wanted; `0명` and `○○명` mean some, which is None."""
    text = text.strip()
    if SOME_PEOPLE.fullmatch(text):
        return None
    match = HEADCOUNT.search(text)
    return int(match[1]) or None if match else None


def read_place(text: str) -> tuple[Province | None, str, str]:
    """Part a region into province, district and what else is to be said of the place.

    Several regions have no province: their names are the place. The whole country is none of all three.
    """
    names = [name for name in BETWEEN_PLACES.split(text) if name]
    if not names or EVERYWHERE.search(text):
        return None, "", ""
    read = [_one_place(name) for name in names]
    if len(read) == 1 or len(set(read)) == 1:
        province, district = read[0]
        return province, district, "" if province else names[0]
    provinces = {province for province, _district in read}
    if len(provinces) == 1 and None not in provinces:
        return provinces.pop(), "", ", ".join(names)
    return None, "", ", ".join(names)


def _one_place(name: str) -> tuple[Province | None, str]:
    found = read_region(name)
    if found[0] is not None:
        return found
    if name in SEOUL_DISTRICTS and name not in ELSEWHERE_TOO:
        return Province.SEOUL, name
    # 서울종로구 and 경기도안양시 are written without the space.
    for length in range(min(7, len(name) - 1), 1, -1):
        parted = read_region(f"{name[:length]} {name[length:]}")
        if parted[0] is not None and parted[1]:
            return parted
    return None, ""
