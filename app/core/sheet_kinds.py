"""Tells what a file really is by its content; the name on it is only what someone called it."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import dataclass

from app.core.i18n import Text, _l


@dataclass(frozen=True)
class Kind:
    """What a file is: a `workbook`, a table as `html`, `xml` or `text`, or something else with its `label`."""

    code: str
    label: Text = ""


WORKBOOK = Kind("workbook")
TEXT = Kind("text")
LOCKED = Kind("locked")
DRM = Kind("drm")
BROKEN = Kind("broken")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DRM_MARKS = (b"<DOCUMENT SAFER", b"SCDSA00", b"\x9b DRMONE", b"DRMONE", b"<!-- FasooSecureContainer")
_HWP = _l("한글(HWP)")
_IMAGE = _l("그림")
_ARCHIVE = _l("압축(ZIP)")
HTML = Kind("html", _l("웹 페이지(HTML)로 저장된 표"))
EXCEL_XML = Kind("xml", _l("XML 스프레드시트 2003"))
_MHTML = Kind("other", _l("웹 보관 파일(MHTML)"))
_BEGINNINGS: tuple[tuple[bytes, Text], ...] = (
    (b"%PDF", _l("PDF")),
    (b"HWP Document File", _HWP),
    (b"\x89PNG", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"GIF8", _IMAGE),
    (b"BM", _IMAGE),
    (b"II*\x00", _IMAGE),
    (b"MM\x00*", _IMAGE),
    (b"Rar!", _ARCHIVE),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"ALZ\x01", _ARCHIVE),
    (b"EGGA", _ARCHIVE),
    (b"{\\rtf", _l("RTF")),
    (b"MZ", _l("실행 프로그램")),
    (b"\x7fELF", _l("실행 프로그램")),
)
_OLE_STREAMS: tuple[tuple[str, Kind], ...] = (
    ("EncryptedPackage", LOCKED),
    ("HwpSummaryInformation", Kind("other", _HWP)),
    ("WordDocument", Kind("other", _l("워드"))),
    ("PowerPoint Document", Kind("other", _l("파워포인트"))),
)
_XLS_GLOBALS = b"\x09\x08\x10\x00\x00\x06\x05\x00"
_FILEPASS = 0x2F
_SHORT_MARKS = (b"BM", b"MZ")


def recognise(data: bytes) -> Kind:
    """Answer what the bytes are."""
    head = data[:4096].lstrip(b"\x00") if data[:1] == b"\x00" else data[:4096]
    if any(mark in head[:64] for mark in _DRM_MARKS):
        return DRM
    if data.startswith(b"PK\x03\x04"):
        return _recognise_zip(data)
    if data.startswith(_OLE):
        return _recognise_ole(data)
    if (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or data[4:8] == b"ftyp":
        return Kind("other", _IMAGE)
    for mark, label in _BEGINNINGS:
        # Two letters alone may also begin a text, which has no zero bytes.
        if data.startswith(mark) and (mark not in _SHORT_MARKS or b"\x00" in data[:64]):
            return Kind("other", label)
    return _recognise_text(data)


def _recognise_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist()[:5000])
            mimetype = archive.read("mimetype")[:80] if _is_small(archive, "mimetype") else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return BROKEN
    if any(name.startswith("xl/") for name in names) or b"opendocument.spreadsheet" in mimetype:
        return WORKBOOK
    if b"hwp" in mimetype:
        return Kind("other", _HWP)
    for folder, label in (("word/", _l("워드")), ("ppt/", _l("파워포인트"))):
        if any(name.startswith(folder) for name in names):
            return Kind("other", label)
    return Kind("other", _ARCHIVE)


def _is_small(archive: zipfile.ZipFile, name: str) -> bool:
    try:
        return archive.getinfo(name).file_size < 200
    except KeyError:
        return False


def _recognise_ole(data: bytes) -> Kind:
    for stream, kind in _OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            return kind
    if _has_password(data):
        return LOCKED
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return WORKBOOK
    return BROKEN


def _has_password(data: bytes) -> bool:
    """Tell whether an XLS asks for a password: a FILEPASS record among the first of its globals (MS-XLS 2.4.117)."""
    at = data.find(_XLS_GLOBALS)
    for _ in range(8):
        if at < 0 or at + 4 > len(data):
            return False
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == _FILEPASS:
            return True
        at += 4 + length
    return False


def _recognise_text(data: bytes) -> Kind:
    # The first letters decide, so one byte per letter is enough whatever the encoding.
    start = data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if re.match(rb"(mime-version|content-type: *multipart/related|from: *<?saved by)", start):
        return _MHTML
    if start.startswith(b"<") and (kind := _recognise_markup(start)):
        return kind
    if start.startswith((b"{", b'["', b"[{")):
        return Kind("other", _l("JSON"))
    return TEXT


def _recognise_markup(start: bytes) -> Kind | None:
    """Answer the kind of a text that begins with a sign of markup, None when it is a text all the same."""
    # Pages that Excel writes name its namespaces, too, and a workbook has elements called Table and html:B.
    is_page = re.search(rb"<(!doctype\s+html|html[\s>])", start)
    if not is_page and b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return EXCEL_XML
    if is_page or re.search(rb"<(head|body|table|thead|tbody|tr|meta|style|script|div)\b", start):
        return HTML
    if start.startswith(b"<?xml") or re.match(rb"<[a-z]+[\s>]", start):
        return Kind("other", _HWP if b"<hwpml" in start else _l("XML"))
    return None
