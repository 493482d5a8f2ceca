"""Issuing: somebody asks, the intention is stored, and the worker signs one certificate per transaction.

Everything that makes a certificate (the claim on the intention, the decision, the serial number, the place on the
status list, the signature, the row) is committed together. Whoever is killed leaves the intention waiting and the
number untaken.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from app.certificates import keys, log_intents, log_service, seal_keys, status_changes, status_service
from app.certificates.authority import Authority, this_authority
from app.certificates.claims import build_claims, percent, period_of
from app.certificates.models import (
    Certificate,
    CertificateStatus,
    Issuance,
    IssuanceRequest,
    IssuanceState,
    KeyPurpose,
    Refusal,
    StatusReason,
)
from app.certificates.numbers import new_document_number, serial
from app.certificates.serial_counter import take_number
from app.certificates.slips import sign_slip
from app.certificates.wording import CannotBeWritten, text_problems
from app.core import audit
from app.core.access import Actor
from app.core.clock import seoul_date
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from app.core.i18n import _
from app.core.jobs import job, wake
from app.training import queries as training
from app.training.models import Cohort, Course, Enrolment, EnrolmentStatus
from app.training.queries import PersonReport
from app.training.record import lock_cohort
from credentials import SigningKey, StatusEntry, sign_certificate, sign_jwt

WORKER = Actor.command("worker: issuing")
_log = logging.getLogger("ieum.certificates")


def request_certificates(
    cohort: Cohort, actor: Actor, at: datetime, enrolments: Sequence[Enrolment] | None = None
) -> IssuanceRequest | None:
    """Store the intention to issue for everybody of the cohort (or these enrolments) who completed and has none.

    None when nobody is left: asking twice asks once. Raises `CannotBeWritten` when somebody's certificate could not
    be printed or signed, `Conflict` when somebody who was named has not completed; then nothing is stored.
    """
    # Attendance waits meanwhile, and so does a second click, which then finds nobody left.
    lock_cohort(cohort)
    reports = training.cohort_report(cohort)
    if enrolments is not None:
        reports = _named(reports, enrolments)
    latest = {i.enrolment_id: i for i in _issuances(cohort)}
    # Whose certificate was revoked gets another only when somebody names them.
    again = _revoked(cohort) if enrolments is not None else set()
    wanted = [r for r in reports if r.decision.completed and _is_open(r, latest, again)]
    if not wanted:
        return None
    _check_texts(wanted)
    request = IssuanceRequest(
        organisation_id=cohort.organisation_id,
        cohort_id=cohort.id,
        account_id=actor.account_id,
        actor_label=actor.label[:120],
        created_at=at,
    )
    db.session.add(request)
    for report in wanted:
        _intend(request, report.enrolment, latest.get(report.enrolment.id))
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(_("다른 화면에서 방금 발급을 시작했어요. 화면을 새로 고쳐 확인해 주세요.")) from error
    audit.record(
        actor, "certificates.request", request, at=at, after={"cohort": cohort.public_id, "people": len(wanted)}
    )
    wake("issuing")
    return request


@job("issuing")
def issue_waiting(at: datetime) -> None:
    """Issue whatever waits, each certificate in a transaction of its own; safe beside another worker."""
    begun = time.monotonic()
    with unit_of_work():
        keys.ensure_keys(at)
        seal_keys.ensure_seal(at)
        if db.session.scalar(select(exists().where(Issuance.state == IssuanceState.WAITING.value))):
            key = keys.signing_key(KeyPurpose.CREDENTIALS, at)
        else:
            return
    last: int | None = 0
    while last is not None:
        last = _issue_next(last, key, at)
    status_service.publish_lists(at)
    # The log's word on when something was there counts against a stolen key: it is told the time of now.
    log_service.sequence(at + timedelta(seconds=time.monotonic() - begun))


def _named(reports: list[PersonReport], enrolments: Sequence[Enrolment]) -> list[PersonReport]:
    ids = {e.id for e in enrolments}
    named = [r for r in reports if r.enrolment.id in ids]
    missing = [r.person.name for r in named if not r.decision.completed]
    if missing or len(named) != len(ids):
        raise Conflict(
            _("아직 수료하지 않아 수료증을 발급할 수 없어요: %(names)s", names=", ".join(missing) or _("수강취소"))
        )
    return named


def _issuances(cohort: Cohort) -> Sequence[Issuance]:
    rows = (
        select(Issuance)
        .join(Enrolment, Issuance.enrolment_id == Enrolment.id)
        .where(Enrolment.cohort_id == cohort.id)
        .order_by(Issuance.edition)
    )
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def _revoked(cohort: Cohort) -> set[str]:
    """Name the enrolments whose latest certificate has been revoked."""
    rows = (
        select(Certificate.enrolment_public_id, Certificate.status)
        .where(Certificate.cohort_public_id == cohort.public_id)
        .order_by(Certificate.id)
    )
    last = dict(db.session.execute(rows).all())
    return {enrolment for enrolment, status in last.items() if status == CertificateStatus.REVOKED}


def _is_open(report: PersonReport, latest: dict[int, Issuance], again: set[str]) -> bool:
    issuance = latest.get(report.enrolment.id)
    if issuance is None or issuance.leaves_open:
        return True
    return report.enrolment.public_id in again and issuance.state != IssuanceState.WAITING


def _check_texts(reports: list[PersonReport]) -> None:
    authority = this_authority()
    problems = [problem for report in reports for problem in text_problems(report, authority)]
    if problems:
        # What the course itself is called goes wrong for everybody; it is said once.
        raise CannotBeWritten(list(dict.fromkeys(problems)))


def _intend(request: IssuanceRequest, enrolment: Enrolment, latest: Issuance | None) -> None:
    if latest is None or not latest.leaves_open:
        edition = 1 if latest is None else latest.edition + 1
        db.session.add(Issuance(request=request, enrolment_id=enrolment.id, edition=edition))
        return
    # Somebody who was refused and has completed since: the same intention, with the same certificate id, again.
    latest.request, latest.state, latest.refusal, latest.done_at = request, IssuanceState.WAITING.value, "", None


def _issue_next(after: int, key: SigningKey, at: datetime) -> int | None:
    """Work on the next waiting issuance behind `after`; answer its id, or None when there is none."""
    taken = None
    try:
        with unit_of_work():
            issuance = _claim(after)
            if issuance is None or not keys.is_in_use(key):
                # A key that was given up meanwhile signs nothing more; what waits is taken up with its successor.
                return None
            taken = issuance.id
            _issue(issuance, key, at)
    except Exception:
        if taken is None:
            raise
        # It is rolled back and still waits; the next sweep tries again. The others must not wait with it.
        _log.exception("issuance %s failed and stays waiting", taken)
    return taken


def _claim(after: int) -> Issuance | None:
    """Take hold of a waiting issuance that no other worker holds."""
    return db.session.scalars(
        select(Issuance)
        .where(Issuance.state == IssuanceState.WAITING.value, Issuance.id > after)
        .order_by(Issuance.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()


def _issue(issuance: Issuance, key: SigningKey, at: datetime) -> None:
    authority = this_authority()
    report = _decide_again(issuance)
    replaced = _replaced(issuance)
    # Whatever can be refused is refused before a number is taken, so that refusals leave no gaps.
    refusal, detail = _refusal(report, authority, replaced)
    if refusal is not None:
        issuance.state, issuance.refusal, issuance.done_at = IssuanceState.REFUSED.value, detail, at
        audit.record(WORKER, "certificate.refuse", report.enrolment, at=at, why=detail)
        return
    certificate = _sign(issuance, report, authority, key, at)
    _store(issuance, certificate, at)
    if replaced is not None:
        _replace(replaced, issuance, at)


def _decide_again(issuance: Issuance) -> PersonReport:
    """Read the record as it stands now, and keep it so until the certificate is stored."""
    cohort = select(Cohort.id).join(Enrolment, Enrolment.cohort_id == Cohort.id)
    db.session.execute(
        cohort.where(Enrolment.id == issuance.enrolment_id).with_for_update(read=True, of=Cohort)
    ).one()
    enrolment = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.id == issuance.enrolment_id)
        .options(
            joinedload(Enrolment.person),
            joinedload(Enrolment.cohort).options(
                joinedload(Cohort.course),
                joinedload(Cohort.policy),
                joinedload(Cohort.organisation),
                selectinload(Cohort.sessions),
            ),
        )
    ).one()
    return training.enrolment_report(enrolment)


def _replaced(issuance: Issuance) -> Certificate | None:
    """Hold the certificate that this one corrects, so that nobody revokes it meanwhile."""
    if issuance.replaces is None:
        return None
    old = db.session.scalars(select(Certificate).where(Certificate.public_id == issuance.replaces)).one()
    return status_changes.lock(old)


def _replace(old: Certificate, issuance: Issuance, at: datetime) -> None:
    asked = issuance.request
    status_changes.mark(
        old,
        CertificateStatus.REPLACED,
        StatusReason(issuance.reason),
        Actor(label=asked.actor_label, account_id=asked.account_id),
        at,
        words=issuance.words,
        replaced_by=issuance.certificate_public_id,
    )


def _refusal(report: PersonReport, authority: Authority, replaced: Certificate | None) -> tuple[Refusal | None, str]:
    if replaced is not None and replaced.status != CertificateStatus.VALID:
        return Refusal.NOT_VALID, Refusal.NOT_VALID.value
    if report.enrolment.status != EnrolmentStatus.ENROLLED:
        return Refusal.CANCELLED, Refusal.CANCELLED.value
    if not report.decision.completed:
        return Refusal.NOT_COMPLETED, Refusal.NOT_COMPLETED.value
    problems = text_problems(report, authority)
    if problems:
        return Refusal.TEXT, f"{Refusal.TEXT.value}: {problems[0].text} ({problems[0].found})"[:300]
    return None, ""


def _sign(
    issuance: Issuance, report: PersonReport, authority: Authority, key: SigningKey, at: datetime
) -> Certificate:
    cohort, person = report.enrolment.cohort, report.person
    course: Course = cohort.course
    year = seoul_date(at).year
    number = serial(year, course.kind, take_number(year, course.kind))
    status_list, index = status_service.allot_place(authority, at)
    claims = build_claims(
        report,
        public_id=issuance.certificate_public_id,
        serial=number,
        status=StatusEntry(status_list.url, index),
        authority=authority,
        at=at,
    )
    credential = sign_certificate(claims, key, at)
    started, ended = period_of(cohort)
    return Certificate(
        public_id=issuance.certificate_public_id,
        organisation_id=cohort.organisation_id,
        serial=number,
        document_number=_unused_document_number(),
        person_public_id=person.public_id,
        cohort_public_id=cohort.public_id,
        enrolment_public_id=report.enrolment.public_id,
        name=claims.name,
        birth_date=person.birth_date,
        course_name=claims.course.name,
        course_kind=course.kind,
        cohort_name=claims.term,
        centre_name=claims.centre.name,
        issuer_name=claims.issuer.name,
        started_on=started.date(),
        ended_on=ended.date(),
        credited_minutes=report.decision.credited_minutes,
        attendance_percent=percent(report.decision.rate),
        issued_at=claims.valid_from,
        key_id=key.public.id,
        credential=credential,
        slip=sign_slip(claims, credential, key),
        token=sign_jwt(claims, key, at),
        sha256=hashlib.sha256(credential).hexdigest(),
        status_list_id=status_list.id,
        status_index=index,
        is_trial=authority.is_trial,
    )


def _store(issuance: Issuance, certificate: Certificate, at: datetime) -> None:
    db.session.add(certificate)
    issuance.state, issuance.done_at = IssuanceState.DONE.value, at
    db.session.flush()
    log_intents.note_issued(certificate)
    audit.record(
        WORKER,
        "certificate.issue",
        certificate,
        at=at,
        after={"serial": certificate.serial, "sha256": certificate.sha256},
        why=issuance.request.actor_label,
    )


def _unused_document_number() -> str:
    while True:
        number = new_document_number()
        if not db.session.scalar(select(exists().where(Certificate.document_number == number))):
            return number
