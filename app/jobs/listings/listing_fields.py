"""Makes an opening's fields of the words of one row: the part that all kinds of lists share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import Any

from app.core import resident_number
from app.core.sheet_problems import quoted
from app.jobs.listings.listing import Listing, Note
from app.jobs.listings.listing_dates import Deadline, read_day, read_deadline
from app.jobs.listings.listing_kinds import guess_employment_type, guess_work_kind, read_headcount, read_place
from app.jobs.listings.listing_pay import Pay, read_pay
from app.jobs.listings.listing_signs import business_number
from app.jobs.listings.listing_text import plain, plain_lines, web_address
from app.jobs.opening_words import EmploymentType
from app.jobs.openings.listing_words import NOTHING_SAID
from app.jobs.openings.opening_fields import OpeningFields

_LIMITS = {
    "title": 200,
    "employer": 120,
    "address": 200,
    "hours": 200,
    "documents": 300,
    "contact": 80,
    "phone": 40,
    "email": 254,
    "pay": 200,
    "region": 200,
    "external_id": 200,
}
_LONG = ("duties", "qualification", "preference")
_LONGEST = 5_000


@dataclass(frozen=True)
class Row:
    """One row as it was found: values by the names of `listing_words.COLUMN_RULES`. What a source says in a way of
    its own is given as what it means: `pay`, `terms`."""

    values: Mapping[str, str]
    place: str
    external_id: str = ""
    pay: Pay | None = None
    terms: EmploymentType | None = None


@dataclass(frozen=True)
class Understood:
    """What became of a row: an opening with what was left out of it, or the reason why there is none."""

    listing: Listing | None
    refused: Note | None = None
    remarks: tuple[Note, ...] = ()


def understand(row: Row, today: date) -> Understood:
    """Make an opening of a row. `today` (in Korea) tells days without a year."""
    said = {name: _said(name, value) for name, value in row.values.items()}
    title = said.get("title", "")
    external_id = plain(row.external_id, _LIMITS["external_id"])
    # A resident number is not to be seen in a message, a log or a page either.
    shown = quoted(resident_number.mask(title), 60)

    def refuse(code: str, found: str = "") -> Understood:
        known = "" if resident_number.find(external_id) else external_id
        return Understood(None, Note(row.place, shown, code, found, known))

    if any(_holds_resident_number(name, text, external_id) for name, text in {**row.values, **said}.items()):
        return refuse("resident_number")
    if not title:
        return refuse("no_title")
    if not said.get("employer"):
        return refuse("no_employer")
    deadline = _deadline(said, today)
    if deadline is None:
        found = quoted(said.get("period") or said.get("deadline") or "", 40)
        return refuse("bad_deadline", found) if found else refuse("no_deadline")
    url = web_address(row.values.get("link", ""))
    remarks = []
    if row.values.get("link", "").strip() and said.get("link") not in NOTHING_SAID and not url:
        remarks.append(Note(row.place, shown, "link_left_out", "", external_id))
    fields, number = _fields(row, said, deadline, today), business_number(row.values.get("business_number", ""))
    return Understood(Listing(fields, external_id, url, row.place, number), remarks=tuple(remarks))


def with_default_employer(row: Row, employer: str) -> Row:
    """Answer the row with the employer that the source stands for where the row names none."""
    return (
        row if row.values.get("employer", "").strip() else replace(row, values={**row.values, "employer": employer})
    )


def _said(name: str, value: str) -> str:
    if name in _LONG:
        return plain_lines(value, _LONGEST)
    text = plain(value, _LIMITS.get(name, 300))
    return "" if text in NOTHING_SAID else text


def _holds_resident_number(name: str, text: str, external_id: str) -> bool:
    if name == "business_number" and business_number(text):
        return False  # Ten digits can read as a resident number that has lost its zeros.
    # A number of the portal's own in an address is no person's.
    return resident_number.find(text.replace(external_id, " ") if name == "link" and external_id else text)


def _deadline(said: Mapping[str, str], today: date) -> Deadline | None:
    period, last, first = said.get("period", ""), said.get("deadline", ""), said.get("posted", "")
    found = read_deadline(last, today) if last else None
    if found is None and period:
        found = read_deadline(period, today)
    if found is not None and found.posted_on is None and first:
        return replace(found, posted_on=read_day(first, today))
    return found


def _fields(row: Row, said: Mapping[str, str], deadline: Deadline, today: date) -> OpeningFields:
    province, district, place = read_place(said.get("region", ""))
    pay = row.pay or read_pay(said.get("pay", ""))
    since, until = _work_period(said.get("work_period", ""), today)
    terms = row.terms or guess_employment_type(said.get("employment_type", ""), said["title"])
    values: dict[str, Any] = {
        "title": said["title"],
        "employer_name": said["employer"],
        "work_kind": guess_work_kind(said["title"]),
        "duties": said.get("duties", ""),
        "province": province.value if province else None,
        "district": district[:40],
        "place": (place or said.get("address", ""))[:200],
        "employment_type": terms,
        "headcount": read_headcount(said.get("headcount", "")),
        "pay_unit": pay.unit,
        "pay_min": pay.least,
        "pay_max": pay.most,
        "pay_text": pay.text[:200],
        "hours_text": said.get("hours", ""),
        "period_from": since,
        "period_until": until,
        "qualification_text": said.get("qualification", ""),
        "preference_text": said.get("preference", ""),
        "posted_on": deadline.posted_on,
        "deadline_at": deadline.at.astimezone(UTC) if deadline.at else None,
        "until_filled": deadline.until_filled,
        "documents_text": said.get("documents", ""),
        "contact_name": said.get("contact", ""),
        "contact_phone": said.get("phone", ""),
        "contact_email": said.get("email", ""),
    }
    return OpeningFields(**values)


def _work_period(text: str, today: date) -> tuple[date | None, date | None]:
    read = read_deadline(text, today) if text else None
    if read is None or read.posted_on is None or read.at is None:
        return None, None
    return read.posted_on, read.at.date()
