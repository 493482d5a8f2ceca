"""Correction (정정): a new certificate from the record as it stands now, and the old one marked as replaced by it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from app.certificates import status_changes
from app.certificates.authority import this_authority
from app.certificates.claims import course_of, percent, period_of
from app.certificates.models import Certificate, Issuance, IssuanceRequest, IssuanceState, StatusReason
from app.certificates.same_address import require_same_address
from app.certificates.wording import CannotBeWritten, text_problems
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.i18n import Text, _, _l
from app.core.jobs import wake
from app.core.templating import date as show_date
from app.core.templating import hours as show_hours
from app.training import queries as training
from app.training.models import Cohort, CourseKind, Enrolment, EnrolmentStatus
from app.training.queries import PersonReport
from app.training.record import lock_cohort

REASONS = (StatusReason.NAME, StatusReason.RECORD, StatusReason.COURSE, StatusReason.OTHER)


@dataclass(frozen=True)
class Difference:
    """One line of the paper: what the certificate says and what its correction would say."""

    label: Text
    now: str
    new: str

    @property
    def differs(self) -> bool:
        return self.now != self.new


@dataclass(frozen=True)
class CorrectionPreview:
    """What correcting a certificate would change; `obstacle` says why it cannot be done, if it cannot."""

    enrolment: Enrolment
    differences: tuple[Difference, ...]
    obstacle: Text | None

    @property
    def same(self) -> list[tuple[Text, str]]:
        """What stays as it is, each with its label."""
        return [(d.label, d.now) for d in self.differences if not d.differs]

    @property
    def is_possible(self) -> bool:
        return self.obstacle is None


def preview(certificate: Certificate) -> CorrectionPreview | None:
    """Compare a certificate with the record as it stands. Stores nothing; None when its cohort is gone."""
    enrolment = _enrolment(certificate)
    if enrolment is None:
        return None
    report = training.enrolment_report(enrolment)
    differences = _differences(certificate, report)
    return CorrectionPreview(enrolment, differences, _obstacle(report, differences))


def request_correction(
    certificate: Certificate, reason: StatusReason, words: str, actor: Actor, at: datetime
) -> Issuance:
    """Store the intention to issue a certificate that replaces this one; the worker does both in one transaction.

    Asking twice asks once. Raises `Conflict` when it is revoked or replaced, when there is nothing to correct, or
    when the address of the service is another than before.
    """
    enrolment = _enrolment(certificate)
    if enrolment is None:
        raise Conflict(_("이 수료증의 기수가 없어 정정할 수 없어요. 폐지만 할 수 있어요."))
    lock_cohort(enrolment.cohort)
    held = status_changes.lock(certificate)
    status_changes.require_valid(held)
    waiting = db.session.scalars(
        select(Issuance).where(Issuance.replaces == held.public_id, Issuance.state == IssuanceState.WAITING.value)
    ).one_or_none()
    if waiting is not None:
        return waiting
    report = training.enrolment_report(enrolment)
    obstacle = _obstacle(report, _differences(held, report))
    if obstacle is not None:
        raise Conflict(obstacle)
    require_same_address()
    problems = text_problems([report], this_authority())
    if problems:
        raise CannotBeWritten(problems[enrolment.id])
    return _intend(held, enrolment, reason, words, actor, at)


def _intend(
    certificate: Certificate, enrolment: Enrolment, reason: StatusReason, words: str, actor: Actor, at: datetime
) -> Issuance:
    request = IssuanceRequest(
        organisation_id=enrolment.organisation_id,
        cohort_id=enrolment.cohort_id,
        account_id=actor.account_id,
        actor_label=actor.label[:120],
        created_at=at,
    )
    last = db.session.scalar(select(func.max(Issuance.edition)).where(Issuance.enrolment_id == enrolment.id))
    issuance = Issuance(
        request=request,
        enrolment_id=enrolment.id,
        edition=(last or 0) + 1,
        replaces=certificate.public_id,
        reason=reason.value,
        words=words.strip()[:500],
    )
    db.session.add_all([request, issuance])
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(_("다른 화면에서 방금 정정을 시작했어요. 화면을 새로 고쳐 확인해 주세요.")) from error
    audit.record(
        actor,
        "certificate.request_correction",
        certificate,
        at=at,
        after={"edition": issuance.edition, "reason": reason.value},
        why=words,
    )
    wake("issuing")
    return issuance


def _obstacle(report: PersonReport, differences: tuple[Difference, ...]) -> Text | None:
    if report.enrolment.status != EnrolmentStatus.ENROLLED:
        return _l("수강이 취소된 사람이에요. 정정할 수 없고 폐지할 수 있어요.")
    if not report.decision.completed:
        return _l("지금 기록으로는 수료 기준에 미치지 못해요. 출결을 먼저 바로잡거나 수료증을 폐지해 주세요.")
    if not any(d.differs for d in differences):
        return _l("수료증과 기록이 같아서 정정할 것이 없어요. 명단이나 출결, 과정 정보를 먼저 바로잡아 주세요.")
    return None


def _differences(certificate: Certificate, report: PersonReport) -> tuple[Difference, ...]:
    cohort, person = report.enrolment.cohort, report.person
    started, ended = period_of(cohort)
    signed, course = _signed_course(certificate), course_of(cohort)
    return (
        Difference(_l("성명"), certificate.name, person.name),
        Difference(_l("생년월일"), show_date(certificate.birth_date), show_date(person.birth_date)),
        Difference(_l("과정명"), certificate.course_name, cohort.course.name),
        Difference(
            _l("종류"),
            str(CourseKind(certificate.course_kind).label),
            str(CourseKind(cohort.course.kind).label),
        ),
        Difference(_l("기수"), certificate.cohort_name, cohort.name),
        Difference(_l("교육 시작일"), show_date(certificate.started_on), show_date(started.date())),
        Difference(_l("교육 종료일"), show_date(certificate.ended_on), show_date(ended.date())),
        Difference(_l("과정 시간"), _number(signed["creditsAvailable"]), _number(course.credits_available)),
        Difference(_l("수료기준"), signed["criteria"]["narrative"], course.criteria),
        Difference(_l("과정 설명"), signed["description"], course.description),
        Difference(
            _l("이수시간"), show_hours(certificate.credited_minutes), show_hours(report.decision.credited_minutes)
        ),
        Difference(_l("출석률"), _share(certificate.attendance_percent), _share(percent(report.decision.rate))),
        Difference(_l("교육기관"), certificate.centre_name, cohort.organisation.name),
        Difference(_l("발급기관"), certificate.issuer_name, this_authority().name),
    )


def _signed_course(certificate: Certificate) -> Any:
    """Answer what was signed about the course beyond what the row has: its text, its rules, its hours."""
    return json.loads(certificate.credential)["credentialSubject"]["achievement"]


def _number(hours: object) -> str:
    return show_hours(int(Decimal(str(hours)) * 60))


def _share(value: Decimal) -> str:
    return f"{value.normalize():f}%"


def _enrolment(certificate: Certificate) -> Enrolment | None:
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.public_id == certificate.enrolment_public_id)
        .options(
            joinedload(Enrolment.person),
            joinedload(Enrolment.cohort).options(
                joinedload(Cohort.course),
                joinedload(Cohort.policy),
                joinedload(Cohort.organisation),
                selectinload(Cohort.sessions),
            ),
        )
    ).one_or_none()
