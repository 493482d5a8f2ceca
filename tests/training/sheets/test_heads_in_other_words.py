"""Heads that ask, count days in a row of their own, or lost their format in a text file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.training.attendance_sheet import PlannedSession
from app.training.sheet_words import Field, field_of
from tests.training.sheets.registers import (
    DAYS,
    END,
    PLAN,
    START,
    TRUTH,
    Register,
    as_csv,
    as_xlsx,
    columns_register,
    read_bytes,
    rows_register,
    understood,
)

APRIL = [date(2026, 3, day) for day in (25, 27, 30)] + [date(2026, 4, day) for day in (1, 3, 8)]
OVER_APRIL = replace(PLAN, sessions=tuple(PlannedSession(n, day, START, END) for n, day in enumerate(APRIL, 1)))
LEFT = ["연번", "성명", "생년월일"]


def with_heads(*rows: list[Any], merged: list[tuple[int, int, int, int]] | None = None) -> Register:
    return Register([*map(list, rows), *columns_register().grid[1:]], merged or [])


@pytest.mark.parametrize(
    "register",
    [
        with_heads(
            [*LEFT, "3월", "", "", "4월"],
            ["", "", "", 25, 27, 30, 1, 3, 8],
            ["", "", "", *"수금월수금수"],
            merged=[(0, 3, 0, 5), (0, 6, 0, 8), *((0, c, 2, c) for c in range(3))],
        ),
        with_heads([*LEFT, "3월", "", "", "4월"], ["", "", "", 25, 27, 30, 1, 3, 8]),
        with_heads(["", "", "월", 3, 3, 3, 4, 4, 4], [*LEFT, 25, 27, 30, 1, 3, 8]),
        with_heads(
            ["", "", "월", 3, "", "", 4, "", ""], ["", "", "일", 25, 27, 30, 1, 3, 8], [*LEFT, *"수금월수금수"]
        ),
    ],
)
@pytest.mark.parametrize("as_text", [False, True])
def test_months_may_stand_above_days_that_begin_again(register: Register, as_text: bool) -> None:
    reading = read_bytes(as_csv(register) if as_text else as_xlsx(register), plan=OVER_APRIL)

    assert reading.problems == ()
    assert understood(reading) == TRUTH


@pytest.mark.parametrize("spelling", ["{d:%m%d}", "{serial}"])
def test_days_without_any_sign_are_read_in_a_text_file(spelling: str) -> None:
    heads = [spelling.format(d=day, serial=(day - date(1899, 12, 30)).days) for day in DAYS]

    reading = read_bytes(as_csv(columns_register(heads)), "출석부.csv")

    assert reading.problems == ()
    assert understood(reading) == TRUTH


def test_all_the_days_of_a_month_with_gaps_are_no_numbers_of_sessions() -> None:
    """1, 3 and 6 in April could be sessions 1, 3 and 6, but nobody counts sessions so."""
    days = [date(2026, 3, day) for day in (23, 25, 27)] + [date(2026, 4, day) for day in (1, 3, 6)]
    plan = replace(PLAN, sessions=tuple(PlannedSession(n, day, START, END) for n, day in enumerate(days, 1)))
    whole = columns_register([day.day for day in days], tail=()).grid
    sheets = [
        Register([[f"{month}월 출석부"], *([*row[:3], *row[first : first + 3]] for row in whole)], name=f"{month}월")
        for month, first in ((3, 3), (4, 6))
    ]

    reading = read_bytes(as_xlsx(*sheets), plan=plan)

    assert reading.problems == ()
    assert understood(reading) == TRUTH


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("성함을 입력해 주세요", Field.NAME),
        ("1. 성함", Field.NAME),
        ("이름이 무엇인가요?", Field.NAME),
        ("수료생", Field.NAME),
        ("응답자 이름", Field.NAME),
        ("생년월일을 적어 주세요 (예: 690312)", Field.BIRTH_DATE),
        ("주민등록번호 앞 6자리", Field.BIRTH_DATE),
        ("생년", Field.BIRTH_DATE),
        ("Birth", Field.BIRTH_DATE),
        ("In Time", Field.CHECK_IN),
        ("최종 출입", Field.CHECK_OUT),
        ("타임스탬프", Field.STAMP),
        ("입력", None),
        ("이름표", None),
        ("연번", None),
        ("출석을", None),
    ],
)
def test_a_head_may_be_a_question_or_another_word(head: str, field: Field | None) -> None:
    assert field_of(head) is field


def test_the_stamp_of_a_form_tells_day_and_time_of_coming_and_going() -> None:
    header = ("일자", "성명", "생년월일", "입실시각", "퇴실시각")
    rows = rows_register(header=header).grid[1:]
    lines = [
        [f"{day.replace('-0', '. ').replace('-', '. ')} {half} {hour}:{moment[3:]}:07", name, born, way]
        for day, name, born, *moments in rows
        for way, moment in zip(("입실", "퇴실"), moments, strict=True)
        if moment[:1].isdigit()
        for half, hour in [("오후", int(moment[:2]) - 12)]
    ]
    grid = [["타임스탬프", "성함을 입력해 주세요", "생년월일", "입실/퇴실 구분"], *lines]

    reading = read_bytes(as_csv(Register(grid)), "응답.csv")

    assert reading.problems == ()
    came = {place: mark for place, mark in TRUTH.items() if place in understood(reading)}
    assert understood(reading) == came
    assert len(came) == len(lines) // 2


def test_a_column_of_days_goes_before_the_stamp() -> None:
    header = ("일자", "성명", "생년월일", "출결")
    grid = [
        ["제출일시", *row] if row[0] == "일자" else ["2026-01-01 09:00", *row]
        for row in rows_register(header=header).grid
    ]

    reading = read_bytes(as_xlsx(Register(grid)))

    assert understood(reading) == TRUTH
