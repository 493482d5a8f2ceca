"""Pages ask the database as often for three people as for three hundred."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app.core.db import db
from app.training import queries, undo_service
from app.training.models import Cohort
from app.training.policy import Mark
from tests.conftest import Visitor
from tests.factories.training import AT, CLERK, attend, enrol, make_cohort, make_course
from tests.training.conftest import Centre


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def cohort_of(centre: Centre, people: int) -> Cohort:
    cohort = make_cohort(make_course(centre.organisation), code=f"2026-N{people}", sessions=4)
    cohort.capacity = 1000
    born = date(1950, 1, 1)
    enrolments = enrol(cohort, [(f"사람{chr(0xAC00 + n)}", born + timedelta(days=n)) for n in range(people)])
    attend(cohort, {e.public_id: [Mark.PRESENT] * 4 for e in enrolments})
    return cohort


PAGES: dict[str, Callable[[str], str]] = {
    "the list": lambda cohort: "/cohorts",
    "the dashboard": lambda cohort: "/centre",
    "a cohort": lambda cohort: f"/cohorts/{cohort}",
    "the uploads": lambda cohort: f"/cohorts/{cohort}/attendance",
    "a report": lambda cohort: f"/cohorts/{cohort}/report.csv",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_as_often_whatever_the_number_of_people(clerk: Visitor, centre: Centre, name: str) -> None:
    numbers: list[int] = []
    for people in (3, 60):
        address = PAGES[name](cohort_of(centre, people).public_id)
        clerk.get(address)
        with counted() as statements:
            assert clerk.get(address).status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
    assert numbers[0] < 20


def test_the_list_asks_as_often_whatever_the_number_of_cohorts(clerk: Visitor, centre: Centre) -> None:
    numbers: list[int] = []
    for _round in range(2):
        with counted() as statements:
            assert clerk.get("/cohorts").status_code == 200
        numbers.append(len(statements))
        for _more in range(6):
            make_cohort(make_course(centre.organisation))
    assert numbers[0] == numbers[1]


def test_a_report_is_a_handful_of_queries(app: Flask, centre: Centre) -> None:
    public_id = cohort_of(centre, 30).public_id
    db.session.expire_all()
    cohort = centre.cohort(f"2026-N{30}")
    assert cohort.public_id == public_id
    with counted() as statements:
        assert len(queries.cohort_report(cohort)) == 30
    assert len(statements) <= 5


def test_applying_a_file_stores_all_marks_at_once(app: Flask, centre: Centre) -> None:
    """One statement for each row of the register would hold the database's only write lock for long."""
    numbers: list[int] = []
    for people in (3, 60):
        cohort = cohort_of(centre, people)
        marks: dict[str, Sequence[Mark]] = {e.public_id: [Mark.LATE] * 4 for e in queries.enrolments(cohort)}
        with counted() as statements:
            attend(cohort, marks)
        numbers.append(len(statements))
        newest = undo_service.newest_standing(cohort)
        assert newest is not None
        with counted() as statements:
            undo_service.undo(newest, cohort, CLERK, AT)
        numbers.append(len(statements))
    assert numbers[:2] == numbers[2:]
    assert max(numbers) < 25
