"""Moments of a door terminal that does not tell coming from going."""

from __future__ import annotations

from typing import Any

from tests.training.sheets.registers import (
    TRUTH,
    Grid,
    Register,
    as_csv,
    as_xlsx,
    columns_register,
    read_bytes,
    rows_register,
    understood,
)

TIMED = ("일자", "성명", "생년월일", "입실시각", "퇴실시각")


def taps(*more: list[Any]) -> Register:
    lines = [
        [f"{day} {moment}:07", name, born, "정문"]
        for day, name, born, *moments in rows_register(header=TIMED).grid[1:]
        for moment in moments
        if moment[:1].isdigit()
    ]
    return Register([["출입일시", "성명", "생년월일", "장소"], *sorted(lines), *more])


def test_the_first_is_coming_and_the_last_is_going() -> None:
    reading = read_bytes(as_csv(taps(["2026-03-09 16:00:00", "박영길", "1977-02-16", "정문"])))

    assert reading.problems == ()
    assert understood(reading) == {place: mark for place, mark in TRUTH.items() if mark not in ("absent", "excused")}
    assert {"taps_joined", "records_missing"} <= {warning.code for warning in reading.warnings}


def test_a_moment_alone_is_asked_about() -> None:
    register = taps(["2026-03-11 13:55:07", "박영길", "1977-02-16", "정문"])

    reading = read_bytes(as_csv(register))

    assert [(p.row, p.column, p.code) for p in reading.problems] == [(len(register.grid), "A", "one_time_only")]


def test_a_roster_with_moments_of_applying_is_left_alone() -> None:
    applied: Grid = [["타임스탬프", "성명", "생년월일"], ["2026-02-01 09:00:00", "박영길", "1977-02-16"]]

    reading = read_bytes(as_xlsx(Register(applied, name="신청"), columns_register()))

    assert reading.problems == ()
    assert understood(reading) == TRUTH
