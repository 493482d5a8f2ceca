"""What leaves comes back: tables open in Excel, and an empty register can be filled in and uploaded."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from app.core.db import db
from app.training import queries
from tests.conftest import Visitor
from tests.factories.training import enrol
from tests.training.conftest import Centre
from tests.training.samples import REGISTERS, apply_file, send, ticket_of


def test_an_empty_register_filled_in_is_understood(clerk: Visitor, enrolled: Centre) -> None:
    address = enrolled.address()
    workbook = load_workbook(io.BytesIO(clerk.get(f"{address}/register.xlsx").data))
    sheet = workbook.worksheets[0]
    assert sheet.max_row == 1 + 30
    for row in sheet.iter_rows(min_row=2, min_col=3):
        for cell in row:
            cell.value = "○"
    filled = io.BytesIO()
    workbook.save(filled)
    preview = send(clerk, f"{address}/attendance/new", filled.getvalue(), "출석부.xlsx")
    clerk.post(f"{address}/attendance/confirm", data={"ticket": ticket_of(preview)})
    assert all(report.decision.counted == 15 for report in queries.cohort_report(enrolled.cohort()))


def test_a_report_holds_every_mark_and_can_be_uploaded_again(clerk: Visitor, enrolled: Centre) -> None:
    address = enrolled.address()
    apply_file(clerk, address, REGISTERS["2026-F1"])
    answer = clerk.get(f"{address}/report.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    text = answer.data.decode("utf-8-sig")
    assert text.count("\r\n") == 31
    assert "홍정훈,1969-10-28" in text
    preview = send(clerk, f"{address}/attendance/new", answer.data, "출결표.csv").get_data(as_text=True)
    assert "바뀌는 출결이 없어요" in preview


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("file", ["report.csv", "report.xlsx", "register.xlsx"])
def test_no_cache_on_the_way_keeps_a_table_of_people(clerk: Visitor, enrolled: Centre, file: str) -> None:
    assert clerk.get(f"{enrolled.address()}/{file}").headers["Cache-Control"] == "no-store"


def test_a_name_that_looks_like_a_formula_stays_text(clerk: Visitor, centre: Centre) -> None:
    cohort = centre.cohort()
    enrol(cohort, [("=HYPERLINK(1)", cohort.starts_on.replace(year=1990))])
    db.session.commit()
    assert "'=HYPERLINK(1)" in clerk.get(f"{centre.address()}/report.csv").get_data(as_text=True)
    sheet = load_workbook(io.BytesIO(clerk.get(f"{centre.address()}/report.xlsx").data)).worksheets[0]
    assert sheet["A2"].value == "=HYPERLINK(1)"
    assert sheet["A2"].data_type == "s"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_roster_form_has_the_columns_that_are_read(clerk: Visitor, centre: Centre, form: str) -> None:
    data = clerk.get(f"/cohorts/roster-form.{form}").data
    if form == "csv":
        header = data.decode("utf-8-sig").strip()
        filled = f"{header}\r\n홍길동,1990-03-09,,\r\n".encode()
    else:
        workbook = load_workbook(io.BytesIO(data))
        workbook.worksheets[0].append(["홍길동", "1990-03-09"])
        target = io.BytesIO()
        workbook.save(target)
        filled = target.getvalue()
    answer = send(clerk, f"{centre.address()}/roster", filled, f"명단.{form}")
    assert ticket_of(answer)


def test_an_unknown_form_is_not_found(clerk: Visitor, centre: Centre) -> None:
    assert clerk.get(f"{centre.address()}/report.pdf").status_code == 404
