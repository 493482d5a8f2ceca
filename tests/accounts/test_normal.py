"""One spelling for each name, address, number and date of birth."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from app.accounts.birth_dates import parse_birth_date
from app.accounts.normal import checked_email, normal_name, normal_phone, reads_as_link
from app.core.errors import Invalid


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("홍길동", "홍길동"),
        ("  홍길동 ", "홍길동"),
        ("김  민  수", "김민수"),
        ("허 준", "허준"),
        ("남궁 하늘별", "남궁 하늘별"),
        ("Maria  Santos", "Maria Santos"),
        (unicodedata.normalize("NFD", "홍길동"), "홍길동"),
        ("홍\n길동", "홍 길동"),
    ],
)
def test_a_name(written: str, normal: str) -> None:
    assert normal_name(written) == normal


@pytest.mark.parametrize("written", ["Hong@Example.KR", " hong@example.kr "])
def test_a_mail_address(written: str) -> None:
    assert checked_email(written) == "hong@example.kr"


@pytest.mark.parametrize(
    "written", ["", "hong", "hong@", "@example.kr", "a b@example.kr", "hong@example..kr", "a@b\n.kr"]
)
def test_what_is_no_mail_address(written: str) -> None:
    with pytest.raises(Invalid):
        checked_email(written)


@pytest.mark.parametrize("written", ["010-1234-5678", "010 1234 5678", "+82 10-1234-5678", "01012345678"])
def test_a_phone_number(written: str) -> None:
    assert normal_phone(written) == "01012345678"


@pytest.mark.parametrize(
    "written", ["1990-03-09", "1990.3.9", "1990. 3. 9.", "1990/03/09", "19900309", "1990년 3월 9일", " 1990-3-9 "]
)
def test_a_date_of_birth(written: str) -> None:
    assert parse_birth_date(written) == date(1990, 3, 9)


@pytest.mark.parametrize("written", ["", "900309", "1990-13-01", "1990-02-30", "9/3/1990", "19900309-1", "어제"])
def test_what_is_no_date_of_birth(written: str) -> None:
    assert parse_birth_date(written) is None


@pytest.mark.parametrize(
    "name",
    [
        "무료 쿠폰 http://evil.example",
        "evil.example 에서 로그인",
        "홍길동 www.evil",
        "hong@example.kr",
        "EVIL.CO.KR",
        "evil.example/x",
        "한국.kr",
        "당첨 evil.example.",
    ],
)
def test_what_a_mail_program_would_make_a_link_of(name: str) -> None:
    assert reads_as_link(name)


@pytest.mark.parametrize(
    "name",
    [
        "홍길동",
        "남궁 하늘별",
        "Maria Santos",
        "J. R. Smith",
        "Martin Jr.",
        "김민수(A)",
        "(주)D.N.A 교육원",
        "홍길동 2.5",
    ],
)
def test_what_is_just_a_name(name: str) -> None:
    assert not reads_as_link(name)
