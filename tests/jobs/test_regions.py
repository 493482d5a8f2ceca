"""Places as portals and people write them."""

from __future__ import annotations

import pytest

from app.jobs.regions import SEOUL_DISTRICTS, Province, read_region

pytestmark = pytest.mark.databases("sqlite")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("서울 종로구", (Province.SEOUL, "종로구")),
        ("서울특별시 종로구 율곡로 84", (Province.SEOUL, "종로구")),
        ("경기 수원시 팔달구", (Province.GYEONGGI, "수원시 팔달구")),
        ("전라북도 전주시 완산구 경원동", (Province.JEONBUK, "전주시 완산구")),
        ("전북특별자치도 전주시", (Province.JEONBUK, "전주시")),
        ("강원도 영월군 영월읍", (Province.GANGWON, "영월군")),
        ("세종특별자치시", (Province.SEJONG, "")),
        ("광주 북구", (Province.GWANGJU, "북구")),
        ("전국", (None, "")),
        ("", (None, "")),
        ("종로구 율곡로", (None, "")),
    ],
)
def test_it_parts_province_and_district(text: str, expected: tuple[Province | None, str]) -> None:
    assert read_region(text) == expected


def test_seoul_has_its_25_districts() -> None:
    assert len(set(SEOUL_DISTRICTS)) == 25
