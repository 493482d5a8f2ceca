"""The shape of a certificate: an Open Badges 3.0 credential with one `eddsa-rdfc-2022` proof.

`spell` turns claims into the texts that fill the shape, `read` turns them back. There is one spelling for every
claim, so `spell(read(texts)) == texts` or the texts are refused.
"""

from typing import Any

from credentials import values
from credentials.claims import Centre, CertificateClaims, Course, Issuer, StatusEntry
from credentials.errors import ClaimRefused
from credentials.proof import PROOF_SHAPE
from credentials.template import Blank, NumberSlot, Slot, Template
from credentials.terms import BADGES_CONTEXT, CREDENTIALS_CONTEXT

REVOCATION = "revocation"


def _identity(kind: str, slot: str) -> Blank:
    # The published schema of IdentityObject is closed and has no id.
    return Blank(type="IdentityObject", hashed=False, identityHash=Slot(slot), identityType=kind)


_COURSE: dict[str, Any] = {
    "id": Slot("course.id"),
    "type": ["Achievement"],
    "name": Slot("course.name"),
    "description": Slot("course.description"),
    "achievementType": "Course",
    "tag": [Slot("course.kind")],
    "creditsAvailable": NumberSlot("course.credits_available"),
    "criteria": {
        "id": Slot("course.criteria_id"),
        "type": "Criteria",
        "narrative": Slot("course.criteria"),
    },
    "resultDescription": [
        {
            "id": Slot("course.result_description_id"),
            "type": ["ResultDescription"],
            "name": "출석률",
            "resultType": "Percent",
            "valueMin": "0",
            "valueMax": "100",
        }
    ],
}

_SUBJECT: dict[str, Any] = {
    "id": Slot("subject_id"),
    "type": ["AchievementSubject"],
    "identifier": [_identity("name", "name"), _identity("ext:birthYear", "birth_year")],
    "licenseNumber": Slot("serial"),
    "source": {"id": Slot("centre.id"), "type": ["Profile"], "name": Slot("centre.name")},
    "term": Slot("term"),
    "activityStartDate": Slot("started"),
    "activityEndDate": Slot("ended"),
    "creditsEarned": NumberSlot("hours_earned"),
    "achievement": _COURSE,
    "result": [
        {
            "id": Slot("credential_id", "#attendance"),
            "type": ["Result"],
            "resultDescription": Slot("course.result_description_id"),
            "value": Slot("attendance_rate"),
        }
    ],
}


def _shape(*, with_end: bool) -> dict[str, Any]:
    return {
        "@context": [CREDENTIALS_CONTEXT, BADGES_CONTEXT],
        "id": Slot("credential_id"),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {
            "id": Slot("issuer.id"),
            "type": ["Profile"],
            "name": Slot("issuer.name"),
            "url": Slot("issuer.url"),
        },
        "validFrom": Slot("valid_from"),
        **({"validUntil": Slot("valid_until")} if with_end else {}),
        "credentialSubject": _SUBJECT,
        "credentialStatus": {
            "id": Slot("status.id"),
            "type": "BitstringStatusListEntry",
            "statusPurpose": REVOCATION,
            "statusListIndex": Slot("status.index"),
            "statusListCredential": Slot("status.list_url"),
        },
        "proof": PROOF_SHAPE,
    }


WITHOUT_END = Template(_shape(with_end=False))
WITH_END = Template(_shape(with_end=True))
TEMPLATES = (WITHOUT_END, WITH_END)


def template_of(claims: CertificateClaims) -> Template:
    """Choose the template for these claims."""
    return WITHOUT_END if claims.valid_until is None else WITH_END


def spell(claims: CertificateClaims) -> dict[str, str]:
    """Spell claims as the texts that fill their template."""
    course, issuer = claims.course, claims.issuer
    spelled = {
        "credential_id": claims.credential_id,
        "issuer.id": issuer.id,
        "issuer.name": issuer.name,
        "issuer.url": issuer.url,
        "centre.id": claims.centre.id,
        "centre.name": claims.centre.name,
        "subject_id": claims.subject_id,
        "name": claims.name,
        "birth_year": str(claims.birth_year),
        "serial": claims.serial,
        "course.id": course.id,
        "course.criteria_id": course.criteria_id,
        "course.result_description_id": course.result_description_id,
        "course.name": course.name,
        "course.kind": course.kind,
        "course.description": course.description,
        "course.criteria": course.criteria,
        "course.credits_available": values.spell_number(course.credits_available),
        "term": claims.term,
        "started": values.spell_instant(claims.started),
        "ended": values.spell_instant(claims.ended),
        "hours_earned": values.spell_number(claims.hours_earned),
        "attendance_rate": values.spell_number(claims.attendance_rate),
        "valid_from": values.spell_instant(claims.valid_from),
        "status.id": claims.status_id,
        "status.list_url": claims.status.list_url,
        "status.index": str(claims.status.index),
    }
    if claims.valid_until is not None:
        spelled["valid_until"] = values.spell_instant(claims.valid_until)
    return spelled


def read(texts: dict[str, str]) -> CertificateClaims:
    """Turn the texts of a filled template into claims; ClaimRefused unless each has its one permitted spelling."""
    until = texts.get("valid_until")
    claims = CertificateClaims(
        credential_id=texts["credential_id"],
        issuer=Issuer(texts["issuer.id"], texts["issuer.name"], texts["issuer.url"]),
        centre=Centre(texts["centre.id"], texts["centre.name"]),
        subject_id=texts["subject_id"],
        name=texts["name"],
        birth_year=_whole("birth_year", texts["birth_year"]),
        serial=texts["serial"],
        course=Course(
            id=texts["course.id"],
            criteria_id=texts["course.criteria_id"],
            result_description_id=texts["course.result_description_id"],
            name=texts["course.name"],
            kind=texts["course.kind"],
            description=texts["course.description"],
            criteria=texts["course.criteria"],
            credits_available=values.read_number("course.credits_available", texts["course.credits_available"]),
        ),
        term=texts["term"],
        started=values.read_instant("started", texts["started"]),
        ended=values.read_instant("ended", texts["ended"]),
        hours_earned=values.read_number("hours_earned", texts["hours_earned"]),
        attendance_rate=values.read_number("attendance_rate", texts["attendance_rate"]),
        valid_from=values.read_instant("valid_from", texts["valid_from"]),
        status=StatusEntry(texts["status.list_url"], _whole("status.index", texts["status.index"])),
        valid_until=None if until is None else values.read_instant("valid_until", until),
    )
    spelled = spell(claims)
    if not spelled.items() <= texts.items():
        name = next(name for name, text in spelled.items() if texts[name] != text)
        raise ClaimRefused(name, repr(texts[name])[:80], repr(spelled[name])[:80])
    return claims


def _whole(field: str, spelled: str) -> int:
    if not spelled.isascii() or not spelled.isdigit() or len(spelled) > 10:
        raise ClaimRefused(field, repr(spelled)[:80], "a whole number")
    return int(spelled)
