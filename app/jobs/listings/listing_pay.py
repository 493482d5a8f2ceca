"""Reads pay as lists write it (월 230만원, 시급 10,930원 ~ 11,953원, 협의) into a unit, bounds in won and words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.jobs.opening_words import PayUnit
from app.jobs.openings.listing_words import (
    AMOUNT,
    BY_RULES,
    FROM,
    MERE_AMOUNT,
    NEGOTIABLE,
    PAY_UNITS,
    SCALES,
    UP_TO,
)

MAX_WON = 10_000_000_000


@dataclass(frozen=True)
class Pay:
    """What somebody is paid; `text` is what the numbers do not say."""

    unit: PayUnit
    least: int | None = None
    most: int | None = None
    text: str = ""


def read_pay(text: str) -> Pay:
    """Read pay; what has no amount that can be understood stays as words."""
    amounts = _amounts(text)
    if not amounts:
        if _is_mere_amount(text):
            return Pay(PayUnit.NOT_SAID)
        return Pay(_unit_without_amount(text), text="" if NEGOTIABLE.fullmatch(text.strip()) else text)
    unit = _unit(text, amounts)
    least, most = min(amounts), max(amounts)
    said = "" if _is_mere_amount(text) else text
    if len(amounts) == 1 and FROM.search(text) and not UP_TO.search(text):
        return Pay(unit, least, None, said)
    if len(amounts) == 1 and (UP_TO.search(text) or re.match(r"\s*[~∼～]", text)):
        return Pay(unit, None, most, said)
    return Pay(unit, least, most, said)


def read_pay_fields(unit_text: str, text: str, least: str, most: str) -> Pay:
    """Read pay of which a list gives the bounds as numbers beside the words; the numbers decide where they agree."""
    said = read_pay(f"{unit_text} {text}" if unit_text and unit_text not in text else text)
    low, high = _number(least), _number(most)
    if low is None and high is None:
        return said
    if low is not None and high is not None and high < low:
        high = None
    unit = said.unit if said.unit.has_amount else _named_unit(unit_text)
    if unit is None:
        return said
    return Pay(unit, low if low is not None else said.least, high if high is not None else low, said.text)


def _amounts(text: str) -> list[int]:
    found: list[tuple[float, str, bool]] = []
    for match in AMOUNT.finditer(text):
        scale, number = match["scale"] or "", float(match["number"].replace(",", ""))
        found.append((number, scale, bool(scale or match["won"] or "," in match["number"])))
    # 200~250만원: the first borrows the scale of the second. A number that is neither is no amount (주 5일).
    amounts: list[int] = []
    for index, (number, scale, is_amount) in enumerate(found):
        if not is_amount and index + 1 < len(found) and found[index + 1][2] and _joined(text, index):
            scale, is_amount = found[index + 1][1], True
        won = round(number * SCALES[scale])
        if (is_amount or number >= 1000) and 0 < won <= MAX_WON:
            amounts.append(won)
    return amounts[:2]


def _joined(text: str, index: int) -> bool:
    matches = list(AMOUNT.finditer(text))
    between = text[matches[index].end() : matches[index + 1].start()]
    return re.fullmatch(r"\s*[~∼～-]\s*", between) is not None


def _unit(text: str, amounts: list[int]) -> PayUnit:
    named = _named_unit(text)
    if named is not None:
        return named
    least = min(amounts)  # Nobody is paid a million an hour, nor twelve million a month.
    if least < 50_000:
        return PayUnit.HOUR
    if least < 500_000:
        return PayUnit.DAY
    return PayUnit.MONTH if least < 12_000_000 else PayUnit.YEAR


def _named_unit(text: str) -> PayUnit | None:
    places = [(match.start(), unit) for unit, words in PAY_UNITS if (match := re.search(words, text))]
    return min(places)[1] if places else None


def _unit_without_amount(text: str) -> PayUnit:
    if BY_RULES.search(text):
        return PayUnit.RULES
    return PayUnit.NEGOTIABLE if NEGOTIABLE.search(text) else PayUnit.NOT_SAID


def _is_mere_amount(text: str) -> bool:
    return not re.search(r"\w", MERE_AMOUNT.sub("", AMOUNT.sub("", text)))


def _number(text: str) -> int | None:
    digits = text.replace(",", "").strip()
    return int(digits) if re.fullmatch(r"\d{1,11}", digits) and 0 < int(digits) <= MAX_WON else None
