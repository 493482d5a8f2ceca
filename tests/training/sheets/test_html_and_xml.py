"""The sample registers give the same records when a portal has exported them as HTML or XML under the name .xls."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.core.sheets import read_workbook
from app.training.attendance_sheet import AttendanceReading, read
from app.training.roster_sheet import read as read_roster
from tests.training.sheets.markup import Written, excel_html, excel_xml, laid_out_html, of_file, plain_html
from tests.training.sheets.registers import PLAN as SMALL
from tests.training.sheets.registers import RULES, TRUTH, columns_register, understood
from tests.training.sheets.test_samples import DATA, PLAN, TODAY, cohort, read_file

SAMPLES = {"2026-F1": "2026-F1_출석부.xlsx", "2026-S1": "2026-S1_입퇴실.csv", "2026-G1": "2026-G1_출석부.csv"}
WRITERS: dict[str, Callable[[Written], str]] = {
    "a printed list": plain_html,
    "a page saved by Excel": excel_html,
    "tables that arrange the page": laid_out_html,
    "XML of 2003": excel_xml,
}


def facts(reading: AttendanceReading) -> list[tuple[object, ...]]:
    return [(e.person_key, e.session_number, e.mark, e.minutes, e.check_in, e.check_out) for e in reading.entries]


@pytest.mark.parametrize("encoding", ["cp949", "utf-8-sig"])
@pytest.mark.parametrize("code", SAMPLES)
@pytest.mark.parametrize("writer", WRITERS)
def test_a_sample_says_the_same_as_html_or_xml(code: str, writer: str, encoding: str) -> None:
    path = DATA / "attendance" / SAMPLES[code]
    original = read_file(path, code)
    text = WRITERS[writer](of_file(path))

    reading = read(read_workbook(text.encode(encoding), "출석부.xls"), cohort(code), PLAN.policy)

    assert reading.problems == ()
    assert reading.warnings == ()
    assert len(facts(original)) > 100
    assert facts(reading) == facts(original)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_roster_says_the_same(writer: str) -> None:
    path = DATA / "roster_2026-F1.csv"
    original = read_roster(read_workbook(path.read_bytes(), path.name), TODAY)
    reading = read_roster(read_workbook(WRITERS[writer](of_file(path)).encode(), "명단.xls"), TODAY)

    assert reading.problems == ()
    assert [(p.name, p.birth_date, p.phone) for p in reading.people] == [
        (p.name, p.birth_date, p.phone) for p in original.people
    ]


@pytest.mark.parametrize("writer", ["a printed list", "a page saved by Excel", "XML of 2003"])
def test_a_bad_mark_is_answered_at_the_cell_that_excel_shows(writer: str) -> None:
    table = of_file(DATA / "bad" / "unknown_mark.xlsx")
    reading = read(read_workbook(WRITERS[writer](table).encode(), "출석부.xls"), cohort("2026-F1"), PLAN.policy)

    assert [str(problem).split(" ")[0] for problem in reading.problems] == ["출석부:12:I"]


def test_a_table_on_every_page_is_one_register() -> None:
    register = columns_register()
    head, people = register.grid[0], register.grid[1:]
    pages = "".join(
        f"<h3>{n}쪽</h3>{plain_html(Written([head, *some]))}" for n, some in enumerate((people[:2], people[2:]))
    )
    reading = read(read_workbook(f"<html><body>{pages}</body></html>".encode(), "출석부.xls"), SMALL, RULES)

    assert reading.problems == ()
    assert understood(reading) == TRUTH


def test_a_legend_below_the_table_is_read_and_is_nobody() -> None:
    register = columns_register()
    swapped = [[{"○": "V", "×": "N"}.get(cell, cell) for cell in row] for row in register.grid]
    page = f"<html><body>{plain_html(Written(swapped))}<p>V 출석, N 결석</p><p>서울시</body></html>"
    reading = read(read_workbook(page.encode(), "출석부.xls"), SMALL, RULES)

    assert reading.problems == ()
    assert understood(reading) == TRUTH
