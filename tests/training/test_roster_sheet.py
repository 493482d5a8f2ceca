"""Rosters in the forms that centres keep them, and what is wrong with them by cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.core.sheets import read_workbook
from app.training.roster_sheet import RosterReading, read
from tests.training.sheets.registers import Register, as_csv, as_xls, as_xlsx

DATA = Path(__file__).parents[1] / "data"
TODAY = date(2026, 3, 1)
HEAD = ["성명", "생년월일", "연락처", "이메일"]
GOOD = ["홍정훈", "1969-10-28", "010-8572-1033", "person@example.org"]


def roster(*rows: Sequence[object], header: list[str] | None = None) -> RosterReading:
    return read(read_workbook(as_csv(Register([header or HEAD, *map(list, rows)])), "명단.csv"), TODAY)


def places(reading: RosterReading) -> list[tuple[str, str]]:
    return [(f"{problem.row}{problem.column}", problem.code) for problem in reading.problems]


@pytest.mark.parametrize(("code", "count"), [("2026-F1", 30), ("2026-S1", 24), ("2026-G1", 40)])
def test_the_sample_rosters_are_read(code: str, count: int) -> None:
    path = DATA / f"roster_{code}.csv"
    reading = read(read_workbook(path.read_bytes(), path.name), TODAY)

    assert reading.problems == ()
    assert len(reading.people) == count
    assert all(person.phone.startswith("010-") and "@example.org" in person.email for person in reading.people)


def test_a_person_comes_with_contact_and_place() -> None:
    (person,) = roster(GOOD).people

    assert (person.name, person.birth_date) == ("홍정훈", date(1969, 10, 28))
    assert (person.phone, person.email) == ("010-8572-1033", "person@example.org")
    assert (person.sheet, person.row) == ("명단", 2)


@pytest.mark.parametrize(
    "make",
    [
        lambda grid: as_xlsx(Register(grid)),
        lambda grid: as_xls(Register(grid)),
        lambda grid: as_csv(Register(grid), "cp949"),
        lambda grid: as_csv(Register(grid), "utf-8-sig", "\t"),
    ],
)
@pytest.mark.parametrize(
    ("header", "birth"),
    [
        (("번호", "이름", "출생일", "휴대폰", "메일"), "1969.10.28"),
        (("No", "교육생 성명", "생년월일(6자리)", "전화번호", "E-mail"), "691028"),
        (("연번", "성 명", "생 년 월 일", "연 락 처", "이메일 주소"), "69. 10. 28."),
        (("순번", "수강생명", "생일", "핸드폰", "전자우편"), "19691028"),
    ],
)
def test_other_words_and_spellings_are_understood(make: object, header: tuple[str, ...], birth: str) -> None:
    grid: list[list[Any]] = [
        ["2026년 상반기 1기 수강생 명단"],
        [],
        list(header),
        [1, "홍정훈", birth, "01085721033", "a@example.org"],
    ]
    grid += [[], ["합계", "1명"], ["※ 개인정보 이용에 동의하였음"]]
    reading = read(read_workbook(make(grid), "명단"), TODAY)  # type: ignore[operator]

    assert reading.problems == ()
    assert [(p.name, p.birth_date, p.phone) for p in reading.people] == [
        ("홍정훈", date(1969, 10, 28), "010-8572-1033")
    ]


def test_excel_types_are_understood() -> None:
    grid: list[list[Any]] = [
        HEAD,
        ["홍정훈", date(2001, 2, 3), 1085721033, None],
        ["박영길", 10203, 1085721033, None],
    ]
    reading = read(read_workbook(as_xlsx(Register(grid)), "명단"), TODAY)

    assert reading.problems == ()
    assert [(p.birth_date, p.phone, p.email) for p in reading.people] == [(date(2001, 2, 3), "010-8572-1033", "")] * 2


@pytest.mark.parametrize(
    ("written", "born"), [("691028", 1969), ("010203", 2001), ("120101", 2012), ("130101", 1913)]
)
def test_two_digit_years_fall_where_people_are_old_enough(written: str, born: int) -> None:
    assert roster(["홍정훈", written]).people[0].birth_date.year == born


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (0, "", "name_missing"),
        (0, "홍정훈2", "bad_name"),
        (0, "홍\u202e정훈", "bad_name"),
        (0, "홍\x07정훈", "bad_name"),
        (0, "가" * 61, "bad_name"),
        (0, "=cmd()", "bad_name"),
        (1, "", "birth_date_missing"),
        (1, "1969-02-30", "bad_birth_date"),
        (1, "모름", "bad_birth_date"),
        (1, "2027-01-01", "unlikely_birth_date"),
        (1, "1870-01-01", "unlikely_birth_date"),
        (2, "전화 없음", "bad_phone"),
        (2, "123", "bad_phone"),
        (3, "person", "bad_email"),
        (3, "a@b@example.org", "bad_email"),
    ],
)
def test_what_is_wrong_is_named_at_its_cell(column: int, value: str, code: str) -> None:
    row: list[object] = list(GOOD)
    row[column] = value
    reading = roster(["박영길", "1977-02-16", "", ""], row)

    assert places(reading) == [(f"3{'ABCD'[column]}", code)]
    assert [person.name for person in reading.people] == ["박영길"]


@pytest.mark.parametrize("phone", ["", "-", "02-123-4567", "+82 10-1234-5678", "010.1234.5678", "01012345678"])
def test_phones_are_taken_as_they_are_written(phone: str) -> None:
    assert roster([*GOOD[:2], phone]).problems == ()


def test_all_problems_are_told_at_once() -> None:
    reading = roster(["", "1969-10-28"], ["홍정훈", "모름", "x", "y"])

    assert places(reading) == [
        ("2A", "name_missing"),
        ("3B", "bad_birth_date"),
        ("3C", "bad_phone"),
        ("3D", "bad_email"),
    ]


def test_the_same_person_twice_names_both_rows() -> None:
    reading = roster(GOOD, ["박영길", "1977-02-16"], ["홍 정훈", "691028"])

    assert places(reading) == [("4A", "same_person_twice")]
    assert "2행과 4행" in str(reading.problems[0])


def test_namesakes_with_other_birth_dates_are_two_people() -> None:
    assert len(roster(GOOD, ["홍정훈", "1974-07-02"]).people) == 2


def test_names_are_kept_in_nfc_with_single_spaces() -> None:
    name = unicodedata.normalize("NFD", " 남궁  민수 ")

    assert roster([name, "1988-12-25"]).people[0].name == "남궁 민수"


def test_a_foreign_name_is_a_name() -> None:
    assert roster(["NGUYEN THI-HOA", "1990-01-02"], ["O'Neil José", "1991-01-02"]).problems == ()


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (["성명", "연락처"], "no_birth_date_column"),
        (["생년월일", "연락처", "이메일"], "no_name_column"),
        (["가", "나"], "no_roster"),
    ],
)
def test_a_missing_column_is_named(header: list[str], code: str) -> None:
    reading = roster(["1969-10-28", "010-1234-5678", "a@example.org"], header=header)

    assert [problem.code for problem in reading.problems] == [code]


def test_a_roster_of_nobody_is_a_problem() -> None:
    assert [problem.code for problem in roster().problems] == ["nobody"]


def test_a_resident_number_refuses_the_roster() -> None:
    reading = roster(GOOD, ["박영길", "770216-1234567"])

    assert places(reading) == [("3B", "resident_number")]
    assert reading.people == ()
    assert "1234567" not in repr(reading)


@pytest.mark.parametrize("name", ["김영희A", "김영희(B)", "김영희 C", "김영희-a"])
def test_a_letter_behind_a_name_is_pointed_out(name: str) -> None:
    reading = roster([name, *GOOD[1:]])

    assert reading.problems == ()
    assert [(f"{w.row}{w.column}", w.code) for w in reading.warnings] == [("2A", "lettered_name")]
    assert name in str(reading.warnings[0])


@pytest.mark.parametrize("name", ["김영희", "Nguyen Thi Lan", "홍길동(洪吉童)", "김 Anna", "O'Neil"])
def test_an_ordinary_name_is_not(name: str) -> None:
    assert roster([name, *GOOD[1:]]).warnings == ()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("홍 정 훈", "홍정훈"),
        ("김  훈", "김훈"),
        ("남궁 민수", "남궁 민수"),
        ("황 보 정 훈", "황보정훈"),
        ("Kim Hun", "Kim Hun"),
    ],
)
def test_letters_spaced_to_fill_the_cell_are_one_name(written: str, name: str) -> None:
    assert [person.name for person in roster([written, *GOOD[1:]]).people] == [name]


@pytest.mark.parametrize(
    ("other", "born"),
    [
        ("25504", [date(1984, 5, 21), date(1969, 10, 28)]),  # 1969-10-28 as a sheet counts it; 02-55-04 is no day.
        ("691028", [date(2003, 8, 23), date(1969, 10, 28)]),
    ],
)
def test_a_column_tells_a_lost_format_from_a_lost_zero(other: str, born: list[date]) -> None:
    reading = roster(["최경수", "30823"], ["홍정훈", other])

    assert [person.birth_date for person in reading.people] == born


def test_a_number_that_could_be_two_birth_dates_is_asked_about() -> None:
    assert places(roster(["최경수", "30823"], ["박영길", "1977-02-16"])) == [("2B", "bad_birth_date")]
