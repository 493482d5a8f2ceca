"""The three sample registers give exactly the expected records; each bad file is refused at the right cell."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.core.sheets import SheetError, read_workbook
from app.training.attendance_sheet import AttendanceReading, CohortPlan, PlannedPerson, read
from app.training.completion import decide
from app.training.plan_file import parse
from app.training.roster_sheet import read as read_roster

DATA = Path(__file__).parents[2] / "data"
PLAN = parse((DATA / "plan.json").read_bytes())
EXPECTED: list[dict[str, Any]] = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))
TODAY = date(2026, 7, 1)


def cohort(code: str) -> CohortPlan:
    course = next(course for course in PLAN.courses if course.code == code)
    path = DATA / f"roster_{code}.csv"
    roster = read_roster(read_workbook(path.read_bytes(), path.name), TODAY)
    people = tuple(PlannedPerson(f"{p.name} {p.birth_date}", p.name, p.birth_date) for p in roster.people)
    return CohortPlan(course.name, course.cohort, course.sessions, people)


def read_file(path: Path, code: str) -> AttendanceReading:
    return read(read_workbook(path.read_bytes(), path.name), cohort(code), PLAN.policy)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: str(expected["cohort"]))
def test_a_sample_register_gives_exactly_what_is_expected(expected: dict[str, Any]) -> None:
    code = expected["cohort"]
    reading = read_file(DATA / "attendance" / expected["file"], code)

    assert reading.problems == ()
    assert reading.warnings == ()
    plan = cohort(code)
    by_key = {(entry.person_key, entry.session_number): entry for entry in reading.entries}
    people = []
    for person in plan.people:
        entries = [by_key[person.key, session.number] for session in plan.sessions]
        decision = decide([entry.mark for entry in entries], PLAN.policy, sum(entry.minutes for entry in entries))
        people.append(
            {
                "name": person.name,
                "birth_date": person.birth_date.isoformat(),
                "credited_minutes": decision.credited_minutes,
                "sessions": decision.sessions,
                "counted": decision.counted,
                "completed": decision.completed,
                "marks": [entry.mark.value for entry in entries],
            }
        )
    assert people == expected["people"]
    assert len(by_key) == len(reading.entries)


@pytest.mark.parametrize(
    ("name", "code", "place"),
    [
        ("impossible_date.xlsx", "impossible_date", "출석부:3:F"),
        ("no_name_column.xlsx", "no_name_column", "출석부:3:A"),
        ("not_a_session_date.xlsx", "not_a_session_date", "출석부:3:G"),
        ("resident_number.xlsx", "resident_number", "출석부:5:D"),
        ("same_person_twice.xlsx", "same_person_twice", "출석부:9:B"),
        ("unknown_mark.xlsx", "unknown_mark", "출석부:12:I"),
        ("unknown_person.xlsx", "unknown_person", "출석부:6:B"),
    ],
)
def test_a_bad_register_is_answered_at_the_cell(name: str, code: str, place: str) -> None:
    reading = read_file(DATA / "bad" / name, "2026-F1")

    assert [problem.code for problem in reading.problems] == [code]
    assert str(reading.problems[0]).startswith(place + " ")


@pytest.mark.parametrize(
    ("name", "code", "word"),
    [
        ("empty.csv", "empty", "내용이 없어요"),
        ("pdf_renamed.xlsx", "not_a_sheet", "PDF"),
        ("truncated.xlsx", "broken", "손상"),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole(name: str, code: str, word: str) -> None:
    with pytest.raises(SheetError) as caught:
        read_file(DATA / "bad" / name, "2026-F1")

    assert caught.value.code == code
    assert word in str(caught.value.message)
    assert str(caught.value.problems[0]).startswith(f"{name}:: ")


def test_the_resident_number_itself_is_kept_nowhere() -> None:
    path = DATA / "bad" / "resident_number.xlsx"
    workbook = read_workbook(path.read_bytes(), path.name)
    reading = read(workbook, cohort("2026-F1"), PLAN.policy)

    kept = repr(workbook) + repr(workbook.sheets[0].rows) + repr(reading) + "".join(map(str, reading.problems))
    assert "1234567" not in kept
    assert reading.entries == ()
    assert read_roster(workbook, TODAY).people == ()


def test_a_formula_beside_the_marks_does_no_harm() -> None:
    reading = read_file(DATA / "bad" / "formula_cell.xlsx", "2026-F1")

    assert reading.accepted
    assert len(reading.entries) == 30 * 15


def test_the_same_person_twice_names_both_rows() -> None:
    reading = read_file(DATA / "bad" / "same_person_twice.xlsx", "2026-F1")

    assert "8행과 9행" in str(reading.problems[0])


def test_a_register_of_another_cohort_is_recognised_by_its_dates() -> None:
    by_columns = read_file(DATA / "attendance" / "2026-F1_출석부.xlsx", "2026-G1")
    by_rows = read_file(DATA / "attendance" / "2026-S1_입퇴실.csv", "2026-F1")

    assert [problem.code for problem in by_columns.problems] == ["wrong_cohort"]
    assert "3. 9. ~ 4. 10." in str(by_columns.problems[0])
    assert [problem.code for problem in by_rows.problems] == ["wrong_cohort"]
    assert by_rows.entries == ()
