"""The shape of a certificate: an Open Badges 3.0 credential with one `eddsa-rdfc-2022` proof.

`spell` turns claims into the texts that fill the shape; `frame` reads them back. Each claim has one spelling.
"""

from collections.abc import Sequence
from typing import Any

from credentials import values
from credentials.claims import CertificateClaims
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
    }


WITHOUT_END = Template({**_shape(with_end=False), "proof": PROOF_SHAPE})
WITH_END = Template({**_shape(with_end=True), "proof": PROOF_SHAPE})
TEMPLATES = (WITHOUT_END, WITH_END)

# Open Badges 3.0 §8.2.4.1: the payload is the credential, with these claims added.
_JWT_CLAIMS = {
    "iat": NumberSlot("jwt.issued"),
    "iss": Slot("issuer.id"),
    "jti": Slot("credential_id"),
    "nbf": NumberSlot("jwt.not_before"),
    "sub": Slot("subject_id"),
}
JWT_TEMPLATES = (
    Template(_shape(with_end=False), _JWT_CLAIMS),
    Template(_shape(with_end=True), {"exp": NumberSlot("jwt.expires"), **_JWT_CLAIMS}),
)


def template_of(claims: CertificateClaims, templates: Sequence[Template] = TEMPLATES) -> Template:
    """Choose the template for these claims: the first of two has no end."""
    return templates[claims.valid_until is not None]


def spell(claims: CertificateClaims) -> dict[str, str]:
    """Spell claims as the texts that fill their template."""
    return {**spell_own(claims), **dict(zip(SHARED, spell_shared(claims), strict=True))}


def spell_own(claims: CertificateClaims) -> dict[str, str]:
    """Spell what the certificates of one cohort do not have in common."""
    spelled = {
        "credential_id": claims.credential_id,
        "subject_id": claims.subject_id,
        "name": claims.name,
        "birth_year": str(claims.birth_year),
        "serial": claims.serial,
        "hours_earned": values.spell_number(claims.hours_earned),
        "attendance_rate": values.spell_number(claims.attendance_rate),
        "valid_from": values.spell_instant(claims.valid_from),
        "status.id": claims.status_id,
        "status.index": str(claims.status.index),
    }
    if claims.valid_until is not None:
        spelled["valid_until"] = values.spell_instant(claims.valid_until)
    return spelled


SHARED = (
    "issuer.id",
    "issuer.name",
    "issuer.url",
    "centre.id",
    "centre.name",
    "course.id",
    "course.criteria_id",
    "course.result_description_id",
    "course.name",
    "course.kind",
    "course.description",
    "course.criteria",
    "course.credits_available",
    "term",
    "started",
    "ended",
    "status.list_url",
)
"""The texts in which the certificates of one cohort agree."""


def spell_shared(claims: CertificateClaims) -> tuple[str, ...]:
    """Spell what the certificates of one cohort have in common: the texts of `SHARED`, in its order."""
    issuer, centre, course = claims.issuer, claims.centre, claims.course
    return (
        issuer.id,
        issuer.name,
        issuer.url,
        centre.id,
        centre.name,
        course.id,
        course.criteria_id,
        course.result_description_id,
        course.name,
        course.kind,
        course.description,
        course.criteria,
        values.spell_number(course.credits_available),
        claims.term,
        values.spell_instant(claims.started),
        values.spell_instant(claims.ended),
        claims.status.list_url,
    )
