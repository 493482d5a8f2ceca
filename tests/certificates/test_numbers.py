"""Serials as people cite them; document numbers as people mistype them."""

from __future__ import annotations

import random

import pytest

from app.certificates.numbers import new_document_number, parse_document_number, serial

SAMPLES = [new_document_number(random.Random(seed).randrange) for seed in range(50)]


@pytest.mark.parametrize(
    ("year", "kind", "number", "expected"),
    [
        (2026, "foundation", 42, "제 2026-양성-0042호"),
        (2026, "in_service", 1, "제 2026-직무-0001호"),
        (2027, "general", 9999, "제 2027-일반-9999호"),
        (2027, "general", 10000, "제 2027-일반-10000호"),
    ],
)
def test_serial_names_year_kind_and_number(year: int, kind: str, number: int, expected: str) -> None:
    assert serial(year, kind, number) == expected


def test_serial_refuses_a_kind_without_a_word() -> None:
    with pytest.raises(ValueError, match="seminar"):
        serial(2026, "seminar", 1)


def test_serial_refuses_numbers_below_one() -> None:
    with pytest.raises(ValueError, match="start at 1"):
        serial(2026, "general", 0)


def test_document_number_has_four_groups_of_four_digits() -> None:
    groups = new_document_number().split("-")
    assert [len(group) for group in groups] == [4, 4, 4, 4]
    assert "".join(groups).isdigit()


def test_document_number_keeps_leading_zeros() -> None:
    assert new_document_number(lambda _: 0) == "0000-0000-0000-0000"
    assert new_document_number(lambda _: 572).startswith("0000-0000-0000-572")


def test_check_digit_follows_the_published_example() -> None:
    # Damm's own example: 572 has the check digit 4; leading zeros change nothing.
    assert new_document_number(lambda _: 572).endswith("5724")


def test_document_number_draws_from_all_fifteen_digits() -> None:
    bounds: list[int] = []

    def highest(bound: int) -> int:
        bounds.append(bound)
        return bound - 1

    assert new_document_number(highest).startswith("9999-9999-9999-999")
    assert bounds == [10**15]


def test_document_numbers_differ() -> None:
    assert len({new_document_number() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("number", SAMPLES)
def test_every_single_wrong_digit_is_caught(number: str) -> None:
    for position, digit in enumerate(number):
        for wrong in "0123456789":
            if digit not in ("-", wrong):
                assert parse_document_number(number[:position] + wrong + number[position + 1 :]) is None


@pytest.mark.parametrize("number", SAMPLES)
def test_every_swap_of_neighbours_is_caught(number: str) -> None:
    digits = number.replace("-", "")
    for position in range(len(digits) - 1):
        one, two = digits[position], digits[position + 1]
        if one != two:
            assert parse_document_number(digits[:position] + two + one + digits[position + 2 :]) is None


@pytest.mark.parametrize(
    "write",
    [
        lambda number: number,
        lambda number: number.replace("-", ""),
        lambda number: number.replace("-", " "),
        lambda number: f"  {number}\r\n",
        lambda number: number.replace("-", " – "),
        lambda number: number.replace("-", "\u3000－\u00a0"),
        lambda number: " ".join(number),
        lambda number: number.translate(str.maketrans("0123456789-", "０１２３４５６７８９－")),
    ],
)
@pytest.mark.parametrize("number", SAMPLES[:5])
def test_numbers_are_read_as_people_type_them(number: str, write: object) -> None:
    assert callable(write)
    assert parse_document_number(write(number)) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "1234",
        "0000-0000-0000-000",
        "0000-0000-0000-00000",
        "000O-0000-0000-0000",
        "٠" * 16,
        "²" * 16,
        "①" * 16,
    ],
)
def test_what_cannot_be_a_document_number_is_none(text: str) -> None:
    assert parse_document_number(text) is None
