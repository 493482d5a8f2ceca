"""Figures of the job board: counted once a day, small numbers kept back, for offices and the operating authority."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from app.accounts.models import OrganisationKind
from app.core import clock
from app.core.db import db
from app.jobs.application_words import Stage
from app.jobs.outcomes.figure_job import count_figures
from app.jobs.outcomes.figure_models import JobFigure
from app.jobs.outcomes.figures import Event, Grouping, What, counted, months_until, share, shown
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_organisation, make_person, sign_in
from tests.factories.duties import make_employment
from tests.factories.jobs import make_application, make_employer, make_opening

NOW = clock.now()
TODAY = date(2026, 3, 9)


def test_twelve_months_end_with_this_one() -> None:
    months = months_until(TODAY)
    assert (len(months), months[0], months[-1]) == (12, "2025-04", "2026-03")


def test_it_counts_by_month_place_and_work_and_takes_the_median() -> None:
    events = [Event(What.HIRE, TODAY, "11", "coordinator", days) for days in (10, 20, 90)]
    events.append(Event(What.OPENING, date(2025, 4, 1), "", "office"))
    events.append(Event(What.OPENING, date(2025, 3, 31), "", "office"))  # Too long ago.
    groups = counted(events, TODAY)
    assert groups[Grouping.MONTH, "2026-03"].median_days == 20
    assert groups[Grouping.PROVINCE, "11"].numbers[What.HIRE] == 3
    assert groups[Grouping.WORK_KIND, "office"].numbers[What.OPENING] == 1
    assert groups[Grouping.MONTH, "2025-05"].median_days is None


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_small_numbers_are_kept_back(count: int, expected: int | None) -> None:
    assert shown(count) == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(4, 4, None), (5, 5, 100), (5, 6, None), (3, 10, None), (0, 10, 0), (5, 10, 50)]
)
def test_a_share_does_not_give_a_small_number_away(part: int, whole: int, expected: int | None) -> None:
    assert share(part, whole) == expected


def hire(count: int) -> None:
    """Store an employer with one opening and so many jobs confirmed ten days after it was published."""
    opening = make_opening(make_employer(), at=NOW - timedelta(days=10))
    for _number in range(count):
        applicant = make_account(person=make_person())
        make_employment(make_application(opening, applicant, Stage.HIRED, decided_at=NOW))


def test_they_are_counted_once_a_day(app: Flask) -> None:
    hire(5)
    count_figures(NOW)
    hire(1)
    count_figures(NOW)
    province = select(JobFigure).where(JobFigure.by == "province")
    row = db.session.scalars(province).one()
    assert (row.openings, row.applications, row.hires, row.median_days) == (1, 5, 5, 10)
    count_figures(NOW + timedelta(days=1))
    db.session.expire_all()
    assert db.session.scalars(province).one().hires == 6


def test_the_office_reads_and_takes_them_away(app: Flask, visitor: Visitor) -> None:
    hire(5)
    count_figures(NOW)
    sign_in(visitor, make_member(make_organisation(kind=OrganisationKind.OFFICE)))
    for by in Grouping:
        page = visitor.get(f"/figures/jobs?by={by}").get_data(as_text=True)
        assert '<span class="bars__value numeric">5</span>' in page
        assert '<span class="bars__value numeric">–</span>' in page  # One opening is too few to be shown.
    book = load_workbook(io.BytesIO(visitor.get("/figures/jobs/export?by=province").data))
    rows = list(book.active.iter_rows(values_only=True)) if book.active is not None else []
    assert rows[1][1:] == (None, 5, 0, 0, 5, 10, None)
    text = visitor.get("/figures/jobs/export?by=work_kind&form=csv").data.decode("utf-8-sig")
    assert text.splitlines()[1] == "도시재생 코디네이터,,5,0,0,5,10,"
    assert visitor.get("/figures/jobs?by=person").status_code == 404


def test_they_are_found_from_every_page(app: Flask, visitor: Visitor) -> None:
    sign_in(visitor, make_member(make_organisation("종로구청", OrganisationKind.OFFICE)))
    assert 'href="/figures/jobs"' in visitor.get("/openings").get_data(as_text=True)


def test_before_anything_is_counted_it_says_so(app: Flask, visitor: Visitor) -> None:
    sign_in(visitor, make_account(operator=True))
    assert "아직 센 것이 없어요" in visitor.get("/figures/jobs").get_data(as_text=True)
