"""From the record to what a certificate says. What is signed is Korean, whatever language anybody reads in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from flask_babel import force_locale

from app.certificates.authority import Authority
from app.core.clock import SEOUL
from app.core.templating import hours_number
from app.training.models import Cohort, CourseKind
from app.training.policy import PolicyRules
from app.training.queries import PersonReport
from credentials import Centre, CertificateClaims, Course, Issuer, StatusEntry


@dataclass(frozen=True)
class SharedClaims:
    """What the certificates of one cohort have in common; made once for all of them."""

    issuer: Issuer
    centre: Centre
    course: Course
    term: str
    started: datetime
    ended: datetime


def shared_claims(cohort: Cohort, authority: Authority) -> SharedClaims:
    """Say what the record says of a cohort. Raises ClaimRefused (of `credentials`) when it may not be signed."""
    started, ended = period_of(cohort)
    return SharedClaims(
        issuer=Issuer(authority.did, authority.name, authority.url),
        centre=Centre(urn(cohort.organisation.public_id), cohort.organisation.name),
        course=course_of(cohort),
        term=cohort.name,
        started=started,
        ended=ended,
    )


def build_claims(
    report: PersonReport, shared: SharedClaims, *, public_id: str, serial: str, status: StatusEntry, at: datetime
) -> CertificateClaims:
    """Say of one person and cohort what the record says, as a certificate issued at the time `at`.

    Raises ClaimRefused (of `credentials`) when something in the record may not be signed as it stands.
    """
    person = report.person
    return CertificateClaims(
        credential_id=urn(public_id),
        issuer=shared.issuer,
        centre=shared.centre,
        subject_id=urn(person.public_id),
        name=person.name,
        birth_year=person.birth_date.year,
        serial=serial,
        course=shared.course,
        term=shared.term,
        started=shared.started,
        ended=shared.ended,
        hours_earned=Decimal(hours_number(report.decision.credited_minutes)),
        attendance_rate=percent(report.decision.rate),
        valid_from=at.astimezone(SEOUL),
        status=status,
    )


def urn(public_id: str) -> str:
    """Answer the global name of something that we know by a public id."""
    return f"urn:uuid:{uuid.UUID(hex=public_id)}"


def person_of(claims: CertificateClaims) -> str:
    """Answer the public id of the person whom a certificate of ours is about."""
    return uuid.UUID(claims.subject_id.removeprefix("urn:uuid:")).hex


def percent(rate: Fraction) -> Decimal:
    """Answer a rate as a percentage with one decimal."""
    value = Decimal(rate.numerator * 100) / Decimal(rate.denominator)
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def period_of(cohort: Cohort) -> tuple[datetime, datetime]:
    """Answer when the first session began and the last one ended, in Korea's time."""
    starts = [datetime.combine(s.date, s.start, SEOUL) for s in cohort.sessions]
    ends = [datetime.combine(s.date, s.end, SEOUL) for s in cohort.sessions]
    return min(starts), max(ends)


def kind_in_words(kind: str) -> str:
    """Answer the kind of a course as it is signed and printed."""
    with force_locale("ko"):
        return str(CourseKind(kind).label)


def criteria(rules: PolicyRules) -> str:
    """Say in Korean what completion takes under one version of the rules."""
    return (
        f"전체 회차의 {_share(rules.completion_rate)} 이상 출석. "
        f"지각·조퇴·외출은 합해서 {rules.slips_per_absence}회마다 결석 1회로 계산하고, "
        f"참여한 시간이 회차의 {_share(rules.absent_below)} 이하면 결석으로 처리. "
        f"(출결기준 {rules.name} {rules.version}판)"
    )


def course_of(cohort: Cohort) -> Course:
    """Say of a course what the record of this cohort says, its rules of completion included."""
    course = cohort.course
    name = urn(course.public_id)
    kind = kind_in_words(course.kind)
    return Course(
        id=name,
        criteria_id=f"{name}#criteria-{cohort.policy.public_id}",
        result_description_id=f"{name}#attendance-rate",
        name=course.name,
        kind=kind,
        # Descriptions are written in paragraphs; what is signed is one line.
        description=" ".join(course.description.split()) or f"{course.name} ({kind})",
        criteria=criteria(cohort.policy.rules),
        credits_available=Decimal(hours_number(sum(s.minutes for s in cohort.sessions))),
    )


def _share(rate: Fraction) -> str:
    return f"{percent(rate).normalize():f}%"
