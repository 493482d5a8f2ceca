"""A legend is read wherever a centre puts it, and never out of what is recorded of people."""

from __future__ import annotations

from typing import Any

import pytest

from app.training.attendance_marks import legend_of, reader_for
from app.training.policy import Mark
from tests.training.sheets.registers import (
    SYMBOLS,
    TRUTH,
    C,
    E,
    L,
    P,
    Register,
    X,
    as_xlsx,
    columns_register,
    read_bytes,
    understood,
)

CODES = SYMBOLS | {L: "◐", E: "◑", C: "◎"}


@pytest.mark.parametrize(
    "above",
    [
        [["○ 출석, × 결석, ◐ 지각, ◑ 조퇴, ◎ 공결"]],
        [["범례", "○", "출석", "◐", "지각", "×", "결석", "◑", "조퇴", "◎", "공결"]],
        [["표시", "○", "×", "◐", "◑", "◎"], ["뜻", "출석", "결석", "지각", "조퇴", "공결"]],
        [["구분", "출석", "결석", "지각", "조퇴", "공결"], ["기호", "○", "×", "◐", "◑", "◎"]],
        [["◐", "지각"], ["◑", "조퇴"], ["◎", "공결"]],
    ],
)
@pytest.mark.parametrize("apart", [False, True])
def test_a_legend_may_be_a_sentence_or_a_small_table(above: list[list[Any]], apart: bool) -> None:
    register = columns_register(symbols=CODES, above=[] if apart else [*above, []])
    sheets = [register, Register(above, name="기호")] if apart else [register]

    reading = read_bytes(as_xlsx(*sheets, hidden=["기호"]))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


def test_what_is_recorded_of_people_elsewhere_is_no_legend() -> None:
    """조퇴 beside ○ are two sessions of somebody, and do not say that ○ means 조퇴."""
    other = Register([["성명", "비고", "1회차", "2회차"], ["옛사람", "", "조퇴", "○"], ["옛날이", "", "지각", "○"]])
    other.name = "작년"

    reading = read_bytes(as_xlsx(columns_register(), other, hidden=["작년"]))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


def test_signs_that_two_legends_explain_differently_are_asked_about() -> None:
    register = columns_register(above=[["○ 출석, △ 지각, × 결석"], ["○ 출석 △ 조퇴 × 결석"]])

    reading = read_bytes(as_xlsx(register))

    assert {problem.code for problem in reading.problems} == {"disputed_mark"}
    assert len(reading.problems) == sum(mark is L for mark in TRUTH.values())


@pytest.mark.parametrize(
    ("text", "legend"),
    [
        ("○ 출석 / × 결석 / △ 지각", {"○": P, "×": X, "△": L}),
        ("출석 ○ / 결석 × / 지각 △", {"○": P, "×": X, "△": L}),
        ("출석 ○, △ 지각, × 결석", {"○": P}),
        ("/ : 출석, ○ : 결석", {"/": P}),
    ],
)
def test_signs_belong_to_the_word_on_one_side(text: str, legend: dict[str, Mark]) -> None:
    assert legend_of(text) == legend


def test_a_row_of_signs_and_words_pairs_each_sign_with_the_word_behind_it() -> None:
    reader = reader_for(["△", "○"], ["○ 출석 △ 지각 × 결석"])

    assert (reader.read("△"), reader.read("○")) == (L, P)


@pytest.mark.parametrize(
    ("note", "blank"),
    [
        ("※ ○ 출석, △ 지각, 공란: 결석", X),
        ("빈칸은 결석으로 처리", X),
        ("결석은 공란", X),
        ("※ 결석 ×, 지각 △, 출석은 공란", P),
        ("무표시 = 출석", P),
    ],
)
def test_a_legend_may_say_what_an_empty_cell_means(note: str, blank: Mark) -> None:
    reading = read_bytes(as_xlsx(columns_register(symbols=SYMBOLS | {blank: ""}, above=[[note]])))

    assert reading.problems == ()
    assert understood(reading) == TRUTH


@pytest.mark.parametrize(
    "note",
    [
        "빈칸은 출석으로 보지 않음",
        "공란 없이 출석, 결석을 적을 것",
        "공란: 결석 처리 안 함",
        "출석 확인란은 빈칸으로 두지 마세요",
    ],
)
def test_a_sentence_about_empty_cells_is_no_legend(note: str) -> None:
    reading = read_bytes(as_xlsx(columns_register(symbols=SYMBOLS | {X: ""}, above=[[note]])))

    assert {problem.code for problem in reading.problems} == {"mark_missing"}
