"""Reads the list of 고용24 (XML, an element `wanted` for each opening).

The file is a stranger's: its size, depth and number of rows are limited while it is parsed, and a DOCTYPE, which
alone could bring entities, ends the reading.
"""

from __future__ import annotations

import re
from datetime import date
from xml.parsers import expat

from app.core import resident_number
from app.core.sheet_problems import quoted
from app.jobs.listings.listing import MAX_LISTINGS, Listing, Note, Reading, UnreadableList
from app.jobs.listings.listing_fields import Row, understand
from app.jobs.listings.listing_kinds import guess_employment_type
from app.jobs.listings.listing_pay import read_pay_fields
from app.jobs.listings.listing_text import plain
from app.jobs.openings.listing_words import CAREER, EDUCATION, EMPLOYMENT_CODES, EVERYBODY_MAY, INDUSTRY, OTHER

MAX_BYTES = 10 * 1024 * 1024
_MAX_DEPTH, _MAX_FIELDS, _MAX_TEXT = 8, 200, 50_000
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# What the portal answers instead of a list.
_REFUSALS = (
    "message",
    "error",
    "errormsg",
    "errmsg",
    "resultmsg",
    "returnauthmsg",
    "returnreasoncode",
    "faultstring",
)


def read_work24(data: bytes, today: date) -> Reading:
    """Read a list. Raises `UnreadableList` when it is broken, no list, or the portal's own refusal."""
    if len(data) > MAX_BYTES:
        raise UnreadableList("too_large", "10MB")
    found = _parse(data)
    if not found.rows and found.said is not None:
        raise UnreadableList("refused", quoted(resident_number.mask(found.said), 120))
    if not found.is_list:
        raise UnreadableList("not_work24")
    listings: list[Listing] = []
    refused: list[Note] = []
    remarks: list[Note] = []
    for index, values in enumerate(found.rows):
        understood = understand(_row(values, index), today)
        remarks.extend(understood.remarks)
        if understood.listing is not None:
            listings.append(understood.listing)
        elif understood.refused is not None:
            refused.append(understood.refused)
    total, page = found.number("total"), found.number("startPage") or 1
    whole = page == 1 and total is not None and len(found.rows) >= total
    return Reading(tuple(listings), tuple(refused), tuple(remarks), total, page, whole)


def _row(values: dict[str, str], index: int) -> Row:
    def get(name: str) -> str:
        return values.get(name, "").strip()

    asked = [
        name + get(key)
        for name, key in ((CAREER, "career"), (EDUCATION, "minEdubg"))
        if get(key) and get(key) not in EVERYBODY_MAY
    ]
    title, code = plain(get("title"), 200), get("empTpCd")
    terms = EMPLOYMENT_CODES.get(code) or guess_employment_type(get("empTpNm"), title)
    return Row(
        values={
            "title": get("title"),
            "employer": get("company"),
            "business_number": get("busino"),
            "region": get("region") or get("basicAddr"),
            "address": get("detailAddr") or get("basicAddr"),
            "hours": get("holidayTpNm") if get("holidayTpNm") != OTHER else "",
            "qualification": "\n".join(asked),
            "duties": INDUSTRY + get("indTpNm") if get("indTpNm") else "",
            "posted": get("regDt"),
            "deadline": get("closeDt"),
            "link": get("wantedInfoUrl") or get("wantedMobileInfoUrl"),
        },
        place=f"wanted[{index + 1}]",
        external_id=get("wantedAuthNo"),
        pay=read_pay_fields(get("salTpNm"), plain(get("sal"), 200), get("minSal"), get("maxSal")),
        terms=terms,
    )


class _Found:
    """What the parser has seen: rows, the list's own words, and whether it is a list at all."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []
        self.is_list = False
        self.said: str | None = None
        self._head: dict[str, str] = {}
        self._path: list[str] = []
        self._text: list[str] = []
        self._size = 0

    def number(self, name: str) -> int | None:
        text = self._head.get(name, "").strip()
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name)
        self._text, self._size = [], 0
        if len(self._path) > _MAX_DEPTH:
            raise _broken()
        if len(self._path) == 1:
            self.is_list = name == "wantedRoot"
        if name == "wanted":
            self.is_list = True
            if len(self.rows) >= MAX_LISTINGS:
                raise UnreadableList("too_many", f"{MAX_LISTINGS:,}")
            self.rows.append({})

    def text(self, text: str) -> None:
        self._size += len(text)
        if self._size > _MAX_TEXT:
            raise _broken()
        self._text.append(text)

    def end(self, name: str) -> None:
        text = "".join(self._text)
        if "wanted" in self._path[:-1] and len(self.rows[-1]) < _MAX_FIELDS:
            self.rows[-1].setdefault(name, text)
        elif len(self._path) <= 3:
            self._head.setdefault(name, text)
            if name.lower() in _REFUSALS and text.strip():
                self.said = plain(text, 200)
        self._path.pop()
        self._text, self._size = [], 0


def _parse(data: bytes) -> _Found:
    found = _Found()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = found.start, found.end
    parser.CharacterDataHandler = found.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    try:
        parser.Parse(_decoded(data), True)
    except expat.ExpatError as error:
        raise _broken(error.lineno) from None
    return found


def _decoded(data: bytes) -> str:
    named = _ENCODING.match(data[:300])
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else (named[1].decode() if named else "utf-8")
    if encoding.lower() in ("euc-kr", "ks_c_5601-1987", "ksc5601"):
        encoding = "cp949"
    try:
        return data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except (LookupError, UnicodeDecodeError):
        raise _broken() from None


def _refuse_doctype(*_what: object) -> None:
    raise UnreadableList("doctype")


def _broken(line: int = 0) -> UnreadableList:
    return UnreadableList("broken_xml", str(line)) if line else UnreadableList("unreadable_xml")
