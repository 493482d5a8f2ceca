"""What was signed, as it is kept with an answer and shown: plain texts, times as in ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date
from datetime import datetime
from typing import Any

from app.certificates import words
from app.certificates.bulk_answers import DocumentAnswer
from app.core.clock import seoul_date
from app.core.i18n import Text, _, _l
from app.core.templating import date

# In the order in which they are shown and exported.
NAMES: dict[str, Text] = {
    "name": _l("성명"),
    "birth_year": _l("출생 연도"),
    "serial": _l("증서번호"),
    "document_number": _l("문서확인번호"),
    "course_name": _l("과정명"),
    "course_kind": _l("종류"),
    "term": _l("기수"),
    "started": _l("교육 시작일"),
    "ended": _l("교육 종료일"),
    "hours": _l("이수시간"),
    "hours_of_course": _l("과정 시간"),
    "attendance_rate": _l("출석률"),
    "centre_name": _l("교육기관"),
    "issuer_name": _l("발급기관"),
    "issued": _l("발급일"),
    "valid_until": _l("유효기간"),
    "criteria": _l("수료기준"),
}
DATES = ("started", "ended", "issued", "valid_until")
NUMBERS = ("birth_year", "hours", "hours_of_course", "attendance_rate")


def fields_of(answer: DocumentAnswer) -> dict[str, str] | None:
    """Answer what has been signed; None when nothing holds. The document number is from our record."""
    signed = answer.claims
    if signed is None:
        return None
    return {
        "name": signed.name,
        "birth_year": str(signed.birth_year),
        "serial": signed.serial,
        "document_number": answer.document_number,
        "course_name": signed.course.name,
        "course_kind": signed.course.kind,
        "term": signed.term,
        "started": _day(signed.started),
        "ended": _day(signed.ended),
        "hours": words.number(signed.hours_earned),
        "hours_of_course": words.number(signed.course.credits_available),
        "attendance_rate": words.number(signed.attendance_rate),
        "centre_name": signed.centre.name,
        "issuer_name": signed.issuer.name,
        "issued": _day(signed.valid_from),
        "valid_until": _day(signed.valid_until) if signed.valid_until is not None else "",
        "criteria": signed.course.criteria,
    }


def shown_fields(fields: Mapping[str, Any]) -> list[tuple[Text, str]]:
    """Answer label and text of each field that there is, in the reader's language."""
    return [(label, shown_field(name, fields[name])) for name, label in NAMES.items() if fields.get(name)]


def shown_field(name: str, value: str) -> str:
    """Write one field for a reader."""
    if name in DATES:
        return date(Date.fromisoformat(value))
    if name in ("hours", "hours_of_course"):
        return str(_("%(hours)s시간", hours=value))
    if name == "attendance_rate":
        return str(_("%(rate)s%%", rate=value))
    return str(_("%(year)s년", year=value)) if name == "birth_year" else value


def _day(moment: datetime) -> str:
    return seoul_date(moment).isoformat()
