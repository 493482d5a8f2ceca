"""How text is searched, and how pay compares: rules without a database."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.jobs.board.search_pay import comparable
from app.jobs.board.search_text import normalise, searchable, terms_of, tokens_of, tokens_to_ask
from app.jobs.opening_words import PayUnit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("도시 재생\t코디", "도시재생코디"),
        ("ＩＴ·SW (2급)", "itsw2급"),
        ("\u1103\u1169\u1109\u1175", "도시"),
        ("Straße", "strasse"),
        ("c++ / c#", "cc"),
        ("!?\0", ""),
    ],
)
def test_only_letters_and_digits_count(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_a_question_is_cut_and_its_terms_are_counted_once() -> None:
    assert terms_of("도시  도시 재생") == ("도시", "재생")
    assert terms_of('* ( ) "') == ()
    assert len(terms_of("가" * 10_000)[0]) == 100
    assert len(terms_of(" ".join("가나다라마바사아자차"))) == 8


def test_tokens_do_not_reach_over_the_end_of_a_field() -> None:
    ask = set(tokens_to_ask(["생코"]))
    assert not ask <= tokens_of(searchable(["도시재생", "코디"]))
    assert ask <= tokens_of(searchable(["도시재생 코디"]))


@given(st.text(max_size=30), st.integers(0, 29), st.integers(1, 10))
def test_whatever_stands_in_a_text_is_asked_for_by_tokens_that_it_has(text: str, begin: int, length: int) -> None:
    stored = searchable([text])
    term = stored[begin : begin + length]
    if term:
        assert set(tokens_to_ask([term])) <= tokens_of(stored)
        assert all(token.isascii() and token.isalnum() for token in tokens_of(stored))


@pytest.mark.parametrize(
    ("unit", "least", "most", "week", "month", "hour"),
    [
        (PayUnit.MONTH, 2_400_000, 2_800_000, None, 2_400_000, 11_507),
        (PayUnit.HOUR, 10_000, None, Decimal(40), 2_085_714, 10_000),
        (PayUnit.HOUR, 10_000, None, Decimal(20), 1_042_857, 10_000),
        (PayUnit.HOUR, 10_000, None, Decimal(14), 608_333, 10_000),
        (PayUnit.DAY, 80_000, None, None, 2_085_714, 10_000),
        (PayUnit.YEAR, 36_000_000, None, None, 3_000_000, 14_384),
        (PayUnit.MONTH, None, 3_000_000, None, 3_000_000, 14_384),
        (PayUnit.HOUR, 10_000, None, Decimal(52), 2_607_143, 10_000),
        (PayUnit.NEGOTIABLE, 1, 2, None, 0, 0),
        (PayUnit.MONTH, None, None, None, 0, 0),
    ],
)
def test_pay_compares_by_month_and_by_hour(
    unit: PayUnit, least: int | None, most: int | None, week: Decimal | None, month: int, hour: int
) -> None:
    assert comparable(unit, least, most, week) == (month, hour)
