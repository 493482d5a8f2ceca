"""Heads, days and lines as centres write them beside the plain ones: matched with the plan, never guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from app.training.attendance_sheet import AttendanceReading, CohortPlan, PlannedPerson, PlannedSession
from tests.training.sheets.registers import PLAN, read_bytes

START, END = time(14, 0), time(18, 0)
FIFTEEN = [
    date(2026, 3, 9) + timedelta(days=7 * week + day) for week in range(5) for day in (0, 2, 4)
]  # Monday, Wednesday and Friday, from 2026-03-09 to 2026-04-10.


def plan_of(days: list[date]) -> CohortPlan:
    sessions = tuple(PlannedSession(n, day, START, END) for n, day in enumerate(days, start=1))
    return replace(PLAN, sessions=sessions, people=(PlannedPerson("p", "김영희", date(1991, 11, 13)),))


def read_text(text: str, days: list[date] = FIFTEEN) -> AttendanceReading:
    return read_bytes(text.encode(), "출석부.csv", plan_of(days))


def marks(reading: AttendanceReading) -> dict[int, str]:
    return {entry.session_number: entry.mark.value for entry in reading.entries}


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("9일,11일,13일", "2026년 3월 출석부\n"),
        ("9일(월),11일(수),13일(금)", "2026년 3월 출석부\n"),
        ("9(월),11(수),13(금)", "2026년 3월 출석부\n"),
        ("9일,11일,13일", ""),
    ],
)
def test_a_day_is_never_the_number_of_a_session(head: str, title: str) -> None:
    reading = read_text(f"{title}성명,생년월일,{head}\n김영희,1991-11-13,○,○,×\n")

    assert reading.problems == ()
    assert marks(reading) == {1: "present", 2: "present", 3: "absent"}


def test_a_day_that_is_no_session_is_a_problem() -> None:
    reading = read_text("2026년 3월 출석부\n성명,생년월일,9일,10일\n김영희,1991-11-13,○,○\n")

    assert [(f"{p.row}{p.column}", p.code) for p in reading.problems] == [("2D", "not_a_session_date")]


def test_days_that_fit_no_month_are_a_problem() -> None:
    reading = read_text("성명,생년월일,9일,12일\n김영희,1991-11-13,○,○\n")

    assert [(f"{p.row}{p.column}", p.code) for p in reading.problems] == [
        ("1C", "not_a_session_date"),
        ("1D", "not_a_session_date"),
    ]


def test_numbers_that_are_days_and_sessions_alike_are_a_problem() -> None:
    reading = read_text("2026년 3월 출석부\n성명,생년월일,9,11,13\n김영희,1991-11-13,○,○,×\n")

    assert [(f"{p.row}{p.column}", p.code) for p in reading.problems] == [("2C", "ambiguous_session")]


def test_numbers_from_one_on_under_a_month_are_sessions() -> None:
    reading = read_text("2026년 3월 출석부\n성명,생년월일,1,2,3\n김영희,1991-11-13,○,○,×\n")

    assert marks(reading) == {1: "present", 2: "present", 3: "absent"}


@pytest.mark.parametrize(
    "heads",
    [
        "성명,생년월일,3/9,,3/11,\n,,오전,오후,오전,오후",
        "성명,생년월일,3/9,,3/11,\n,,14~16시,16~18시,14~16시,16~18시",
        "성명,생년월일,3/9,,3/11,\n,,14:00~16:00,16:00~18:00,14:00~16:00,16:00~18:00",
        "성명,생년월일,3/9 오전,3/9 오후,3/11 오전,3/11 오후",
    ],
)
def test_parts_of_a_day_are_periods_of_its_session(heads: str) -> None:
    reading = read_text(f"{heads}\n김영희,1991-11-13,×,×,○,○\n")

    assert reading.problems == ()
    assert marks(reading) == {1: "absent", 2: "present"}
    slips = read_text(f"{heads}\n김영희,1991-11-13,지각,○,○,조퇴\n")
    assert marks(slips) == {1: "late", 2: "left_early"}


@pytest.mark.parametrize("head", ["", "OT"])
def test_marks_under_no_known_head_are_pointed_out(head: str) -> None:
    reading = read_text(f"성명,생년월일,3/9,{head},3/11,비고\n김영희,1991-11-13,○,×,○,○\n")

    assert reading.problems == ()
    assert [(f"{w.row}{w.column}", w.code) for w in reading.warnings if w.code == "column_not_read"] == [
        ("1D", "column_not_read")
    ]


@pytest.mark.parametrize("spelling", ["{d}", "{d}일", "3/{d}"])
def test_days_off_in_a_monthly_form_are_passed_over_while_they_are_empty(spelling: str) -> None:
    heads = ",".join(spelling.format(d=d) for d in range(1, 32))
    sessions = {day.day for day in FIFTEEN if day.month == 3}
    cells = ["○" if day in sessions else "" for day in range(1, 32)]
    form = f"2026년 3월 출석부\n성명,생년월일,{heads}\n김영희,1991-11-13,"

    reading = read_text(form + ",".join(cells))
    assert reading.problems == ()
    assert marks(reading) == dict.fromkeys(range(1, 11), "present")

    cells[9] = "○"
    assert [(p.column, p.code) for p in read_text(form + ",".join(cells)).problems] == [("L", "not_a_session_date")]


def test_times_that_miss_the_session_are_asked_about() -> None:
    reading = read_text("성명,생년월일,교육일,입실,퇴실\n김영희,1991-11-13,2026-03-09,1:55,6:05\n")

    assert [(f"{p.row}{p.column}", p.code) for p in reading.problems] == [("2D", "times_outside_session")]
    message = str(reading.problems[0].message)
    assert all(part in message for part in ("01:55~06:05", "14:00~18:00", "오후면 14:00처럼 적어 주세요"))


@pytest.mark.parametrize(
    "line",
    [
        "요일,,월,수",
        "출석(명),,1,1",
        "결석(명),,0,0",
        "출석,,1,1",
        "참석인원,,1,1",
        "수강인원,,1,1",
        "강사 확인,,○,○",
        "강사명,,박강사,박강사",
        "교육내용,,○,○",
    ],
)
@pytest.mark.parametrize("above", [False, True])
def test_a_line_about_the_sessions_is_no_person(line: str, above: bool) -> None:
    person = "김영희,1991-11-13,○,×"
    lines = [line, person] if above else [person, line]
    reading = read_text("\n".join(["성명,생년월일,1회차,2회차", *lines]))

    assert reading.problems == ()
    assert marks(reading) == {1: "present", 2: "absent"}


@pytest.mark.parametrize("name", ["참여자 성명", "훈련생 성명", "이수자 성명", "교육 대상자", "학생"])
@pytest.mark.parametrize("birth", ["911113(여)", "1991-11-13 (34세)"])
def test_names_and_birth_dates_under_other_words(name: str, birth: str) -> None:
    assert marks(read_text(f"{name},생년월일,1회차\n김영희,{birth},○\n")) == {1: "present"}


@pytest.mark.parametrize("day", ["일시", "교육일시", "수업 날짜", "교육실시일"])
@pytest.mark.parametrize(
    ("came", "went"), [("QR 입실", "QR 퇴실"), ("최초입실", "최종퇴실"), ("Check-in", "Check-out")]
)
def test_days_and_times_under_other_words(day: str, came: str, went: str) -> None:
    reading = read_text(f"성명,생년월일,{day},{came},{went}\n김영희,1991-11-13,2026-03-09,13:55,18:02\n")

    assert marks(reading) == {1: "present"}


def test_a_person_whom_the_roster_holds_twice_is_said_to_be() -> None:
    plan = plan_of(FIFTEEN)
    twice = replace(plan, people=(*plan.people, PlannedPerson("q", "김 영희", date(1991, 11, 13))))
    reading = read_bytes("성명,생년월일,1회차\n김영희,1991-11-13,○\n".encode(), "출석부.csv", twice)

    assert [(f"{p.row}{p.column}", p.code) for p in reading.problems] == [("2A", "person_enrolled_twice")]
