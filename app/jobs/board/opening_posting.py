"""An opening as search engines read it: schema.org `JobPosting`. Whom to call is not in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from markupsafe import escape

from app.core.clock import iso_utc
from app.jobs.opening_models import Opening
from app.jobs.opening_words import EmploymentType, OpeningState, PayUnit
from app.jobs.regions import Province
from app.jobs.wording import working_hours

_TYPES = {
    EmploymentType.PERMANENT: "FULL_TIME",
    EmploymentType.INDEFINITE: "FULL_TIME",
    EmploymentType.FIXED_TERM: "TEMPORARY",
    EmploymentType.PART_TIME: "PART_TIME",
    EmploymentType.INTERN: "INTERN",
    EmploymentType.OTHER: "OTHER",
}
_UNITS = {PayUnit.HOUR: "HOUR", PayUnit.DAY: "DAY", PayUnit.MONTH: "MONTH", PayUnit.YEAR: "YEAR"}


def posting(opening: Opening, url: str, issuer: str, at: datetime) -> dict[str, Any] | None:
    """Answer the posting; None when nobody can apply any more, for then it must not be found as one."""
    ended = opening.deadline_at is not None and opening.deadline_at <= at
    if opening.state != OpeningState.PUBLISHED or ended:
        return None
    said: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": opening.title,
        "description": _description(opening),
        "identifier": {"@type": "PropertyValue", "name": issuer, "value": opening.public_id},
        "url": url,
        "datePosted": iso_utc(opening.published_at or opening.created_at),
        "employmentType": _TYPES[EmploymentType(opening.employment_type)],
        "hiringOrganization": {"@type": "Organization", "name": opening.employer_name},
        "jobLocation": {"@type": "Place", "address": _address(opening)},
        "directApply": opening.is_own,
    }
    if opening.deadline_at is not None:
        said["validThrough"] = iso_utc(opening.deadline_at)
    if opening.headcount:
        said["totalJobOpenings"] = opening.headcount
    if hours := working_hours(opening):
        said["workHours"] = hours
    if (salary := _salary(opening)) is not None:
        said["baseSalary"] = {"@type": "MonetaryAmount", "currency": "KRW", "value": salary}
    return said


def _description(opening: Opening) -> str:
    texts = (opening.duties, opening.qualification_text, opening.preference_text)
    parts = [f"<p>{escape(text)}</p>".replace("\n", "<br>") for text in texts if text]
    return "".join(parts) or f"<p>{escape(opening.title)}</p>"


def _address(opening: Opening) -> dict[str, str]:
    region = str(Province(opening.province).label) if opening.province else ""
    parts = {"addressRegion": region, "addressLocality": opening.district, "streetAddress": opening.place}
    return {"@type": "PostalAddress", "addressCountry": "KR"} | {name: text for name, text in parts.items() if text}


def _salary(opening: Opening) -> dict[str, Any] | None:
    unit = PayUnit(opening.pay_unit)
    if not unit.has_amount or (opening.pay_min is None and opening.pay_max is None):
        return None
    amounts = {"minValue": opening.pay_min, "maxValue": opening.pay_max}
    known = {name: amount for name, amount in amounts.items() if amount is not None}
    return {"@type": "QuantitativeValue", "unitText": _UNITS[unit]} | known
