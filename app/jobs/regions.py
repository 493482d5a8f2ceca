"""Where work is: Korea's seventeen provinces as they are called today, the names they had, and Seoul's districts."""

from __future__ import annotations

from enum import StrEnum

from app.core.i18n import Text, _l


class Province(StrEnum):
    """A first-level region (시·도); the value is the region code of ISO 3166-2:KR without its country."""

    SEOUL = "11"
    BUSAN = "26"
    DAEGU = "27"
    INCHEON = "28"
    GWANGJU = "29"
    DAEJEON = "30"
    ULSAN = "31"
    SEJONG = "50"
    GYEONGGI = "41"
    GANGWON = "42"
    CHUNGBUK = "43"
    CHUNGNAM = "44"
    JEONBUK = "45"
    JEONNAM = "46"
    GYEONGBUK = "47"
    GYEONGNAM = "48"
    JEJU = "49"

    @property
    def label(self) -> Text:
        """The short name, as openings write it."""
        return _SHORT[self]


_SHORT: dict[Province, Text] = {
    Province.SEOUL: _l("서울"),
    Province.BUSAN: _l("부산"),
    Province.DAEGU: _l("대구"),
    Province.INCHEON: _l("인천"),
    Province.GWANGJU: _l("광주"),
    Province.DAEJEON: _l("대전"),
    Province.ULSAN: _l("울산"),
    Province.SEJONG: _l("세종"),
    Province.GYEONGGI: _l("경기"),
    Province.GANGWON: _l("강원"),
    Province.CHUNGBUK: _l("충북"),
    Province.CHUNGNAM: _l("충남"),
    Province.JEONBUK: _l("전북"),
    Province.JEONNAM: _l("전남"),
    Province.GYEONGBUK: _l("경북"),
    Province.GYEONGNAM: _l("경남"),
    Province.JEJU: _l("제주"),
}

# What addresses and portals call a province, the longest names first so that 전라북도 is not read as 전라.
_NAMES: dict[str, Province] = {
    "서울특별시": Province.SEOUL,
    "부산광역시": Province.BUSAN,
    "대구광역시": Province.DAEGU,
    "인천광역시": Province.INCHEON,
    "광주광역시": Province.GWANGJU,
    "대전광역시": Province.DAEJEON,
    "울산광역시": Province.ULSAN,
    "세종특별자치시": Province.SEJONG,
    "경기도": Province.GYEONGGI,
    "강원특별자치도": Province.GANGWON,
    "강원도": Province.GANGWON,
    "충청북도": Province.CHUNGBUK,
    "충청남도": Province.CHUNGNAM,
    "전북특별자치도": Province.JEONBUK,
    "전라북도": Province.JEONBUK,
    "전라남도": Province.JEONNAM,
    "경상북도": Province.GYEONGBUK,
    "경상남도": Province.GYEONGNAM,
    "제주특별자치도": Province.JEJU,
    "제주도": Province.JEJU,
    "서울시": Province.SEOUL,
    "부산시": Province.BUSAN,
    "대구시": Province.DAEGU,
    "인천시": Province.INCHEON,
    "대전시": Province.DAEJEON,
    "울산시": Province.ULSAN,
    "세종시": Province.SEJONG,
    "서울": Province.SEOUL,
    "부산": Province.BUSAN,
    "대구": Province.DAEGU,
    "인천": Province.INCHEON,
    "광주": Province.GWANGJU,
    "대전": Province.DAEJEON,
    "울산": Province.ULSAN,
    "세종": Province.SEJONG,
    "경기": Province.GYEONGGI,
    "강원": Province.GANGWON,
    "충북": Province.CHUNGBUK,
    "충남": Province.CHUNGNAM,
    "전북": Province.JEONBUK,
    "전남": Province.JEONNAM,
    "경북": Province.GYEONGBUK,
    "경남": Province.GYEONGNAM,
    "제주": Province.JEJU,
}

SEOUL_DISTRICTS = (
    "강남구",
    "강동구",
    "강북구",
    "강서구",
    "관악구",
    "광진구",
    "구로구",
    "금천구",
    "노원구",
    "도봉구",
    "동대문구",
    "동작구",
    "마포구",
    "서대문구",
    "서초구",
    "성동구",
    "성북구",
    "송파구",
    "양천구",
    "영등포구",
    "용산구",
    "은평구",
    "종로구",
    "중구",
    "중랑구",
)


def read_region(text: str) -> tuple[Province | None, str]:
    """Part `서울특별시 종로구 율곡로` into province and district; a text without a province gives (None, "").

    The district is what follows the province as far as it ends in 시, 군 or 구:
    `경기 수원시 팔달구` has `수원시 팔달구`.
    """
    words = text.split()
    if not words or words[0] not in _NAMES:
        return None, ""
    district: list[str] = []
    for word in words[1:3]:
        if len(word) < 2 or word[-1] not in "시군구":
            break
        district.append(word)
    return _NAMES[words[0]], " ".join(district)
