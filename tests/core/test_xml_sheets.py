"""XML of Excel 2003 under the name .xls or .xml is read as the workbook it is."""

from __future__ import annotations

import time as clock
from datetime import date, datetime, time, timedelta

import pytest

from app.core.sheets import MergedRange, SheetError, Workbook, read_workbook

NUMBER = "900101-1234567"
NAMESPACES = (
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:html="http://www.w3.org/TR/REC-html40"'
)


def book(table: str, after: str = "", before: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{before}<Workbook {NAMESPACES}><Worksheet ss:Name="출석부"><Table>{table}</Table>'
        f"</Worksheet>{after}</Workbook>"
    )


def read(text: str, encoding: str = "utf-8") -> Workbook:
    return read_workbook(text.encode(encoding), "출석부.xls")


def data(kind: str, text: str) -> str:
    return f'<Cell><Data ss:Type="{kind}">{text}</Data></Cell>'


def refused(text: str) -> SheetError:
    with pytest.raises(SheetError) as caught:
        read(text)
    return caught.value


def test_typed_cells_come_out_typed() -> None:
    row = (
        data("String", "홍정훈")
        + data("Number", "3")
        + data("Number", "0.5")
        + data("Number", "inf")
        + data("Boolean", "1")
        + data("DateTime", "2026-03-09T00:00:00.000")
        + data("DateTime", "2026-03-09T09:30:00.000")
        + data("DateTime", "1899-12-31T13:55:00.000")
        + data("DateTime", "1900-01-01T06:00:00.000")
        + data("DateTime", "언젠가")
        + data("Error", "#N/A")
        + data("String", "끝")
    )
    workbook = read(book(f"<Row>{row}</Row>"))

    assert workbook.sheets[0].rows == (
        (
            *("홍정훈", 3, 0.5, "inf", True, date(2026, 3, 9), datetime(2026, 3, 9, 9, 30), time(13, 55)),  # noqa: DTZ001
            *(timedelta(hours=30), "언젠가", None, "끝"),
        ),
    )
    assert str(workbook.kind) == "XML 스프레드시트 2003"


def test_cells_stand_where_their_index_says() -> None:
    cell = '<Cell ss:Index="3"><Data ss:Type="String">C</Data></Cell>' + data("String", "D")
    merged = '<Cell ss:MergeAcross="1" ss:MergeDown="2"><Data ss:Type="String">넓게</Data></Cell>' + data(
        "String", "C"
    )
    sheet = read(book(f'<Row ss:Index="2">{cell}</Row><Row>{merged}</Row>')).sheets[0]

    assert sheet.rows == ((), (None, None, "C", "D"), ("넓게", None, "C"))
    assert sheet.merged == (MergedRange(2, 0, 4, 1),)


def test_runs_of_letters_are_one_text_and_lines_are_kept() -> None:
    text = '<Cell><ss:Data ss:Type="String"><html:B>입</html:B><html:Font>실</html:Font>&#10;퇴실</ss:Data></Cell>'

    assert read(book(f"<Row>{text}</Row>")).sheets[0].rows == (("입실\n퇴실",),)


def test_sheets_keep_their_names_and_hidden_ones_are_told_apart() -> None:
    hidden = (
        f'<Worksheet ss:Name="자료"><Table><Row>{data("String", "x")}</Row></Table>'
        "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>"
    )
    workbook = read(book(f"<Row>{data('String', 'y')}</Row>", after=hidden))

    assert [(sheet.name, sheet.visible) for sheet in workbook.sheets] == [("출석부", True), ("자료", False)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_the_letters_are_read_in_any_encoding(encoding: str) -> None:
    assert read(book(f"<Row>{data('String', '홍정훈')}</Row>"), encoding).sheets[0].rows == (("홍정훈",),)


def test_a_comment_is_no_cell_and_its_number_is_said_to_be_there() -> None:
    comment = f'<Comment ss:Author="담당"><ss:Data><html:B>주민번호</html:B> {NUMBER}</ss:Data></Comment>'
    cell = f'<Cell ss:Index="2"><Data ss:Type="String">홍정훈</Data>{comment}</Cell>'
    workbook = read(book(f"<Row>{cell}</Row>"))

    assert workbook.sheets[0].rows == ((None, "홍정훈"),)
    assert ("출석부", 1, "B") in [(problem.sheet, problem.row, problem.column) for problem in workbook.problems]
    assert "메모" in str(workbook.problems[0].message)


@pytest.mark.parametrize(
    "row",
    [
        data("String", NUMBER),
        data("Number", "9001011234567"),
        f"<Cell ss:Formula='=LEFT(&quot;{NUMBER}&quot;,6)'><Data ss:Type='String'>900101</Data></Cell>",
        f"<!-- {NUMBER} -->",
        f"<?x {NUMBER}?>",
        f"<x:Anything>{NUMBER}</x:Anything>",
        "<x:Anything>900101-12&#51;4567</x:Anything>",
    ],
)
def test_a_resident_number_anywhere_refuses_the_workbook(row: str) -> None:
    workbook = read(book(f"<Row>{data('String', '성명')}{row}</Row>"))

    assert {problem.code for problem in workbook.problems} == {"resident_number"}
    assert "1234567" not in repr(workbook) + repr([sheet.rows for sheet in workbook.sheets])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (book(data("String", "&a;"), before='<!DOCTYPE x [<!ENTITY a "aaaa">]>'), "doctype"),
        (book("", before='<!DOCTYPE x SYSTEM "file:///etc/hostname">'), "doctype"),
        (book(f"<Row>{data('String', '&a;')}</Row>"), "broken"),
        (book(f"<Row>{data('String', 'x')}")[:-30], "broken"),
        (book("<x:a>" * 300 + "</x:a>" * 300), "broken"),
        (book(f'<Row ss:Index="1048576">{data("Number", "1")}</Row>'), "rows"),
        (book('<Row><Cell ss:Index="99999999"><Data ss:Type="Number">1</Data></Cell></Row>'), "rows"),
        (book('<Row><Cell ss:Index="16384"><Data ss:Type="Number">1</Data></Cell></Row>' * 1_000), "rows"),
        (book("<Row/>", after='<Worksheet ss:Name="a"/>' * 2_000), "rows"),
        (book("<Row/>"), "empty"),
        (f"<?xml version='1.0'?><Workbook {NAMESPACES}/>", "no_sheets"),
    ],
    ids=lambda value: value if len(value) < 20 else "",
)
def test_what_must_not_be_read_is_refused_quickly(text: str, code: str) -> None:
    began = clock.monotonic()

    assert refused(text).code == code
    assert clock.monotonic() - began < 9


def test_a_merge_beyond_every_sheet_costs_nothing() -> None:
    cell = '<Cell ss:MergeAcross="999999999" ss:MergeDown="999999999"><Data ss:Type="String">x</Data></Cell>'
    sheet = read(book(f"<Row>{cell}</Row><Row>{data('String', 'y')}{data('String', 'z')}</Row>")).sheets[0]

    assert len(sheet.merged) == 1
    assert set(sheet.merged_values()) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_another_xml_is_called_what_it_is() -> None:
    assert "XML" in str(refused("<?xml version='1.0'?><Workbook/>").message)
