"""Tells by its content what kind of list a file is, and reads it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import PurePath

from app.core import resident_number
from app.core.sheet_problems import quoted
from app.jobs.listings.alio_reader import read_alio
from app.jobs.listings.listing import Reading, UnreadableList
from app.jobs.listings.sheet_list_reader import open_sheet_list, read_sheet_list
from app.jobs.listings.work24_reader import read_work24
from app.jobs.opening_words import OpeningSource
from app.jobs.openings.listing_words import PORTAL_NAMES

MAX_NAME = 120
# A table may begin with a title in brackets.
_JSON = re.compile(rb"\{\s*[\"}]|\[\s*[\[{\"\]]")
_WEB_PAGE = re.compile(rb"[\xef\xbb\xbf\s]*(?:<!--.*?-->\s*)*<(?:!DOCTYPE\s+html|html)\b", re.IGNORECASE | re.DOTALL)
PORTALS = (OpeningSource.WORK24, OpeningSource.ALIO)


def recognise(data: bytes) -> OpeningSource:
    """Answer what kind of list this is: JSON is of public institutions, XML with `wanted` of 고용24, else a table."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _JSON.match(start):
        return OpeningSource.ALIO
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = data[:4096].decode("utf-16", errors="ignore").encode().lstrip()
    # Excel's own XML and web pages are tables.
    excel = re.search(rb"<\s*(?:\w+:)?(?:Workbook|html|table)\b|<!DOCTYPE\s+html", start, re.IGNORECASE)
    if start[:1] == b"<" and not excel:
        return OpeningSource.WORK24
    return OpeningSource.SHEET


def read_list(data: bytes, filename: str, kind: OpeningSource, today: date, page: int = 1) -> Reading:
    """Read a list of this kind. Raises `UnreadableList`."""
    if kind is OpeningSource.WORK24:
        refuse_web_page(data)
        return read_work24(data, today)
    if kind is OpeningSource.ALIO:
        refuse_web_page(data)
        return read_alio(data, today, page)
    return read_sheet_list(open_sheet_list(data, filename), today)


def source_name(kind: OpeningSource, filename: str) -> str:
    """Answer the name of the source that a file is of: a portal's own, or a table's file without its ending."""
    if kind in PORTALS:
        return PORTAL_NAMES[kind.value]
    stem = unicodedata.normalize("NFC", PurePath(filename).stem)
    return quoted(resident_number.mask(stem), MAX_NAME) or "sheet"


def refuse_web_page(data: bytes) -> None:
    """Raise `UnreadableList` when a portal has answered with a page for people."""
    if re.match(
        rb"[\xef\xbb\xbf\s]*(?:<!--.*?-->\s*)*<(?:!DOCTYPE\s+html|html)\b", data[:4096], re.IGNORECASE | re.S
    ):
        raise UnreadableList("html")
