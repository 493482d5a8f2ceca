"""Writes a table as the HTML pages and XML files that portals and groupware export under an Excel name."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from html import escape
from pathlib import Path
from typing import Any

import openpyxl

Area = tuple[int, int, int, int]
_STYLE = (
    "<style>td{mso-number-format:General} .text{mso-number-format:'\\@'}</style><script>var a='<td>x</td>'</script>"
)


@dataclass(frozen=True)
class Written:
    """A table as it will be written; merged areas are (top, left, bottom, right), counted from 0, ends included."""

    rows: Sequence[Sequence[Any]]
    merged: Sequence[Area] = field(default=())
    name: str = "출석부"


def of_file(path: Path) -> Written:
    """Answer the cells of a sample, XLSX or CSV in CP949 or UTF-8."""
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).worksheets[0]
        areas = [(a.min_row - 1, a.min_col - 1, a.max_row - 1, a.max_col - 1) for a in sheet.merged_cells.ranges]
        return Written([[cell.value for cell in row] for row in sheet.iter_rows()], areas)
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp949")
    return Written(list(csv.reader(io.StringIO(text))))


def plain_html(table: Written) -> str:
    """Write a table as a portal does that prints its list into a page."""
    rows = "".join(f"<tr>{_cells(table, r)}</tr>\n" for r in range(len(table.rows)))
    return f"<table border='1'>\n{rows}</table>"


def excel_html(table: Written) -> str:
    """Write a table as Excel saves a web page: namespaces, a sheet's name in a comment, real numbers, open tags."""
    rows = "".join(f"<tr height=22>{_cells(table, r, closed=False, numbers=True)}" for r in range(len(table.rows)))
    island = (
        "<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>"
        f"{escape(table.name)}</x:Name></x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]-->"
    )
    columns = "<col width=72 span=3 style='mso-width-source:userset'>"
    last = "<![if supportMisalignedColumns]><tr height=0 style='display:none'><td width=72></td></tr><![endif]>"
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f"<head><meta http-equiv=Content-Type content='text/html; charset=ks_c_5601-1987'>{_STYLE}{island}</head>"
        f"<body link=blue><table x:str border=0>{columns}{rows}{last}</table></body></html>"
    )


def laid_out_html(table: Written) -> str:
    """Write a table inside the tables that arrange the page of a portal, with a menu and a foot."""
    return (
        "<!-- saved by the portal --><!DOCTYPE html><html><head><title>출결 조회</title></head><body>"
        "<div style='display:none'>임시 <table><tr><td>성명<td>9일</table></div>"
        f"<table width=100%><tr><td><table><tr><td>메뉴<tr><td>&nbsp;</table></td><td>{plain_html(table)}</td></tr>"
        "<tr><td colspan=2>맨 위로<td></tr></table><p>Copyright 2026</body></html>"
    )


def _cells(table: Written, row: int, *, closed: bool = True, numbers: bool = False) -> str:
    return "".join(
        f"<td{_spans(table, row, column)}{_real(value) if numbers else ''}>{_shown(value)}{'</td>' if closed else ''}"
        for column, value in enumerate(table.rows[row])
        if not _is_covered(table, row, column)
    )


def _is_covered(table: Written, row: int, column: int) -> bool:
    return any(
        top <= row <= bottom and left <= column <= right and (row, column) != (top, left)
        for top, left, bottom, right in table.merged
    )


def _spans(table: Written, row: int, column: int) -> str:
    for top, left, bottom, right in table.merged:
        if (top, left) == (row, column):
            return f' rowspan="{bottom - top + 1}" colspan={right - left + 1}'
    return ""


def _real(value: Any) -> str:
    if isinstance(value, datetime | date):
        day = value if isinstance(value, datetime) else datetime.combine(value, time())
        return f' x:num="{(day - datetime(1899, 12, 30)).total_seconds() / 86_400:g}"'  # noqa: DTZ001
    return f' x:num="{value}"' if isinstance(value, int | float) else " class=text"


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "&nbsp;"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    return escape(str(value)).replace("\n", "<br style='mso-data-placement:same-cell;'>")


def excel_xml(*tables: Written) -> str:
    """Write tables as the sheets of an XML spreadsheet of 2003; empty cells are left out and skipped by ss:Index."""
    sheets = "".join(
        f'<Worksheet ss:Name="{escape(table.name)}"><Table ss:ExpandedRowCount="{len(table.rows)}">'
        + "".join(_xml_row(table, row) for row in range(len(table.rows)))
        + "</Table></Worksheet>"
        for table in tables
    )
    return (
        '<?xml version="1.0" encoding="euc-kr"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f'<Styles><Style ss:ID="Default"/></Styles>{sheets}</Workbook>'
    )


def _xml_row(table: Written, row: int) -> str:
    cells = ""
    for column, value in enumerate(table.rows[row]):
        if value in (None, "") or _is_covered(table, row, column):
            continue
        merged = "".join(
            f' ss:MergeDown="{bottom - top}" ss:MergeAcross="{right - left}"'
            for top, left, bottom, right in table.merged
            if (top, left) == (row, column)
        )
        cells += f'<Cell ss:Index="{column + 1}"{merged}>{_xml_data(value)}</Cell>'
    return f'<Row ss:Index="{row + 1}">{cells}</Row>' if cells else ""


def _xml_data(value: Any) -> str:
    if isinstance(value, datetime | date):
        return f'<Data ss:Type="DateTime">{value:%Y-%m-%dT%H:%M:%S.000}</Data>'
    if isinstance(value, int | float):
        return f'<Data ss:Type="Number">{value}</Data>'
    return f'<Data ss:Type="String">{escape(str(value))}</Data>'
