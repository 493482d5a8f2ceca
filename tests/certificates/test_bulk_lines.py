"""Lists as people paste and save them: what each line asks, and what asks nothing."""

from __future__ import annotations

import pytest

from app.certificates.bulk_answers import Form, Reason
from app.certificates.bulk_lines import Line, lines_of_table, lines_of_text
from app.core.export import Value, write_csv, write_xlsx
from app.core.sheets import read_workbook

NUMBER = "1234-5678-9012-3450"
ADDRESS = "https://ieum.test/v/0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "second"),
    [
        (f"{NUMBER} 홍길동", "홍길동"),
        (f"{NUMBER}\t홍길동", "홍길동"),
        (f"{NUMBER}, 1990-03-09", "1990-03-09"),
        ("1234567890123450 홍 길 동", "홍 길 동"),
        ("1234 5678 9012 3450 1990. 3. 9.", "1990. 3. 9."),
        ("１２３４-5678-9012-3450 홍길동", "홍길동"),
        (f"홍길동 {NUMBER}", "홍길동"),
        (f"3\t홍길동\t{NUMBER}\t비고", "홍길동"),
        (f"1,{NUMBER},홍길동", "홍길동"),
        (f"{NUMBER};Hong Gildong", "Hong Gildong"),
    ],
)
def test_a_number_with_a_second_thing(text: str, second: str) -> None:
    assert lines_of_text(text) == [Line(Form.NUMBER, NUMBER, number=NUMBER, second=second)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (NUMBER, Reason.SECOND_MISSING),
        (f"{NUMBER}\t\t", Reason.SECOND_MISSING),
        (f"7,{NUMBER}", Reason.SECOND_MISSING),
        ("홍길동", Reason.NOT_A_NUMBER),
        ("1234-5678-9012-3451 홍길동", Reason.NOT_A_NUMBER),
        ("1.23456789012345E+15\t홍길동", Reason.NUMBER_CELL),
        ("1234567890123460\t홍길동", Reason.NUMBER_CELL),
        ("x" * 3000, Reason.TOO_LARGE),
    ],
)
def test_lines_that_ask_nothing(text: str, problem: Reason) -> None:
    (line,) = lines_of_text(text)
    assert (line.problem, line.second) == (problem, "")


def test_codes_beside_numbers_and_nothing_between() -> None:
    digits = "123456789" * 60
    text = f"문서확인번호\t성명\n\n{ADDRESS}#{digits}\n{ADDRESS}\r\n{digits}\n{NUMBER} 홍길동\n   \n"
    found = lines_of_text(text)
    assert [line.form for line in found] == [Form.CODE, Form.CODE, Form.CODE, Form.NUMBER]
    assert [line.text for line in found][:3] == [f"{ADDRESS}#{digits}", ADDRESS, digits]
    assert all(len(line.label) <= 80 for line in found)


def test_tables_are_read_row_by_row() -> None:
    header = ("번호", "문서확인번호", "성명", "비고")
    rows: list[tuple[Value, ...]] = [
        (1, NUMBER, "홍길동", ""),
        (2, NUMBER.replace("-", ""), "1990-03-09", "면접"),
        (3, "", "박영길", ""),
    ]
    for data, name in ((write_xlsx("목록", header, rows), "list.xlsx"), (write_csv(header, rows), "list.csv")):
        found = lines_of_table(read_workbook(data, name))
        assert [(line.number, line.second, line.problem) for line in found] == [
            (NUMBER, "홍길동", Reason.NONE),
            (NUMBER, "1990-03-09", Reason.NONE),
            ("", "", Reason.NOT_A_NUMBER),
        ]


def test_what_cannot_be_seen_is_left_out_of_a_table() -> None:
    table = f"문서확인번호,성명\n{NUMBER},홍\x07길\u202e동\nx\x07y,\x1f\n".encode()
    good, bad = lines_of_table(read_workbook(table, "list.csv"))
    assert (good.number, good.second) == (NUMBER, "홍길동")
    assert (bad.label, bad.problem) == ("xy", Reason.NOT_A_NUMBER)
