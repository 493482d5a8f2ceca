"""One batch of certificates: decided, numbered, signed and stored in the transaction of the caller.

Every step asks the database once for the whole batch, so that the number of statements does not grow with it. Each
certificate is verified by whoever signs it before anything is stored; serials follow the order of the intentions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload, selectinload

from app.certificates import log_intents, status_changes, status_service
from app.certificates.authority import Authority, this_authority
from app.certificates.claims import build_claims, percent, shared_claims
from app.certificates.models import (
    Certificate,
    CertificateStatus,
    Issuance,
    IssuanceState,
    Refusal,
    StatusReason,
)
from app.certificates.numbers import new_document_number, serial
from app.certificates.serial_counter import take_numbers
from app.certificates.slips import sign_slip
from app.certificates.wording import TextProblem, text_problems
from app.core import audit
from app.core.access import Actor
from app.core.clock import seoul_date
from app.core.db import db, insert_rows
from app.training import queries as training
from app.training.models import Cohort, Enrolment, EnrolmentStatus
from app.training.queries import PersonReport
from credentials import CertificateClaims, SigningKey, StatusEntry, sign_certificate, sign_jwt

WORKER = Actor.command("worker: issuing")

# A certificate as a row to be inserted.
Row = dict[str, Any]


@dataclass(frozen=True)
class Due:
    """One intention, what the record says of the person now, and the certificate that it corrects, if any."""

    issuance: Issuance
    report: PersonReport
    replaced: Certificate | None


@dataclass(frozen=True)
class _Allotted:
    """What a certificate's row holds beside what is signed and what the record says."""

    document_number: str
    status_list_id: int
    is_trial: bool


def claim(after: int, most: int) -> Sequence[Issuance]:
    """Take hold of waiting issuances behind `after`, in their order, that no other worker holds."""
    return db.session.scalars(
        select(Issuance)
        .where(Issuance.state == IssuanceState.WAITING.value, Issuance.id > after)
        .options(joinedload(Issuance.request, innerjoin=True))
        .order_by(Issuance.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=Issuance)
    ).all()


def issue(issuances: Sequence[Issuance], key: SigningKey, at: datetime) -> None:
    """Issue or refuse each of the claimed issuances."""
    authority = this_authority()
    everybody = decide_again(issuances)
    problems = text_problems([due.report for due in everybody], authority)
    granted: list[Due] = []
    for due in everybody:
        # Whatever can be refused is refused before a number is taken, so that refusals leave no gaps.
        refusal, detail = _refusal(due, problems.get(due.report.enrolment.id, []))
        if refusal is None:
            granted.append(due)
        else:
            _refuse(due, detail, at)
    if granted:
        store(granted, _sign(granted, authority, key, at), at)


def decide_again(issuances: Sequence[Issuance]) -> list[Due]:
    """Read the record as it stands now, and keep it so until the certificates are stored."""
    ids = [issuance.enrolment_id for issuance in issuances]
    cohorts = select(Enrolment.cohort_id).where(Enrolment.id.in_(ids))
    # Everybody who locks several cohorts takes them in one order.
    db.session.execute(
        select(Cohort.id).where(Cohort.id.in_(cohorts)).order_by(Cohort.id).with_for_update(read=True)
    ).all()
    enrolments = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.id.in_(ids))
        .options(
            joinedload(Enrolment.person, innerjoin=True),
            selectinload(Enrolment.cohort).options(
                joinedload(Cohort.course),
                joinedload(Cohort.policy),
                joinedload(Cohort.organisation),
                selectinload(Cohort.sessions),
            ),
        )
    ).all()
    reports = {report.enrolment.id: report for report in training.reports_of(enrolments)}
    replaced = _replaced(issuances)
    return [
        Due(issuance, reports[issuance.enrolment_id], replaced.get(issuance.replaces or "")) for issuance in issuances
    ]


def _replaced(issuances: Sequence[Issuance]) -> dict[str, Certificate]:
    """Hold the certificates that these correct, so that nobody revokes them meanwhile."""
    named = [issuance.replaces for issuance in issuances if issuance.replaces is not None]
    if not named:
        return {}
    rows = select(Certificate).where(Certificate.public_id.in_(named)).order_by(Certificate.id)
    held = db.session.scalars(rows.with_for_update().execution_options(populate_existing=True))
    return {certificate.public_id: certificate for certificate in held}


def _refusal(due: Due, problems: Sequence[TextProblem]) -> tuple[Refusal | None, str]:
    report = due.report
    if due.replaced is not None and due.replaced.status != CertificateStatus.VALID:
        return Refusal.NOT_VALID, Refusal.NOT_VALID.value
    if report.enrolment.status != EnrolmentStatus.ENROLLED:
        return Refusal.CANCELLED, Refusal.CANCELLED.value
    if not report.decision.completed:
        return Refusal.NOT_COMPLETED, Refusal.NOT_COMPLETED.value
    if problems:
        return Refusal.TEXT, f"{Refusal.TEXT.value}: {problems[0].text} ({problems[0].found})"[:300]
    return None, ""


def _refuse(due: Due, detail: str, at: datetime) -> None:
    due.issuance.state, due.issuance.refusal, due.issuance.done_at = IssuanceState.REFUSED.value, detail, at
    audit.record(WORKER, "certificate.refuse", due.report.enrolment, at=at, why=detail)


def _sign(granted: Sequence[Due], authority: Authority, key: SigningKey, at: datetime) -> list[Row]:
    serials = _take_serials(granted, seoul_date(at).year)
    replaced = [due.replaced for due in granted if due.replaced is not None]
    if replaced:
        status_changes.hold_lists(replaced)
    places = status_service.allot_places(authority, len(granted), at)
    documents = _unused_document_numbers(len(granted))
    cohorts = {cohort.id: cohort for cohort in (due.report.enrolment.cohort for due in granted)}
    shared = {id: shared_claims(cohort, authority) for id, cohort in cohorts.items()}
    certificates: list[Row] = []
    for due, number, document, (status_list, index) in zip(granted, serials, documents, places, strict=True):
        claims = build_claims(
            due.report,
            shared[due.report.enrolment.cohort_id],
            public_id=due.issuance.certificate_public_id,
            serial=number,
            status=StatusEntry(status_list.url, index),
            at=at,
        )
        allotted = _Allotted(document, status_list.id, authority.is_trial)
        certificates.append(_certificate(due, claims, allotted, key, at))
    return certificates


def _take_serials(granted: Sequence[Due], year: int) -> list[str]:
    """Advance the counter of each kind of course once; answer the serials in the order of the intentions."""
    kinds: list[str] = [due.report.enrolment.cohort.course.kind for due in granted]
    taken = {kind: iter(take_numbers(year, kind, len(list(same)))) for kind, same in groupby(sorted(kinds))}
    return [serial(year, kind, next(taken[kind])) for kind in kinds]


def _certificate(due: Due, claims: CertificateClaims, allotted: _Allotted, key: SigningKey, at: datetime) -> Row:
    enrolment, person, decision = due.report.enrolment, due.report.person, due.report.decision
    cohort = enrolment.cohort
    credential = sign_certificate(claims, key, at)
    return {
        "public_id": due.issuance.certificate_public_id,
        "organisation_id": cohort.organisation_id,
        "serial": claims.serial,
        "document_number": allotted.document_number,
        "person_public_id": person.public_id,
        "cohort_public_id": cohort.public_id,
        "enrolment_public_id": enrolment.public_id,
        "name": claims.name,
        "birth_date": person.birth_date,
        "course_name": claims.course.name,
        "course_kind": cohort.course.kind,
        "cohort_name": claims.term,
        "centre_name": claims.centre.name,
        "issuer_name": claims.issuer.name,
        "started_on": claims.started.date(),
        "ended_on": claims.ended.date(),
        "credited_minutes": decision.credited_minutes,
        "attendance_percent": percent(decision.rate),
        "issued_at": claims.valid_from,
        "key_id": key.public.id,
        "credential": credential,
        "slip": sign_slip(claims, credential, key),
        "token": sign_jwt(claims, key, at),
        "sha256": hashlib.sha256(credential).hexdigest(),
        "status_list_id": allotted.status_list_id,
        "status_index": claims.status.index,
        "is_trial": allotted.is_trial,
        "status": CertificateStatus.VALID.value,
    }


def store(granted: Sequence[Due], certificates: Sequence[Row], at: datetime) -> None:
    """Store certificates, what the log and the audit trail say of them, and that their intentions are done."""
    insert_rows(Certificate, certificates)
    done = update(Issuance).where(Issuance.id.in_([due.issuance.id for due in granted]))
    db.session.execute(
        done.values(state=IssuanceState.DONE.value, done_at=at), execution_options={"synchronize_session": False}
    )
    log_intents.note_issued(certificates)
    audit.record_all(
        [
            audit.line(
                WORKER,
                "certificate.issue",
                Certificate.__name__,
                row["public_id"],
                at=at,
                after={"serial": row["serial"], "sha256": row["sha256"]},
                why=due.issuance.request.actor_label,
            )
            for due, row in zip(granted, certificates, strict=True)
        ]
    )
    for due in granted:
        if due.replaced is not None:
            _replace(due.replaced, due.issuance, at)


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


def _unused_document_numbers(count: int) -> list[str]:
    """Draw numbers that no certificate has. Two alike in one batch, or a taken one, are drawn anew."""
    unused: set[str] = set()
    while len(unused) < count:
        drawn = {new_document_number() for _number in range(count - len(unused))} - unused
        rows = select(Certificate.document_number).where(Certificate.document_number.in_(drawn))
        unused |= drawn - set(db.session.scalars(rows))
    return list(unused)
