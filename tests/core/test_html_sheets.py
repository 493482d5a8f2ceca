"""HTML pages under the name of an Excel file: their tables are read as Excel shows them, and nothing else of them."""

from __future__ import annotations

import subprocess
import sys
import time as clock
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest

from app.core import sheet_html, sheet_html_table, sheets
from app.core.sheet_worker import Refused
from app.core.sheets import Sheet, SheetError, Workbook, read_workbook

NUMBER = "900101-1234567"
HEAD = "<tr><td>성명<td>생년월일<td>1회차</tr>"
ROW = "<tr><td>홍정훈<td>1969-10-28<td>○</tr>"
WORKER = Path(sheets.__file__).with_name("sheet_markup_worker.py")


def read(page: str, encoding: str = "utf-8") -> Workbook:
    return read_workbook(page.encode(encoding), "출석부.xls")


def first(page: str) -> Sheet:
    return read(page).sheets[0]


def cells(*tags: str) -> tuple[object, ...]:
    """Answer what a row of such cells holds."""
    (_, row) = first(f"<table>{HEAD}<tr>{''.join(tags)}</tr></table>").rows
    return row


def refused(data: bytes) -> SheetError:
    with pytest.raises(SheetError) as caught:
        read_workbook(data, "출석부.xls")
    return caught.value


def test_a_page_is_one_sheet_named_after_the_file() -> None:
    workbook = read(f"<html><body><h2>3월 출석부</h2><table>{HEAD}{ROW}</table></body></html>")

    assert [(sheet.name, sheet.visible) for sheet in workbook.sheets] == [("출석부", True)]
    assert workbook.sheets[0].rows == (
        ("3월 출석부",),
        ("성명", "생년월일", "1회차"),
        ("홍정훈", "1969-10-28", "○"),
    )
    assert str(workbook.kind) == "웹 페이지(HTML)로 저장된 표"


def test_the_kind_of_an_ordinary_table_is_not_said() -> None:
    assert read("성명,생년월일\n홍정훈,1969-10-28\n").kind == ""


@pytest.mark.parametrize(
    ("page", "encoding"),
    [
        ("<html>", "utf-8"),
        ("<html>", "utf-8-sig"),
        ("<html>", "cp949"),
        ("<html>", "utf-16"),
        ("<html>", "utf-16-le"),
        ("<html>", "utf-16-be"),
        ("<html><meta charset=utf-8>", "cp949"),
        ("<html><meta charset=euc-kr>", "utf-8"),
        ("<!-- c --><!DOCTYPE html><html>", "cp949"),
        ("<?xml version='1.0' encoding='EUC-KR'?><html xmlns='http://www.w3.org/1999/xhtml'>", "cp949"),
    ],
)
def test_the_letters_are_read_whatever_the_page_declares(page: str, encoding: str) -> None:
    assert read(f"{page}<table>{HEAD}{ROW}</table>", encoding).sheets[0].rows[1][0] == "홍정훈"


def test_a_declared_charset_settles_what_could_be_either() -> None:
    page = "<html><meta charset=KS_C_5601-1987><table><tr><td>a<td>{}<tr><td>c<td>d</table>"
    both = "천".encode("cp949")
    assert both.decode("utf-8") == "õ"

    data = page.encode().replace(b"{}", both)
    assert read_workbook(data, "a.xls").sheets[0].rows[0] == ("a", "천")
    assert read_workbook(data.replace(b"KS_C_5601-1987", b"utf-8"), "a.xls").sheets[0].rows[0] == ("a", "õ")


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("<td>입실<br>퇴실", "입실\n퇴실"),
        ("<td>&nbsp;홍&nbsp; 정훈\n ", "홍 정훈"),
        ("<td>&lt;b&gt; &#44032;", "<b> 가"),
        ("<td><p>13:55</p><p>18:02</p>", "13:55\n18:02"),
        ("<td><font><b>○</b></font><script>var x = '×'</script><style>a{}</style><!-- △ -->", "○"),
        ("<td><noscript>x</noscript><template>y</template>z", "z"),
        ("<td><span style='DISPLAY: none'>1<span>2</span></span>3", "3"),
        ("<td><div hidden>숨김<table><tr><td>x</table></div>보임", "보임"),
        ("<td><input type=hidden value=7><input type=text value='지각'><input type=checkbox value=9>", "지각"),
        ("<td><select><option>출석<option selected>결석<option>지각</select>", "결석"),
        ("<td><table><tr><td>13:55</table>", "13:55"),
        ("<td style='mso-number-format:\"\\@\"' x:num=10203>010203", "010203"),
        ("<td x:str x:num=3>003", "003"),
        ("<td x:num='19691028'>2E+07", 19691028),
        ("<td x:num='0.5'>####", 0.5),
        ("<td x:num>3", "3"),
        ("<td x:num=46090>3/9", date(2026, 3, 9)),
        ("<td sdval=46090.5>2026년 3월 9일 12:00", datetime(2026, 3, 9, 12)),  # noqa: DTZ001
        ("<td x:num=0.5798611111>13:55", time(13, 55)),
        ("<td x:num=3>3회차", "3회차"),
        ("<td x:num=1e999>5", "5"),
        ("<td x:num=nan>5", "5"),
    ],
)
def test_a_cell_holds_what_it_shows_or_the_number_behind_it(tag: str, value: object) -> None:
    assert cells(tag, "<td>끝") == (value, "끝")


def test_spans_become_merged_areas_that_end_with_their_section() -> None:
    page = (
        "<table><thead><tr><th rowspan=9>성명<th colspan=2>3월<tr><th>9일<th>11일</thead>"
        "<tr><td>홍정훈<td rowspan=2>○<td>×<tr><td>박영길<td>△</table>"
    )
    sheet = first(page)

    assert sheet.rows == (
        ("성명", "3월"),
        (None, "9일", "11일"),
        ("홍정훈", "○", "×"),
        ("박영길", None, "△"),
    )
    merged = sheet.merged_values()
    assert merged[1, 0] == "성명"
    assert merged[0, 2] == "3월"
    assert merged[3, 1] == "○"
    assert (2, 0) not in merged


def test_what_a_browser_hides_is_no_cell_and_rows_and_columns_keep_their_places() -> None:
    page = (
        f"<table><col><col style='display:none'><col>{HEAD}<tr style='display:none'><td>틀<td>x<td>y"
        "<tr><td style='display:none'>TRN001</td><td>홍정훈<td>1969-10-28<td>○</table>"
        "<table hidden><tr><td>가<td>나<tr><td>다<td>라</table>"
    )

    assert read(page).sheets[0].rows == (("성명", None, "1회차"), (), ("홍정훈", None, "○"))
    assert len(read(page).sheets) == 1


def test_an_element_that_is_hidden_and_never_closed_ends_with_its_cell() -> None:
    assert cells("<td><p hidden>x<td>○", "<td><select><option>a<td>△") == (None, "○", None, "△")


def test_tables_that_arrange_others_are_taken_apart_and_data_tables_are_not() -> None:
    layout = f"<table><tr><td>성북구<table><tr><td>제목</table><td><table>{HEAD}{ROW}</table></table>"
    assert first(layout).rows == (
        ("성북구",),
        ("제목",),
        ("성명", "생년월일", "1회차"),
        ("홍정훈", "1969-10-28", "○"),
    )

    data = f"<table>{HEAD}<tr><td>홍정훈<td>1969-10-28<td><table><tr><td>13:55<td>18:02</table></table>"
    assert first(data).rows[1] == ("홍정훈", "1969-10-28", "13:55 18:02")


def test_what_is_written_below_the_last_table_is_a_sheet_of_its_own() -> None:
    one, other = read(f"<p>위<table><caption>표 1</caption>{HEAD}{ROW}</table><p>○ 출석<p>담당자").sheets

    assert one.rows[:2] == (("위",), ("표 1",))
    assert other.rows == (("○ 출석",), ("담당자",))


def test_the_name_of_the_sheet_is_the_one_that_excel_has_written() -> None:
    island = "<!--[if gte mso 9]><xml><x:ExcelWorksheet>\r\n <x:Name>3월 &amp; 4월</x:Name></xml><![endif]-->"

    assert first(f"<html>{island}<table>{HEAD}{ROW}</table>").name == "3월 & 4월"


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><body><h1>500 Internal Server Error</h1></body></html>",
        "<html><body><table><tr><td>세션이 만료되었습니다.</table></body></html>",
        "<html><form><table><tr><td>아이디<td><input name=id value=hong><tr><td>비밀번호"
        "<td><input type=password value=x></table></form></html>",
        "<script>location.href='/login'</script>",
        "<html><div style='display:none'><table><tr><td>a<td>b<tr><td>c<td>d</table></div></html>",
    ],
)
def test_a_web_page_without_a_table_is_told_so(page: str) -> None:
    error = refused(page.encode())

    assert error.code == "no_table"
    assert str(error.message).startswith("표가 없는 웹 페이지예요.")


def test_a_page_whose_sheets_are_other_files_is_told_how_to_be_saved() -> None:
    error = refused(b"<html><frameset rows='*,39'><frame src='a.files/sheet001.htm'></frameset></html>")

    assert error.code == "frames"
    assert "Excel 통합 문서(*.xlsx)" in str(error.message)


def test_zeros_behind_a_page_do_no_harm() -> None:
    assert first(f"<table>{HEAD}{ROW}</table>" + "\0" * 9).rows[1][0] == "홍정훈"


def test_classes_that_the_style_hides_are_no_cells_and_those_hidden_on_paper_are() -> None:
    style = (
        "<style><!-- .xl24 {mso-number-format:General} tr.off, .far .near { display : none } /* .on{display:none} */"
        "@media print { .on { display:none } } --></style>"
    )
    page = (
        f"{style}<table>{HEAD}<tr class='on near'><td>박영길<td>1977-02-16<td>×<tr class='xl24 off'>{ROW[4:]}</table>"
    )

    assert first(page).rows == (("성명", "생년월일", "1회차"), ("박영길", "1977-02-16", "×"))


def test_a_web_archive_is_told_how_to_be_saved() -> None:
    error = refused(b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n<html><table>")

    assert "웹 보관 파일" in str(error.message)
    assert "Excel 통합 문서(*.xlsx)" in str(error.message)


def test_letters_in_no_known_encoding_are_refused() -> None:
    assert refused(b"<html><table><tr><td>\xff\xff\xff<td>b</table>").code == "undecodable"


@pytest.mark.parametrize(
    "extra",
    [
        f"<!-- {NUMBER} -->",
        f"<script>var a = '{NUMBER}'</script>",
        f"<style>/* {NUMBER} */</style>",
        f"<input type=hidden value='{NUMBER}'>",
        f"<a title='{NUMBER}'></a>",
        "<i title='900101&#45;123&#52;567'></i>",
        "<!-- ９００１０１-１２３４５６７ -->",
        f"<p>{NUMBER}</p>",
        f"<p><b>900101</b>-{NUMBER[7:]}</p>",
        f"<div style='display:none'>900101<b>-</b>{NUMBER[7:]}</div>",
        f"<table hidden><tr><td>{NUMBER}</table>",
        f"<template>{NUMBER}</template>",
        f"<title>{NUMBER}</title>",
        f"<![if {NUMBER}]>",
        f"<?x {NUMBER}?>",
        f"<x {NUMBER}",
    ],
)
def test_a_resident_number_anywhere_refuses_the_page(extra: str) -> None:
    workbook = read(f"<html><table>{HEAD}{ROW}</table>{extra}</html>")

    assert {problem.code for problem in workbook.problems} == {"resident_number"}
    assert "1234567" not in repr(workbook) + repr([sheet.rows for sheet in workbook.sheets])


@pytest.mark.parametrize("row", ["<tr style='display:none'>", "<tr>"])
@pytest.mark.parametrize(
    "cell", [f"<td>{NUMBER}", f"<td hidden>{NUMBER}", f"<td title={NUMBER}>x", "<td x:num=9001011234567>9E+12"]
)
def test_a_resident_number_in_a_cell_refuses_the_page(row: str, cell: str) -> None:
    workbook = read(f"<html><table>{HEAD}{ROW}{row}{cell}</table></html>")

    assert {problem.code for problem in workbook.problems} == {"resident_number"}
    assert read(f"<html><table>{HEAD}{ROW}{row}<td>x</table></html>").problems == ()


def filled(piece: str, times: int) -> Callable[[], bytes]:
    return lambda: f"<html><table>{HEAD}{ROW}<tr><td>{piece * times}".encode()


HOSTILE: dict[str, tuple[Callable[[], bytes], tuple[str, ...]]] = {
    "a colspan of a million": (filled("<td colspan=1000000 rowspan=99999999999999>x", 1), ()),
    "wide and high cells": (filled("<tr><td rowspan=65534 colspan=900>x", 100_000), ("rows",)),
    "cells side by side": (filled("<td rowspan=0 colspan=1000>x", 100_000), ("rows",)),
    "rows that reach to the end": (filled("<tr><td rowspan=0>", 200_000), ("rows",)),
    "rows": (filled("<tr><td>", 200_000), ("rows",)),
    "columns": (filled("<td>1", 100_000), ("rows",)),
    "hidden columns": (filled("<col span=1000 hidden>", 100_000), ("rows",)),
    "tables in tables": (filled("<table><tr><td>", 100_000), ("broken",)),
    "scripts that never end": (filled("<script>", 100_000), ()),
    "hidden elements": (filled("<div hidden>", 100_000), ()),
    "choices": (filled("<select><option selected>", 100_000), ()),
    "marked sections": (filled("<![", 1_000), ()),
    "comments that never end": (filled("<!--", 1_000), ()),
    "numbers out of range": (filled("<td x:num=1e308>3/9<td x:num=-1e308>3:00<td x:num=99999>9", 100), ()),
    "sheets without end": (filled("<x:ExcelWorksheet><x:Name>", 10_000), ()),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_costs_little_time_and_memory(name: str) -> None:
    make, codes = HOSTILE[name]
    data = make()
    began = clock.monotonic()
    try:
        sheets_read = read_workbook(data, "a.xls").sheets
        outcome = "" if sheets_read[0].rows[0] == ("성명", "생년월일", "1회차") else "changed"
    except SheetError as error:
        outcome = error.code

    assert outcome in (codes or ("",))
    assert clock.monotonic() - began < 9
    assert memory_of(data) < 200 * 1024


MEASURED = (
    "import re, runpy, sys\nsys.argv = sys.argv[1:]\ntry:\n runpy.run_path(sys.argv[0], run_name='__main__')\n"
    "finally:\n print(re.search('VmHWM:(.*)kB', open('/proc/self/status').read())[1], file=sys.stderr)"
)


def memory_of(data: bytes) -> int:
    """Answer the most memory, in KB, that the reading process has held; rusage would count that of its parent."""
    command = [sys.executable, "-I", "-c", MEASURED, str(WORKER), "html"]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    return int(done.stderr)


def test_the_width_of_a_cell_is_what_keeps_its_cost_small(monkeypatch: pytest.MonkeyPatch) -> None:
    page = "<table><tr><td colspan=1000000>x<td>y<tr><td>a<td>b<tr><td>c<td>d</table>"
    (sheet,), _ = sheet_html.read_page(page)
    assert sheet["merged"] == [[0, 0, 0, 999]]
    monkeypatch.setattr(sheet_html_table, "MAX_COLSPAN", 10_000_000)

    with pytest.raises(Refused, match="rows"):
        sheet_html.read_page(page)


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS holds on Linux")
def test_a_page_that_needs_too_much_memory_is_given_up() -> None:
    attributes = " ".join(f"a{n}=1" for n in range(850_000))
    data = f"<html><table>{HEAD}{ROW}<tr><td {attributes}></table>".encode()

    assert refused(data).code == "rows"
    assert memory_of(data) < 520 * 1024


def test_a_page_is_read_without_the_web_service() -> None:
    loaded = subprocess.run(
        [sys.executable, "-I", "-X", "importtime", str(WORKER), "html"],
        input=b"<table>",
        capture_output=True,
        check=True,
    )

    assert loaded.stdout == b'{"error":"no_table"}'
    assert b"app.core.sheet_html" in loaded.stderr
    assert b"flask" not in loaded.stderr
    assert b"socket" not in loaded.stderr
