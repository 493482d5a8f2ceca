"""Reads the list of public institutions' openings (공공기관 채용정보: JSON, `result[]`)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, NoReturn

from app.core import resident_number
from app.core.sheet_problems import quoted
from app.jobs.listings.listing import MAX_LISTINGS, Listing, Note, Reading, UnreadableList
from app.jobs.listings.listing_fields import Row, understand
from app.jobs.listings.listing_kinds import guess_employment_type
from app.jobs.listings.listing_text import plain
from app.jobs.openings.listing_words import CAREER, EDUCATION, EVERYBODY_MAY, PROCEDURE

MAX_BYTES = 10 * 1024 * 1024
_MAX_TEXT = 50_000


def read_alio(data: bytes, today: date, page: int = 1) -> Reading:
    """Read a list. Raises `UnreadableList` when it is broken, no list, or the portal's own refusal.

    `page` is the page that was asked for: the answer does not say which one it is.
    """
    answer = _loaded(data)
    rows = answer.get("result")
    if str(answer.get("resultCode", "200")) not in ("200", "00", "0"):
        said = plain(str(answer.get("resultMsg", "")), 200) or str(answer.get("resultCode"))[:20]
        raise UnreadableList("refused", quoted(resident_number.mask(said), 120))
    if not isinstance(rows, list):
        raise UnreadableList("not_alio")
    if len(rows) > MAX_LISTINGS:
        raise UnreadableList("too_many", f"{MAX_LISTINGS:,}")
    listings: list[Listing] = []
    refused: list[Note] = []
    remarks: list[Note] = []
    for index, values in enumerate(rows):
        place = f"result[{index}]"
        if not isinstance(values, dict):
            refused.append(Note(place, "", "not_an_opening"))
            continue
        understood = understand(_row(values, place), today)
        remarks.extend(understood.remarks)
        if understood.listing is not None:
            listings.append(understood.listing)
        elif understood.refused is not None:
            refused.append(understood.refused)
    total = _number(answer.get("totalCount"))
    whole = page == 1 and total is not None and len(rows) >= total
    return Reading(tuple(listings), tuple(refused), tuple(remarks), total, page, whole)


def _row(values: dict[str, Any], place: str) -> Row:
    def get(name: str) -> str:
        value = values.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int):
            return ""
        text = str(value)[:_MAX_TEXT].strip()
        return text

    asked = [get("aplyQlfcCn")]
    asked += [
        name + get(key)
        for name, key in ((CAREER, "recrutSeNm"), (EDUCATION, "acbgCondNmLst"))
        if get(key) and get(key) not in EVERYBODY_MAY
    ]
    preferred = [text for text in (get("prefCn"), get("prefCondCn")) if text]
    return Row(
        values={
            "title": get("recrutPbancTtl"),
            "employer": get("instNm"),
            "region": get("workRgnNmLst"),
            "headcount": get("recrutNope"),
            "duties": PROCEDURE + get("scrnprcdrMthdExpln") if get("scrnprcdrMthdExpln") else "",
            "qualification": "\n".join(text for text in asked if text),
            "preference": "\n".join(preferred),
            "posted": get("pbancBgngYmd"),
            "deadline": get("pbancEndYmd"),
            "link": get("srcUrl"),
        },
        place=place,
        external_id=get("recrutPblntSn"),
        terms=guess_employment_type(get("hireTypeNmLst"), plain(get("recrutPbancTtl"), 200)),
    )


def _loaded(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise UnreadableList("too_large", "10MB")
    try:
        answer = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except RecursionError:
        raise UnreadableList("deep_json") from None
    except (ValueError, UnicodeDecodeError):
        raise UnreadableList("broken_json") from None
    if not isinstance(answer, dict):
        raise UnreadableList("not_alio")
    return answer


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("no number of JSON")


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
