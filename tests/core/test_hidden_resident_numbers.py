"""A resident number where no cell shows it refuses the file, too, and is said to be where it is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlwt
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from app.core.sheets import Workbook, read_workbook

NUMBER = "900101-1234567"


def written(change: Callable[[openpyxl.Workbook], None]) -> Workbook:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "출석부"
    sheet.append(["성명", "생년월일", "1회차"])
    sheet.append(["홍정훈", "1969-10-28", "○"])
    change(workbook)
    target = io.BytesIO()
    workbook.save(target)
    return read_workbook(target.getvalue(), "출석부.xlsx")


def with_part(name: str, content: str) -> Workbook:
    workbook = openpyxl.Workbook()
    target = io.BytesIO()
    workbook["Sheet"].append(["성명"])
    workbook.save(target)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, content)
    return read_workbook(target.getvalue(), "a.xlsx")


def comment(workbook: openpyxl.Workbook) -> None:
    workbook["출석부"]["B2"].comment = Comment(f"주민번호 {NUMBER}", "담당")


def header(workbook: openpyxl.Workbook) -> None:
    workbook["출석부"].HeaderFooter.oddHeader.center.text = NUMBER


def name(workbook: openpyxl.Workbook) -> None:
    workbook.defined_names["번호"] = DefinedName("번호", attr_text=f'"{NUMBER}"')


def choices(workbook: openpyxl.Workbook) -> None:
    validation = DataValidation(type="list", formula1=f'"{NUMBER},기타"')
    validation.add("C2")
    workbook["출석부"].add_data_validation(validation)


def properties(workbook: openpyxl.Workbook) -> None:
    workbook.properties.description = NUMBER


def formula(workbook: openpyxl.Workbook) -> None:
    workbook["출석부"]["D2"] = f'=LEFT("{NUMBER}",6)'


@pytest.mark.parametrize(
    ("change", "place", "word"),
    [
        (comment, ("출석부", 2, "B"), "메모"),
        (header, ("출석부", 0, ""), "머리글"),
        (choices, ("출석부", 0, ""), "입력 목록"),
        (formula, ("출석부", 2, "D"), "수식"),
        (properties, ("출석부.xlsx", 0, ""), "파일 속성"),
        (name, ("출석부.xlsx", 0, ""), "이름 정의"),
    ],
)
def test_the_answer_says_where_the_number_is(
    change: Callable[[openpyxl.Workbook], None], place: tuple[str, int, str], word: str
) -> None:
    workbook = written(change)

    assert {(p.sheet, p.row, p.column) for p in workbook.problems} == {place}
    assert all(p.code == "resident_number" for p in workbook.problems)
    assert word in str(workbook.problems[0])
    assert "1234567" not in repr(workbook)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/drawings/drawing1.xml", "<a:p><a:r><a:t>900101-</a:t></a:r><a:r><a:t>1234567</a:t></a:r></a:p>"),
        ("xl/threadedComments/threadedComment1.xml", f"<t><text>{NUMBER}</text></t>"),
        ("xl/pivotCache/pivotCacheRecords1.xml", f'<r><s v="{NUMBER}"/></r>'),
        ("xl/externalLinks/externalLink1.xml", f"<x><v>{NUMBER}</v></x>"),
        ("customXml/item1.xml", "<x><y>９００１０１－１２３４５６７</y></x>"),
    ],
)
def test_any_part_of_the_file_is_looked_at(part: str, content: str) -> None:
    assert [p.code for p in with_part(part, content).problems] == ["resident_number"]


@pytest.mark.parametrize(
    "content",
    [
        "<x><y>2026-03-09T12:34:56Z</y><z>260309 ~ 260410</z></x>",
        '<x uid="{19900101-1234-5678-9012-345678901234}"><y>900101-1******</y></x>',
        '<x><a:off x="9001011" y="234567"/><y>010-1234-5678</y></x>',
    ],
)
def test_other_numbers_in_other_parts_are_left_alone(content: str) -> None:
    assert with_part("xl/drawings/drawing1.xml", content).problems == ()


def test_strings_that_no_cell_uses_any_more_are_looked_at_in_xls() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("출석부")
    sheet.write(0, 0, "성명")
    sheet.header_str = f"&C{NUMBER}".encode()
    target = io.BytesIO()
    book.save(target)

    assert [p.code for p in read_workbook(target.getvalue(), "a.xls").problems] == ["resident_number"]


def test_a_number_in_a_cell_is_told_at_the_cell_alone() -> None:
    def cell(workbook: openpyxl.Workbook) -> None:
        workbook["출석부"]["D2"] = NUMBER

    assert [(p.row, p.column) for p in written(cell).problems] == [(2, "D")]


@pytest.mark.parametrize(
    ("head", "front", "back", "found"),
    [
        (["앞", "뒤"], "900101", "1234567", True),
        (["앞", "뒤"], 900101, 1234567, True),
        (["앞", "뒤"], 10203, 4234567, True),
        (["생년월일", None], "900101", "2234567", True),
        (["생년월일", "회원번호"], "900101", "1234567", False),
        (["생년월일", "연락처"], "690312", "5551234", False),
        (["생년월일", "월급"], "900101", 1500000, False),
        (["날짜", "금액 합"], "900101", 1500000, False),
        (["생년월일", "기타"], "900101", "3234567", False),  # Nobody was born in 2090.
        (["생년월일", "기타"], "901301", "1234567", False),
    ],
)
def test_halves_side_by_side_are_a_number_unless_their_head_says_otherwise(
    head: list[object], front: object, back: object, found: bool
) -> None:
    workbook = openpyxl.Workbook()
    workbook["Sheet"].append(head)
    workbook["Sheet"].append([front, back])
    target = io.BytesIO()
    workbook.save(target)

    assert [(p.row, p.column) for p in read_workbook(target.getvalue(), "a.xlsx").problems] == [(2, "B")] * found


@pytest.mark.parametrize("masked", ["761018-1******", "761018-1", "761018-*******", "7610181******"])
def test_a_masked_number_is_none(masked: str) -> None:
    workbook = openpyxl.Workbook()
    workbook["Sheet"].append(["성명", "주민등록번호"])
    workbook["Sheet"].append(["홍정훈", masked])
    target = io.BytesIO()
    workbook.save(target)

    assert read_workbook(target.getvalue(), "a.xlsx").problems == ()
