"""Issuing: somebody asks, the intentions are stored, and the worker signs a batch of certificates per transaction.

Everything that makes a certificate (the claim on the intention, the decision, the serial number, the place on the
status list, the signature, the row) is committed together. Whoever is killed leaves the intentions of the batch
waiting and their numbers untaken.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from app.certificates import issuing_batch, keys, log_service, seal_keys, status_service
from app.certificates.authority import this_authority
from app.certificates.key_token import TokenUnavailable
from app.certificates.models import (
    Certificate,
    CertificateStatus,
    Issuance,
    IssuanceRequest,
    IssuanceState,
    KeyPurpose,
)
from app.certificates.same_address import require_same_address
from app.certificates.wording import CannotBeWritten, text_problems
from app.core import audit
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from app.core.i18n import _
from app.core.jobs import job, wake
from app.training import queries as training
from app.training.models import Cohort, Enrolment
from app.training.queries import PersonReport
from app.training.record import lock_cohort
from credentials import SigningKey

# A batch holds the write lock (SQLite) or the serial counter (PostgreSQL), and is done again when one in it fails.
_FIRST, _LARGEST = 64, 200
_BATCH_SECONDS = 0.5
_log = logging.getLogger("ieum.certificates")


def request_certificates(
    cohort: Cohort,
    actor: Actor,
    at: datetime,
    enrolments: Sequence[Enrolment] | None = None,
    *,
    at_any_address: bool = False,
) -> IssuanceRequest | None:
    """Store the intention to issue for everybody of the cohort (or these enrolments) who completed and has none.

    None when nobody is left: asking twice asks once. Raises `CannotBeWritten` when somebody's certificate could not
    be printed or signed, `Conflict` when somebody who was named has not completed, or when certificates were issued
    under another address before, unless `at_any_address`; then nothing is stored.
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
    if not at_any_address:
        require_same_address()
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
    """Issue whatever waits, in batches of a transaction each; safe beside another worker."""
    begun = time.monotonic()
    with unit_of_work():
        keys.ensure_keys(at)
        seal_keys.ensure_seal(at)
        if db.session.scalar(select(exists().where(Issuance.state == IssuanceState.WAITING.value))):
            key = keys.signing_key(KeyPurpose.CREDENTIALS, at)
        else:
            return
    after, size = 0, _FIRST
    while (done := _issue_next(after, size, key, at)) is not None:
        after, size = done
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
    problems = list(chain.from_iterable(text_problems(reports, this_authority()).values()))
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


def _issue_next(after: int, most: int, key: SigningKey, at: datetime) -> tuple[int, int] | None:
    """Issue up to `most` of those that wait behind `after`, in one transaction.

    Answer the last one's id and how many may be taken next; None when nobody is left, or the key has been given up.
    Raises `TokenUnavailable` when the token that signs has gone away.
    """
    taken: list[int] = []
    began = time.monotonic()
    try:
        with unit_of_work():
            issuances = issuing_batch.claim(after, most)
            if not issuances or not keys.is_in_use(key):
                # A key that was given up meanwhile signs nothing more; what waits is taken up with its successor.
                return None
            taken = [issuance.id for issuance in issuances]
            issuing_batch.issue(issuances, key, at)
    except TokenUnavailable:
        # It fails everybody alike; the next sweep asks for it again.
        raise
    except Exception:
        if not taken:
            raise
        return _after_failure(after, taken)
    return taken[-1], _next_size(most, time.monotonic() - began)


def _after_failure(after: int, taken: list[int]) -> tuple[int, int]:
    """Tell how to go on after a batch that was rolled back: by halves, down to the one that fails by itself.

    That one still waits; the next sweep tries it again. The others must not wait with it.
    """
    if len(taken) > 1:
        _log.warning("%s issuances failed together; they are tried by halves", len(taken))
        return after, len(taken) // 2
    _log.exception("issuance %s failed and stays waiting", taken[0])
    return taken[0], 1


def _next_size(size: int, seconds: float) -> int:
    """Choose as many as will take half a second: people watch the progress, and other writers wait for the commit."""
    return min(max(1, int(size * _BATCH_SECONDS / seconds)), 4 * size, _LARGEST)
