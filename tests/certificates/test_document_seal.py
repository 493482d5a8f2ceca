"""The seal holds the institution's name, in columns that fill a square."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from app.certificates.seal import seal_columns, seal_svg


@pytest.mark.parametrize(
    ("institution", "columns"),
    [
        ("이음", ["이음", "의인"]),
        ("서울시청", ["서울시", "청의인"]),
        ("한국도시재생원", ["한국도", "시재생", "원의인"]),
        ("서울도시재생교육원", ["서울도시", "재생교", "육원인"]),
        ("서울도시재생지원센터", ["서울도시", "재생지원", "센터의인"]),
        ("서울특별시 일자리 지원 센터회의", ["서울특별", "시일자리", "지원센터", "회의의인"]),
        ("(재)서울50플러스", ["서울5", "0플러", "스의인"]),
        ("㈜ieum", ["IEU", "M의인"]),
        ("서울시-도시·재생 센터", ["서울시도", "시재생", "센터인"]),
        ("株式會社", ["직", "인"]),
        ("서울特別市", ["직", "인"]),
        ("École", ["직", "인"]),
        ("", ["직", "인"]),
    ],
)
def test_columns_of_the_seal(institution: str, columns: list[str]) -> None:
    assert seal_columns(institution) == columns


@pytest.mark.parametrize("length", range(1, 33))
def test_columns_hold_the_whole_name_and_differ_by_one_letter_at_most(length: int) -> None:
    name = ("서울도시재생지원센터운영위원회" * 3)[:length]
    columns = seal_columns(name)
    lengths = [len(column) for column in columns]
    assert "".join(columns).removesuffix("인").removesuffix("의") in (name, name.removesuffix("의"))
    assert max(lengths) - min(lengths) <= 1
    assert max(lengths) <= 2 * len(columns)


def test_every_syllable_can_be_carved() -> None:
    for start in range(ord("가"), ord("힣") + 1, 24):
        svg = seal_svg("".join(chr(point) for point in range(start, min(start + 24, ord("힣") + 1))))
        assert "nan" not in svg


def test_different_names_give_different_seals() -> None:
    assert seal_svg("서울시청") != seal_svg("서울구청")


def test_the_seal_is_a_picture_without_text() -> None:
    root = ElementTree.fromstring(seal_svg("서울도시재생지원센터"))
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {"svg", "g", "rect", "path"}
