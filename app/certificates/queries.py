"""Questions about certificates and the work of issuing them. Every one that serves a person is scoped here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, true
from sqlalchemy.orm import defer

from app.accounts.models import Person
from app.certificates.models import Certificate, CertificateStatus, Issuance, IssuanceState, StatusList
from app.core.access import Actor, owned
from app.core.db import db
from app.core.errors import NotFound
from app.core.i18n import Text
from app.core.lookup import Lookup
from app.training import queries as training
from app.training.models import Cohort, Enrolment
from app.training.queries import PersonReport


@dataclass(frozen=True)
class Candidate:
    """One person of a cohort on the page of issuing: what the record says and how far the certificate is."""

    report: PersonReport
    issuance: Issuance | None
    certificate: Certificate | None

    @property
    def can_be_issued(self) -> bool:
        """Whether asking for the whole cohort would issue a certificate."""
        return self.report.decision.completed and (self.issuance is None or self.issuance.leaves_open)

    @property
    def can_be_issued_again(self) -> bool:
        """Whether naming this person would issue another certificate, since theirs was revoked."""
        revoked = self.certificate is not None and self.certificate.status == CertificateStatus.REVOKED
        return revoked and self.report.decision.completed and not self.is_waiting

    @property
    def record_has_changed(self) -> bool:
        """Whether the record no longer says what the certificate says: it was corrected after the issue."""
        decision, certificate = self.report.decision, self.certificate
        return certificate is not None and (
            not decision.completed or decision.credited_minutes != certificate.credited_minutes
        )

    @property
    def is_waiting(self) -> bool:
        return self.issuance is not None and self.issuance.state == IssuanceState.WAITING

    @property
    def refusal(self) -> Text | None:
        """Why it was refused, when it was."""
        refused = self.issuance is not None and self.issuance.state == IssuanceState.REFUSED
        return self.issuance.refusal_text if self.issuance is not None and refused else None

    @property
    def is_being_corrected(self) -> bool:
        """Whether a correction of the certificate has been asked for and waits."""
        return self.is_waiting and self.issuance is not None and self.issuance.replaces is not None


@dataclass(frozen=True)
class Progress:
    """How far the certificates of a cohort are: those asked for, done, waiting and refused."""

    done: int
    waiting: int
    refused: int

    @property
    def total(self) -> int:
        return self.done + self.waiting + self.refused

    @property
    def finished(self) -> int:
        """How many need no more work, one way or the other."""
        return self.done + self.refused


def candidates(cohort: Cohort) -> list[Candidate]:
    """Answer everybody of a cohort in the order of the roster: who has a certificate, who will get one, who not."""
    issuances = {
        i.enrolment_id: i
        for i in db.session.scalars(
            select(Issuance)
            .join(Enrolment, Issuance.enrolment_id == Enrolment.id)
            .where(Enrolment.cohort_id == cohort.id)
            .order_by(Issuance.edition)
        )
    }
    certificates = {
        c.enrolment_public_id: c
        for c in db.session.scalars(certificates_of_cohort(cohort).order_by(None).order_by(Certificate.id))
    }
    return [
        Candidate(report, issuances.get(report.enrolment.id), certificates.get(report.enrolment.public_id))
        for report in training.cohort_report(cohort)
    ]


def progress_of(cohort: Cohort) -> Progress:
    """Count the certificates of a cohort by how far they are."""
    counted = (
        select(Issuance.state, func.count())
        .join(Enrolment, Issuance.enrolment_id == Enrolment.id)
        .where(Enrolment.cohort_id == cohort.id)
        .group_by(Issuance.state)
    )
    found = dict(db.session.execute(counted).all())
    return Progress(
        done=found.get(IssuanceState.DONE, 0),
        waiting=found.get(IssuanceState.WAITING, 0),
        refused=found.get(IssuanceState.REFUSED, 0),
    )


def certificates_of_cohort(cohort: Cohort, search: str = "") -> Select[Certificate]:
    """Select the certificates of a cohort by serial, for a paged list; `search` looks at names and numbers."""
    rows = select(Certificate).where(Certificate.cohort_public_id == cohort.public_id)
    return _searched(rows, search).order_by(Certificate.id)


def ledger(actor: Actor, search: str = "") -> Select[Certificate]:
    """Select everything this actor's centres had issued (발급대장), the newest first."""
    return _searched(owned(Certificate, actor), search).order_by(Certificate.id.desc())


def every(rows: Select[Certificate]) -> Sequence[Certificate]:
    """Answer all certificates of a select, for a table to take away: without what was signed, which is not in it."""
    return db.session.scalars(rows.options(defer(Certificate.credential), defer(Certificate.slip))).all()


def holding(cohort: Cohort) -> Sequence[Certificate]:
    """Answer the certificates of a cohort that hold, by serial: without what was signed."""
    rows = certificates_of_cohort(cohort).where(Certificate.status == CertificateStatus.VALID.value)
    return db.session.scalars(rows.options(defer(Certificate.credential))).all()


def how_many_hold(cohort: Cohort) -> tuple[int, int]:
    """Count the certificates of a cohort that hold, and those that do not (any more)."""
    counted = (
        select(Certificate.status, func.count())
        .where(Certificate.cohort_public_id == cohort.public_id)
        .group_by(Certificate.status)
    )
    found = dict(db.session.execute(counted).all())
    hold = found.pop(CertificateStatus.VALID.value, 0)
    return hold, sum(found.values())


def certificate_to_print(public_id: str) -> Certificate:
    """Answer a certificate whose reader was asked for permission before."""
    return db.session.scalars(select(Certificate).where(Certificate.public_id == public_id)).one()


def _searched(rows: Select[Certificate], search: str) -> Select[Certificate]:
    if not search:
        return rows
    columns = (Certificate.name, Certificate.serial, Certificate.document_number, Certificate.course_name)
    return rows.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))


def roster_certificates(cohort: Cohort) -> Sequence[Certificate]:
    """Answer the certificates of a cohort in the order of the roster."""
    rows = (
        select(Certificate)
        .join(Enrolment, Certificate.enrolment_public_id == Enrolment.public_id)
        .where(Certificate.cohort_public_id == cohort.public_id)
        .order_by(Enrolment.id, Certificate.id)
    )
    return db.session.scalars(rows).all()


def certificate_for(actor: Actor, public_id: str) -> Certificate:
    """Answer a certificate to its owner or to the centre that taught. Raises `NotFound` to everybody else."""
    if actor.is_operator and not actor.is_signed_in:
        allowed: ColumnElement[bool] = true()
    else:
        own = select(Person.public_id).where(Person.id == actor.person_id).scalar_subquery()
        allowed = or_(Certificate.organisation_id.in_(actor.organisation_ids()), Certificate.person_public_id == own)
    row = db.session.scalars(select(Certificate).where(Certificate.public_id == public_id, allowed)).one_or_none()
    if row is None:
        raise NotFound
    return row


_rows = Certificate.__table__.c
_CREDENTIAL = Lookup(select(_rows.credential).where(_rows.public_id == bindparam("public_id")))


def credential_bytes(public_id: str) -> bytes | None:
    """Answer the exact bytes of a credential, or None."""
    return next((credential for (credential,) in _CREDENTIAL.rows(public_id=public_id)), None)


def credential_digest(public_id: str) -> str | None:
    """Answer the SHA-256 digest of a credential in hexadecimal, or None."""
    return db.session.scalar(select(Certificate.sha256).where(Certificate.public_id == public_id))


def known_ids(public_ids: Collection[str]) -> list[str]:
    """Answer which of these are ids of certificates that were issued here."""
    return list(db.session.scalars(select(_rows.public_id).where(_rows.public_id.in_(public_ids))))


def status_list_bytes(public_id: str, *, replaced: bool = False) -> bytes | None:
    """Answer the exact bytes of a status list, or of the list of replaced certificates beside it; or None."""
    named = select(StatusList.id).where(StatusList.public_id == public_id, StatusList.beside_id.is_(None))
    wanted = StatusList.beside_id if replaced else StatusList.id
    return db.session.scalar(select(StatusList.document).where(wanted == named.scalar_subquery()))


def by_document_number(number: str) -> Certificate | None:
    """Find the certificate with this document number, written in groups."""
    return db.session.scalars(select(Certificate).where(Certificate.document_number == number)).one_or_none()


def people_with_certificates(cohort_ids: Collection[int]) -> dict[int, int]:
    """Count, for each of these cohorts, how many people hold a certificate of it."""
    counted = (
        select(Cohort.id, func.count(Certificate.enrolment_public_id.distinct()))
        .join(Certificate, Certificate.cohort_public_id == Cohort.public_id)
        .where(Cohort.id.in_(cohort_ids))
        .group_by(Cohort.id)
    )
    return dict(db.session.execute(counted).all())
