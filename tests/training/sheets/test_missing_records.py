"""What a register of lines leaves out stays unrecorded, and the clerk is told whose session it is."""

from __future__ import annotations

from tests.training.sheets.registers import TRUTH, Register, as_csv, read_bytes, rows_register, understood

MARKED = ("교육일", "성명", "생년월일", "출결")


def test_absent_people_without_a_line_are_named_and_not_recorded() -> None:
    register = rows_register(header=MARKED)
    left_out = [row for row in register.grid[1:] if row[3] != "×"]

    reading = read_bytes(as_csv(Register([register.grid[0], *left_out])))

    warned = [warning for warning in reading.warnings if warning.code == "records_missing"]
    assert len(warned) == 1
    assert "박영길 2" in str(warned[0])
    assert "홍정훈 3, 4" in str(warned[0])
    assert understood(reading) == {place: mark for place, mark in TRUTH.items() if mark != "absent"}


def test_a_register_with_a_line_for_everybody_warns_of_nothing() -> None:
    assert read_bytes(as_csv(rows_register(header=MARKED))).warnings == ()
