"""Whom a row of a register is about: people who wait or cancelled, namesakes with a letter, other spellings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.training.attendance_sheet import AttendanceReading, CohortPlan, PlannedPerson
from app.training.policy import Mark
from tests.training.sheets.registers import (
    PLAN,
    TRUTH,
    as_csv,
    as_xlsx,
    columns_register,
    read_bytes,
    rows_register,
    understood,
)

TIMED = ("일자", "성명", "생년월일", "입실", "퇴실")

CANCELLED = PlannedPerson("gone", "김영희", date(1990, 1, 1), "cancelled")
WAITING = PlannedPerson("waits", "김영희", date(1985, 3, 15), "waitlisted")
FULL = replace(PLAN, others=(CANCELLED, WAITING))


def warned(reading: AttendanceReading) -> list[tuple[str, str]]:
    return [(f"{w.row}{w.column}", w.code) for w in reading.warnings]


def test_rows_of_people_who_wait_or_cancelled_are_skipped_and_said_to_be() -> None:
    register = columns_register()
    register.grid.append([6, "김영희", "1990-01-01", *"○○○○○○", ""])
    register.grid.append([7, "김영희", "1985-03-15", *"○○○○○○", ""])
    reading = read_bytes(as_xlsx(register), plan=FULL)

    assert reading.problems == ()
    assert understood(reading) == TRUTH
    assert warned(reading) == [("7B", "person_cancelled"), ("8B", "person_waitlisted")]
    assert "수강취소를 되돌리고" in str(reading.warnings[0])
    assert "정원을 늘려" in str(reading.warnings[1])
    assert reading.people_missing == ()


def test_it_is_said_once_for_all_rows_of_a_person() -> None:
    register = rows_register(header=TIMED)
    register.grid += [[day, "김영희", "1990-01-01", "14:00", "18:00"] for day in ("2026-03-09", "2026-03-11")]
    reading = read_bytes(as_csv(register), plan=FULL)

    assert reading.problems == ()
    assert [code for _, code in warned(reading)] == ["person_cancelled"]


def test_a_name_alone_does_not_tell_the_enrolled_from_the_cancelled() -> None:
    people = tuple(replace(person, name="김영희") if person.key == "p1" else person for person in PLAN.people)
    plan = replace(PLAN, people=people, others=(CANCELLED,))
    reading = read_bytes("성명,1회차\n김영희,○\n".encode(), "출석부.csv", plan)

    assert [p.code for p in reading.problems] == ["birth_date_column_missing"]


def test_who_is_enrolled_again_is_meant_by_the_row() -> None:
    again = replace(PLAN.people[1], key="old", standing="cancelled")
    reading = read_bytes(as_xlsx(columns_register()), plan=replace(PLAN, others=(again,)))

    assert reading.warnings == ()
    assert understood(reading) == TRUTH


def test_a_register_of_nobody_who_is_enrolled_is_explained() -> None:
    reading = read_bytes("성명,생년월일,1회차\n김영희,1990-01-01,○\n".encode(), "출석부.csv", FULL)

    assert [p.code for p in reading.problems] == ["nobody"]
    assert "수강을 취소했어요" in str(reading.problems[0])


TWO = (PlannedPerson("a", "김영희", date(1990, 1, 1)), PlannedPerson("b", "김영희", date(1985, 3, 15)))
NAMESAKES = replace(PLAN, people=TWO)


def read_text(text: str, plan: CohortPlan) -> AttendanceReading:
    return read_bytes(text.encode(), "출석부.csv", plan)


@pytest.mark.parametrize(
    "spelling", ["김영희{}", "김영희({})", "김영희 {}", "김영희-{}", "김영희（{}）", "김영희 [{}] "]
)
@pytest.mark.parametrize("letters", ["AB", "12", "ab", "①②"])
def test_namesakes_with_a_letter_are_told_by_their_birth_dates(spelling: str, letters: str) -> None:
    names = [spelling.format(letter) for letter in letters]
    reading = read_text(f"성명,생년월일,1회차\n{names[0]},1985-03-15,○\n{names[1]},1990-01-01,×\n", NAMESAKES)

    assert [str(problem) for problem in reading.problems] == []
    assert understood(reading) == {("b", 1): Mark.PRESENT, ("a", 1): Mark.ABSENT}


@pytest.mark.parametrize("people", [TWO, TWO[:1]], ids=["two", "one"])
@pytest.mark.parametrize("name", ["김영희A", "김영희(B)"])
def test_a_letter_alone_tells_nobody(people: tuple[PlannedPerson, ...], name: str) -> None:
    plan = replace(PLAN, people=people)
    without = read_text(f"성명,1회차\n{name},○\n", plan)
    empty = read_text(f"성명,생년월일,1회차\n{name},,○\n", plan)

    assert [(f"{p.row}{p.column}", p.code) for p in without.problems] == [("2A", "birth_date_column_missing")]
    assert [(f"{p.row}{p.column}", p.code) for p in empty.problems] == [("2B", "birth_date_missing")]
    assert name in str(without.problems[0])


def test_a_lettered_name_of_the_roster_is_found_without_its_letter() -> None:
    plan = replace(PLAN, people=(replace(TWO[0], name="김영희A"), TWO[1]))
    reading = read_text("성명,생년월일,1회차\n김영희A,1990-01-01,○\n김영희,1985-03-15,×\n", plan)

    assert understood(reading) == {("a", 1): Mark.PRESENT, ("b", 1): Mark.ABSENT}


LAN = replace(PLAN, people=(PlannedPerson("lan", "Nguyen Thi Lan", date(1992, 7, 8)), *PLAN.people[:2]))


@pytest.mark.parametrize(
    "name",
    [
        "NGUYEN THI LAN",
        "nguyen thi lan",
        "NguyenThiLan",
        "Nguyen  Thi\u00a0Lan",
        "ＮＧＵＹＥＮ ＴＨＩ ＬＡＮ",
        "Nguyen Thi-Lan",
    ],
)
@pytest.mark.parametrize("birth", ["1992-07-08", ""])
def test_foreign_names_match_in_any_case_and_spacing(name: str, birth: str) -> None:
    assert understood(read_text(f"성명,생년월일,1회차\n{name},{birth},○\n", LAN)) == {("lan", 1): Mark.PRESENT}


def test_accents_that_a_machine_dropped_are_certain_with_a_birth_date_only() -> None:
    plan = replace(LAN, people=(replace(LAN.people[0], name="Nguyễn Thị Đan"), *PLAN.people[:2]))
    text = "성명,생년월일,1회차\nNGUYEN THI DAN,{},○\n"

    assert understood(read_text(text.format("1992-07-08"), plan)) == {("lan", 1): Mark.PRESENT}
    assert [p.code for p in read_text(text.format(""), plan).problems] == ["birth_date_missing"]
