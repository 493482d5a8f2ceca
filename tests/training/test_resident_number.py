"""A resident number in a file is refused and stays nowhere: no table, no log, no answer."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select

from app.core.db import Base, db
from tests.conftest import Visitor
from tests.training.conftest import Centre
from tests.training.samples import DATA, RESIDENT_NUMBER, everything_stored, send

DIGITS = RESIDENT_NUMBER.replace("-", "")
CSV = f"성명,생년월일,1회차(03.09)\n홍정훈,1969-10-28,{RESIDENT_NUMBER}\n"


def _holds_the_number(text: str) -> bool:
    return RESIDENT_NUMBER in text or DIGITS in text


def _in_the_database() -> bool:
    rows = [db.session.execute(select(table)).all() for table in Base.metadata.sorted_tables]
    return any(_holds_the_number(str(tuple(row))) for table in rows for row in table)


@pytest.mark.parametrize("page", ["attendance/new", "roster"])
@pytest.mark.parametrize(
    ("content", "filename"),
    [
        ((DATA / "bad" / "resident_number.xlsx").read_bytes(), "출석부.xlsx"),
        (CSV.encode("cp949"), "출석부.csv"),
        ((DATA / "attendance" / "2026-F1_출석부.xlsx").read_bytes(), f"{RESIDENT_NUMBER}.xlsx"),
    ],
    ids=["xlsx", "csv", "filename"],
)
def test_a_file_with_a_resident_number_leaves_no_trace(
    clerk: Visitor, enrolled: Centre, caplog: pytest.LogCaptureFixture, page: str, content: bytes, filename: str
) -> None:
    before = everything_stored()
    with caplog.at_level(logging.DEBUG):
        answer = send(clerk, f"{enrolled.address()}/{page}", content, filename)
    assert answer.status_code == 422
    body = answer.get_data(as_text=True)
    assert "주민등록번호" in body
    assert not _holds_the_number(body)
    assert not any(_holds_the_number(record.getMessage()) for record in caplog.records)
    assert everything_stored() == before
    assert not _in_the_database()


@pytest.mark.parametrize("field", ["name", "phone", "email"])
def test_a_resident_number_is_refused_in_the_form_for_one_person(
    clerk: Visitor, enrolled: Centre, field: str
) -> None:
    number = f"{RESIDENT_NUMBER}@example.org" if field == "email" else RESIDENT_NUMBER
    person = {"name": "홍길동", "birth_date": "1990-03-09", "phone": "", "email": "", field: number}
    answer = clerk.post(f"{enrolled.address()}/people/new", data=person)
    assert answer.status_code == 422
    assert "주민등록번호는 받지 않아요" in answer.get_data(as_text=True)
    assert not _holds_the_number(answer.get_data(as_text=True))
    assert not _in_the_database()
