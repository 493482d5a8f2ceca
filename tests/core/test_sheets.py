"""Uploaded tables are read by their content, within limits, and refused with an answer that helps."""

from __future__ import annotations

import contextlib
import io
import sys
import time as clock
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import sheet_worker, sheets
from app.core.sheet_problems import Problem, column_letter, in_reading_order, quoted
from app.core.sheets import SheetError, read_workbook

DATA = Path(__file__).parents[1] / "data"
REGISTER = (DATA / "attendance" / "2026-F1_출석부.xlsx").read_bytes()


def xlsx(*rows: list[object], sheet: str = "Sheet1") -> bytes:
    workbook = openpyxl.Workbook()
    active = workbook.active
    assert active is not None
    active.title = sheet
    for row in rows:
        active.append(row)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def repacked(change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> bytes:
    """Answer a good workbook with its parts changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(["성명", "홍정훈"]))) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in source.namelist():
            out.writestr(name, change(name, source.read(name)))
        for name, content in (extra or {}).items():
            out.writestr(name, content)
    return target.getvalue()


def refused(data: bytes, filename: str = "출석부.xlsx") -> SheetError:
    with pytest.raises(SheetError) as caught:
        read_workbook(data, filename)
    return caught.value


def test_typed_cells_come_out_typed() -> None:
    row: list[object] = ["가", 3, 0.5, True, date(2026, 3, 9), datetime(2026, 3, 9, 9, 30), time(9, 30), None, "끝"]  # noqa: DTZ001
    (sheet,) = read_workbook(xlsx(row, [timedelta(hours=30)]), "a.xlsx").sheets

    assert sheet.rows[0] == tuple(row)
    assert [type(cell) for cell in sheet.rows[0][:4]] == [str, int, float, bool]
    assert sheet.rows[1] == (timedelta(hours=30),)
    assert sheet.cell(0, 99) is None
    assert sheet.cell(99, 0) is None


def test_cells_keep_their_places_in_the_sheet() -> None:
    (sheet,) = read_workbook(xlsx([], [None, None, "C2"], []), "a.xlsx").sheets

    assert sheet.cell(1, 2) == "C2"
    assert (sheet.height, sheet.width) == (2, 3)
    assert str(sheet.place(1, 2, "code", "말")) == "Sheet1:2:C 말"


def test_merged_cells_show_their_value_everywhere() -> None:
    workbook = openpyxl.Workbook()
    active = workbook.active
    assert active is not None
    active["B1"] = "3월"
    active["D2"] = "x"
    active.merge_cells("B1:C2")
    target = io.BytesIO()
    workbook.save(target)
    (sheet,) = read_workbook(target.getvalue(), "a.xlsx").sheets

    assert sheet.merged_values() == {(0, 1): "3월", (0, 2): "3월", (1, 1): "3월", (1, 2): "3월"}


def test_a_merge_over_the_whole_sheet_costs_nothing() -> None:
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    data = repacked(lambda name, c: c.replace(b"</sheetData>", merge) if name.endswith("sheet1.xml") else c)
    (sheet,) = read_workbook(data, "a.xlsx").sheets

    assert len(sheet.merged) == 1
    assert set(sheet.merged_values()) == {(0, 0), (0, 1)}


def test_formulas_give_what_excel_last_calculated_and_never_run() -> None:
    (sheet,) = read_workbook(xlsx(["a", '=HYPERLINK("http://127.0.0.1/x","b")', "c"]), "a.xlsx").sheets

    assert sheet.rows[0] == ("a", None, "c")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_text_tables_are_read_in_any_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    text = "출석부\r\n\r\n성명|생년월일\r\n홍정훈|1969-10-28\r\n뷁쀍|1977-02-16\r\n".replace("|", delimiter)
    if encoding.endswith("-bom"):
        data = ("\ufeff" + text).encode(encoding.removesuffix("-bom"))
    else:
        data = text.encode(encoding)
    (sheet,) = read_workbook(data, "명단.csv").sheets

    assert sheet.name == "명단"
    assert sheet.rows == (("출석부",), (), ("성명", "생년월일"), ("홍정훈", "1969-10-28"), ("뷁쀍", "1977-02-16"))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('"가,나",다\n', (("가,나", "다"),)),
        ('"가\n나",다\n라,마\n', (("가\n나", "다"), ("라", "마"))),
        ('"가""나",다\n', (('가"나', "다"),)),
        ('"가,나\n다,라\n', (("가,나",), ("다", "라"))),
        ('가"나,다\n라,마\n', (('가"나', "다"), ("라", "마"))),
        ("sep=;\n가;나,다\n", ((), ("가", "나,다"))),
        ("가,나\r다,라\r", (("가", "나"), ("다", "라"))),
        ("가,나\n\n\n", (("가", "나"),)),
        ("하나\n둘\n", (("하나",), ("둘",))),
    ],
)
def test_quoting_is_read_as_it_was_meant(text: str, rows: object) -> None:
    assert read_workbook(text.encode(), "a.csv").sheets[0].rows == rows


def test_the_content_decides_not_the_name() -> None:
    assert read_workbook(xlsx(["성명"]), "명단.csv").sheets[0].rows == (("성명",),)
    assert read_workbook(b"\xbc\xba\xb8\xed,1\n", "a.xlsx").sheets[0].rows == (("성명", "1"),)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "HwpSummaryInformation".encode("utf-16-le"), "HWP"),
        (b"HWP Document File V3.00 \x1a", "HWP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "WordDocument".encode("utf-16-le"), "워드"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "그림"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "그림"),
        (b"GIF89a" + bytes(40), "그림"),
        (b"BM\x36\x00\x00\x00\x00\x00", "그림"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "그림"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "그림"),
        (b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n', "MHTML"),
        (b"From: <Saved by a browser>\r\nSubject: x\r\n", "MHTML"),
        (b"<?xml version='1.0'?><Workbook/>", "XML"),
        (b'{"people": []}', "JSON"),
        (b"7z\xbc\xaf\x27\x1c", "압축"),
        (b"ALZ\x01\x0a\x00", "압축"),
        (b"{\\rtf1\\ansi", "RTF"),
        (b"MZ\x90\x00\x03\x00", "실행"),
    ],
)
def test_another_kind_of_file_is_called_what_it_is(data: bytes, word: str) -> None:
    error = refused(data)

    assert error.code == "not_a_sheet"
    assert word in str(error.message)
    assert "저장" in str(error.message)


@pytest.mark.parametrize(
    ("folder", "word"), [("word/document.xml", "워드"), ("ppt/a.xml", "파워포인트"), ("a.txt", "압축")]
)
def test_another_kind_of_zip_is_called_what_it_is(folder: str, word: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        out.writestr(folder, "x")

    assert word in str(refused(target.getvalue()).message)


def test_hwpx_is_called_what_it_is() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        out.writestr("mimetype", "application/hwp+zip")

    assert "HWP" in str(refused(target.getvalue()).message)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\t", "empty"),
        (b",,,\n,,\n", "empty"),
        (xlsx(), "empty"),
        (REGISTER[: len(REGISTER) // 2], "broken"),
        (REGISTER[:30], "broken"),
        (b"PK\x03\x04" + b"x" * 200, "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le"), "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (b"<DOCUMENT SAFER V1.2>" + bytes(100), "drm"),
        (b"\x9b DRMONE  This Document is encrypted" + bytes(10), "drm"),
        (b"\xff\xfea\x00b", "undecodable"),
        ("성명\n".encode() + b"\xff\xff\xff\n", "undecodable"),
        (b"abc\x00def", "undecodable"),
        (b"\x01\x02\x03\x04\x05\x06\x07\x08\x0b,a\n", "broken"),
        (b"a" * (sheets.MAX_BYTES + 1), "too_large"),
        (b"a,b\n" * (sheet_worker.MAX_ROWS + 1), "rows"),
        ((b"," * 50_000 + b"\n") * 30, "rows"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert refused(data).code == code


def test_an_undecodable_text_names_the_line() -> None:
    error = refused("성명,생년월일\n홍정훈,1\n".encode() + b"\xff\xff\n")

    assert "3번째 줄" in str(error.message)


def test_a_locked_xls_is_called_locked() -> None:
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "x")
    target = io.BytesIO()
    book.save(target)
    data = target.getvalue()
    # FILEPASS (0x2F) after the first record says that the rest is encrypted; it takes the place of three others.
    at = data.index(b"\x09\x08\x10\x00") + 20
    filepass = b"\x2f\x00\x0c\x00\x01\x00" + bytes(10)
    locked = data[:at] + filepass + data[at + len(filepass) :]

    assert refused(locked).code == "locked"


def test_an_error_of_the_whole_file_prints_like_a_problem() -> None:
    error = refused(b"", "출석부.xlsx")

    assert str(error.problems[0]).startswith("출석부.xlsx:: 파일에 내용이 없어요.")
    assert error.status == 422
    assert refused(b"a" * (sheets.MAX_BYTES + 1)).status == 413


def bombs() -> dict[str, Callable[[], bytes]]:
    """Twelve ways to blow up a reader, each well under the upload limit."""
    zeros = bytes(120 * 1024 * 1024)

    def in_member(name: str) -> Callable[[], bytes]:
        return lambda: repacked(lambda _name, content: content, {name: zeros})

    def in_sheet(filler: bytes) -> Callable[[], bytes]:
        def grow(name: str, content: bytes) -> bytes:
            if not name.endswith("sheet1.xml"):
                return content
            return content.replace(b"</sheetData>", filler * (110 * 1024 * 1024 // len(filler)) + b"</sheetData>")

        return lambda: repacked(grow)

    def lying() -> bytes:
        """The directory says ten bytes; the data say otherwise."""
        data = bytearray(repacked(lambda _n, c: c, {"xl/media/a.bin": zeros}))
        at = data.rindex(b"PK\x01\x02")
        data[at + 24 : at + 28] = (10).to_bytes(4, "little")
        return bytes(data)

    def shared() -> bytes:
        strings = b'<sst count="1">' + b"<si><t>" + b"a" * 115_000_000 + b"</t></si></sst>"
        return repacked(lambda _n, c: c, {"xl/sharedStrings.xml": strings})

    def many_sheets_of_rows() -> bytes:
        row = b"<row><c t='n'><v>1</v></c></row>"
        return repacked(
            lambda n, c: c.replace(b"</sheetData>", row * 60_000 + b"</sheetData>") if n.endswith("sheet1.xml") else c
        )

    def far_corner() -> bytes:
        cell = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>'
        return repacked(
            lambda n, c: c.replace(b"</sheetData>", cell + b"</sheetData>") if n.endswith("sheet1.xml") else c
        )

    return {
        "media": in_member("xl/media/image1.png"),
        "theme": in_member("xl/theme/theme9.xml"),
        "unknown part": in_member("junk"),
        "custom xml": in_member("customXml/item1.xml"),
        "empty rows": in_sheet(b"<row/>"),
        "cells": in_sheet(b'<row><c t="n"><v>1</v></c></row>'),
        "inline strings": in_sheet(b'<row><c t="inlineStr"><is><t>a</t></is></c></row>'),
        "blanks": in_sheet(b" " * 1024),
        "shared strings": shared,
        "lying directory": lying,
        "rows": many_sheets_of_rows,
        "far corner": far_corner,
    }


@pytest.mark.parametrize("name", bombs())
def test_a_bomb_is_refused_quickly(name: str) -> None:
    data = bombs()[name]()
    assert len(data) < sheets.MAX_BYTES

    began = clock.monotonic()
    error = refused(data)

    assert error.code in ("bomb", "rows", "broken")
    assert clock.monotonic() - began < 10


def test_many_members_are_a_bomb() -> None:
    data = repacked(lambda _n, c: c, {f"x{n}": b"" for n in range(sheet_worker.MAX_MEMBERS)})

    assert refused(data).code == "bomb"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_doctype_is_refused(encoding: str) -> None:
    entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'.encode(encoding)

    def insert(name: str, content: bytes) -> bytes:
        return content.replace(b"<worksheet", entity + b"<worksheet") if name.endswith("sheet1.xml") else content

    assert refused(repacked(insert)).code == "doctype"


def test_a_doctype_across_two_reads_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    data = repacked(lambda _n, c: c, {"x.xml": b"a" * 95 + b"<!DOCTYPE x>"})
    monkeypatch.setattr(sheet_worker, "_CHUNK", 100)

    with pytest.raises(sheet_worker.Refused, match="doctype"):
        sheet_worker.count_inflated(data)


def test_a_locked_member_is_refused() -> None:
    data = bytearray(xlsx(["a"]))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1

    assert refused(bytes(data)).code == "locked"


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS holds on Linux")
def test_the_memory_limit_holds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    greedy = tmp_path / "greedy.py"
    worker = Path(sheet_worker.__file__).read_text(encoding="utf-8")
    greedy.write_text(worker.replace('{"sheets": read(data)', '{"sheets": bytes(700 * 2**20)'))
    assert "700" in greedy.read_text()
    monkeypatch.setattr(sheet_worker, "__file__", str(greedy))

    assert refused(REGISTER).code == "bomb"


def test_a_reader_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(sheet_worker, "__file__", str(slow))
    monkeypatch.setattr(sheet_worker, "MAX_SECONDS", 0.5)

    assert refused(REGISTER).code == "slow"


def test_a_reader_that_crashes_says_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    crash = tmp_path / "crash.py"
    crash.write_text("raise SystemExit(3)")
    monkeypatch.setattr(sheet_worker, "__file__", str(crash))

    assert refused(REGISTER).code == "broken"


def test_resident_numbers_are_masked_before_anyone_sees_the_cells() -> None:
    data = xlsx(
        ["성명", "850315-1234567"], ["850315", "1234566"], [8503151234567, 503153234567], ["691028", "1234567"]
    )
    workbook = read_workbook(data, "850315-1234567.xlsx")

    assert [(p.row, p.column) for p in workbook.problems] == [
        *((0, ""), (1, "B"), (2, "B"), (3, "A"), (3, "B")),
        (4, "B"),  # Its check digit is wrong, as those of numbers given since October 2020 may be.
    ]
    assert "234566" not in repr(workbook.sheets[0].rows)
    kept = repr(workbook) + repr(workbook.sheets[0].rows)
    assert "1234567" not in kept
    assert "503153234567" not in kept


@pytest.mark.parametrize(
    "rows",
    [
        [["성명", "주민등록번호 뒷자리"], ["김영희", "2234567"]],
        [["생년월일", "뒷자리"], [date(1991, 11, 13), 2234567]],
        [["생년월일", "뒷자리"], ["1991-11-13", "2234567"]],
        [["주민번호"], ["911113", "-", "2234567"]],
        [["주민번호"], ["2603091400001"]],
        [["가", "나", "다"], ["850315", "-", "1234566"]],
        [["가", "나"], [date(1985, 3, 15), 1234566]],
    ],
)
def test_the_second_half_of_a_number_is_found_beside_the_first(rows: list[list[object]]) -> None:
    workbook = read_workbook(xlsx(*rows), "a.xlsx")

    assert [(p.row, p.column) for p in workbook.problems] == [(2, "ABC"[len(rows[1]) - 1])]


def test_seven_digits_under_another_head_are_left_alone() -> None:
    rows: list[list[object]] = [["주민번호 앞자리", "회원번호"], ["911113", "2234567"]]

    assert read_workbook(xlsx(*rows), "a.xlsx").problems == ()


def test_hidden_sheets_and_several_sheets_are_told_apart() -> None:
    workbook = openpyxl.Workbook()
    for name, state in (("가", "visible"), ("나", "hidden")):
        sheet = workbook.create_sheet(name)
        sheet.append(["x"])
        sheet.sheet_state = state
    target = io.BytesIO()
    workbook.save(target)

    read = read_workbook(target.getvalue(), "a.xlsx").sheets
    assert [(sheet.name, sheet.visible) for sheet in read] == [("Sheet", True), ("가", True), ("나", False)]


@pytest.mark.parametrize(
    ("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_have_excels_letters(index: int, letter: str) -> None:
    assert column_letter(index) == letter


def test_quotations_are_short_and_plain() -> None:
    assert quoted(" a\u202eb\x00c\nd ") == "a b c d"
    assert quoted("가" * 50) == "가" * 23 + "…"


def test_problems_are_ordered_and_told_once() -> None:
    problems = [Problem("나", 1, "A", "x", "1"), Problem("가", 2, "AA", "x", "2"), Problem("가", 2, "B", "x", "3")]

    assert [p.message for p in in_reading_order([*problems, *problems])] == ["1", "3", "2"]


def never_raises(data: bytes) -> None:
    """Any other exception than SheetError fails the test."""
    with contextlib.suppress(SheetError):
        assert read_workbook(data, "a.xlsx").sheets


@given(st.binary(max_size=2000))
@settings(max_examples=200, deadline=None)
def test_random_bytes_never_raise_anything_else(data: bytes) -> None:
    never_raises(data)


@given(st.text(max_size=500), st.sampled_from(["utf-8", "cp949", "utf-16"]))
@settings(max_examples=150, deadline=None)
def test_random_text_never_raises_anything_else(text: str, encoding: str) -> None:
    never_raises(text.encode(encoding, errors="ignore"))


@given(st.lists(st.tuples(st.integers(0, len(REGISTER) - 1), st.integers(0, 255)), min_size=1, max_size=20))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_workbooks_never_raise_anything_else(changes: list[tuple[int, int]]) -> None:
    data = bytearray(REGISTER)
    for at, value in changes:
        data[at] = value
    never_raises(bytes(data))
