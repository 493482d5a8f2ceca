"""What is exported opens in Excel as the text it was, and nothing in it is a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from app.core.export import write_csv, write_xlsx
from app.core.sheets import read_workbook

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1/x","비고")',
    '=IMPORTXML(CONCAT("http://127.0.0.1/",A1),"//a")',
    '=WEBSERVICE("http://127.0.0.1/"&A1)',
    '=DDE("cmd";"/C calc";"x")',
    "=2+5+cmd|'/C calc'!A0",
    "=SUM(1,1)*cmd|'/C calc'!A0",
    "==1+1",
    "=A1",
    "= 1",
    "=\t1",
    "+1+1",
    "+cmd|' /C calc'!A0",
    "+SUM(1+1)",
    "+82-10-1234-5678",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "-SUM(1)",
    "-1",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "@A1",
    "@@",
    "\t=1+1",
    "\t1",
    "\r=1+1",
    "\r1",
    "\n=1+1",
    " =1+1",
    "  @A1",
    "\u00a0=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    '=";=1+1',
    '=1+1","=2+2',
    "=1+1\n=2+2",
    '=INDIRECT("A1")',
    '=RTD("x",,"y")',
]


def test_there_are_forty_payloads() -> None:
    assert len(set(PAYLOADS)) == 40


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_leaves_csv_as_text(payload: str) -> None:
    data = write_csv(["머리", payload], [[payload, "다음"]])

    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows == [["머리", "'" + payload], ["'" + payload, "다음"]]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_leaves_xlsx_as_the_same_text(payload: str) -> None:
    data = write_xlsx("명단", ["머리", payload], [[payload, 1]])

    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    for cell in (sheet["B1"], sheet["A2"]):
        assert cell.data_type == "s"
        # XML reads a carriage return as a line feed.
        assert str(cell.value).replace("\r", "\n") == payload.replace("\r", "\n").replace("_x000D_", "\n")
    read = read_workbook(data, "a.xlsx").sheets[0]
    assert read.cell(1, 1) == 1


def test_csv_starts_with_a_byte_order_mark_for_excel() -> None:
    assert write_csv(["성명"], [["홍정훈"]]) == b"\xef\xbb\xbf" + "성명\r\n홍정훈\r\n".encode()


def test_values_keep_their_types() -> None:
    at = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
    data = write_xlsx("[가]:나/다" * 10, ["a"], [["글", 3, -2.5, date(2026, 3, 9), at, None, "\x00\x1b제어"]])

    (sheet,) = read_workbook(data, "a.xlsx").sheets
    assert len(sheet.name) <= 31
    assert sheet.rows[1] == ("글", 3, -2.5, date(2026, 3, 9), datetime(2026, 3, 9, 5, 0), None, "제어")  # noqa: DTZ001
    assert write_csv(["a"], [[-1, None, date(2026, 3, 9)]]).endswith(b"-1,,2026-03-09\r\n")


def test_what_is_exported_can_be_uploaded_again() -> None:
    rows = [["홍정훈", "1969-10-28"], ["박영길", "1977-02-16"]]

    for data in (write_csv(["성명", "생년월일"], rows), write_xlsx("명단", ["성명", "생년월일"], rows)):
        read = read_workbook(data, "명단").sheets[0].rows
        assert [list(row) for row in read] == [["성명", "생년월일"], *rows]
