"""Resident numbers are found however they are written, and other numbers are left alone."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core import resident_cells, resident_number


@pytest.mark.parametrize(
    "text",
    [
        "850315-1234567",
        "8503151234567",
        "850315 1234567",
        "850315 - 1234567",
        "850315–2234567",
        "850315.1234567",
        "850315/1234567",
        "850315_1234567",
        "850315\n1234567",
        "８５０３１５-１２３４５６７",
        "850315－1234567",
        "8503\u200b15-1234567",
        "주민번호 850315-1234567 입니다",
        "(850315-1234567)",
        "000229-3234567",
        "010203-4234567",
        "850315-5234567",
        "010203-7234567",
        "A850315-1234567B",
        "503153234567",  # 005 03 15: a number cell has dropped the zero of 2005.
        "11153234567",
        "2153234567",
        "출석(19911113-2234567)",
        "1991-11-13-2234567",
        "911113  -  2234567",
        "911113=2234567",
        "911113・2234567",
        "911113\u20432234567",
        "911113ー2234567",
        "911113)2234567",
        "911113, 2234567",
        "911113*2234567",
        "911113|2234567",
        "911113〜2234567",
        "911113‧2234567",
        "911113ㆍ2234567",
        "90-01-01-1234567",
        "90.01.01-1234567",
        "900101 (1234567)",
        "900101-123 4567",
        "9 1 1 1 1 3 - 2 2 3 4 5 6 7",
        "9-1-1-1-1-3-2-2-3-4-5-6-7",
        "".join(chr(0x660 + int(digit)) if digit != "-" else digit for digit in "911113-2234567"),
        "260309 1234564",  # Born in 1926, and the check digit agrees.
    ],
)
def test_a_number_is_found(text: str) -> None:
    assert resident_number.find(text)
    assert "234567" not in resident_number.mask(text)
    assert "２３４５６７" not in resident_number.mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "010-1234-5678",
        "01012345678",
        "1012345678",
        "02-123-4567",
        "821012345678",
        "1985-03-15",
        "850315",
        "850315-1******",
        "851315-1234567",
        "850230-1234567",
        "850229-1234567",
        "850315-9234567",
        "850315-0234567",
        "850315-123456",
        "850315-12345678",
        "18503151234567",
        "9788936434267",
        "1234-5678-9012-3456",
        "제 2026-양성-0042호",
        "2026-03-09 ~ 2026-04-10",
        "20260309140000",
        "110-85-03151",
        "260309 1400001",
        "2603091400001",
        "20260309 1400000",
        "2026-03-09 1400000",
        "1991-11-13 2345678",
        "900101 123-4567",
        "900101 010-1234-5678",
        "1 1 1 1 1 1 1 1 1 1 1 1 1",
        "260309 ~ 260410",
        "20260309 ~ 20260410",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not resident_number.find(text)
    assert resident_number.mask(text) == text


@pytest.mark.parametrize(
    ("front", "back", "joined"),
    [
        ("850315", "1234560", False),
        ("850315", "1234566", True),
        ("851315", "1234566", False),
        ("850315", "9234560", False),
        ("850315", "123456", False),
        ("1985-03-15", "1234566", False),
    ],
)
def test_two_cells_make_a_number_only_with_its_check_digit(front: str, back: str, joined: bool) -> None:
    assert resident_number.joins(front, back) is joined


@pytest.mark.parametrize(
    ("head", "cell", "hidden"),
    [
        ("사업자등록번호", "2018200119", False),
        ("사업자 번호", 2018200119, False),
        ("사업자등록번호", "2018200120", True),  # Its check digit is wrong.
        ("코드", "2018200119", True),
        ("사업자등록번호(주민등록번호)", "2018200119", True),
        ("사업자등록번호", "000101-8200114", True),
    ],
)
def test_a_business_number_is_none_where_its_head_and_its_check_digit_say_so(
    head: str, cell: str | int, hidden: bool
) -> None:
    rows: list[list[object]] = [["기관", head], ["다온협동조합", "-"], ["다온", cell]]
    assert resident_cells.find(rows) == ({(2, 1)} if hidden else set())


@given(st.dates(), st.sampled_from("12345678"), st.text("0123456789", min_size=6, max_size=6), st.text(max_size=20))
def test_no_valid_number_survives_masking(born: object, century: str, rest: str, around: str) -> None:
    number = f"{born:%y%m%d}-{century}{rest}"
    assume(resident_number.find(number))  # Not on 29 February in the other century.
    text = f"{around} {number} {around}"

    assert resident_number.find(text)
    assert number not in resident_number.mask(text)
    assert not resident_number.find(resident_number.mask(text))


@given(st.text(max_size=200))
def test_masking_is_harmless_and_final(text: str) -> None:
    masked = resident_number.mask(text)

    assert not resident_number.find(masked)
    assert masked == text or resident_number.find(text)
