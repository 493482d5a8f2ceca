"""Issuing again what a revoked key has signed: a stolen key takes the certificates with it that were issued since.

Each is replaced by a new one that says what the old one said, signed with the present key. What it said is taken
from the signed bytes, and only where the row is as the log tells: nothing slipped in gains a sound signature.
One certificate is one transaction; whoever is killed has replaced some, and the next run goes on with the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, and_, exists, func, or_, select

from app.certificates import keys, log_intents, log_queries, status_changes, status_service
from app.certificates.authority import this_authority
from app.certificates.claims import urn
from app.certificates.log_models import LogEntry, LogKind
from app.certificates.log_record import lasting_columns
from app.certificates.models import (
    Certificate,
    CertificateStatus,
    Issuance,
    IssuanceState,
    IssuerKey,
    KeyPurpose,
    StatusReason,
)
from app.certificates.numbers import new_document_number, serial
from app.certificates.queries import by_document_number
from app.certificates.serial_counter import take_numbers
from app.certificates.slips import sign_slip
from app.core import audit
from app.core.access import Actor
from app.core.clock import SEOUL, seoul_date
from app.core.db import db, new_public_id, unit_of_work
from app.core.errors import Conflict, NotFound
from app.core.i18n import Text, _, _l
from credentials import CertificateClaims, Issuer, SigningKey, StatusEntry, examine, sign_certificate, sign_jwt

_WORDS = _l("서명한 키를 폐지해서 같은 내용으로 다시 발급함")
_SAID_AGAIN = (
    "organisation_id",
    "person_public_id",
    "cohort_public_id",
    "enrolment_public_id",
    "name",
    "birth_date",
    "course_name",
    "course_kind",
    "cohort_name",
    "centre_name",
    "started_on",
    "ended_on",
    "credited_minutes",
    "attendance_percent",
)


class Obstacle(StrEnum):
    """Why a certificate is not issued again."""

    NOT_LOGGED = "not_logged"
    CHANGED = "changed"

    @property
    def label(self) -> Text:
        return _OBSTACLES[self]


_OBSTACLES: dict[Obstacle, Text] = {
    Obstacle.NOT_LOGGED: _l("발급 기록에 없는 수료증이에요. 이 서비스가 발급한 것인지 알 수 없어요."),
    Obstacle.CHANGED: _l("저장된 내용이 발급 기록과 달라요. log check로 무엇이 바뀌었는지 확인해 주세요."),
}


@dataclass(frozen=True)
class Affected:
    """A certificate that its key's revocation has made worthless; `obstacle` says why it cannot be issued again."""

    public_id: str
    serial: str
    obstacle: Obstacle | None


@dataclass(frozen=True)
class Reissued:
    """A certificate and the one that has replaced it."""

    old_serial: str
    serial: str
    public_id: str


def revoked_key(key_id: str) -> IssuerKey:
    """Answer a revoked key for certificates. Raises `NotFound` for any other id, `Conflict` while it still counts."""
    row = db.session.scalars(
        select(IssuerKey).where(IssuerKey.key_id == key_id, IssuerKey.purpose == KeyPurpose.CREDENTIALS.value)
    ).one_or_none()
    if row is None:
        raise NotFound(_("수료증에 서명하는 이런 키는 없어요: %(key)s", key=key_id))
    if row.revoked_at is None:
        raise Conflict(_("폐지하지 않은 키예요. 이 키로 서명한 수료증은 그대로 유효해요."))
    return row


def affected(key: IssuerKey) -> list[Affected]:
    """Answer what the key has signed and the log did not have before its revocation, in the order of issue.

    What has been revoked or replaced meanwhile is not among it, nor what waits for a correction: that replaces it.
    """
    return [Affected(row.public_id, row.serial, _obstacle(row)) for batch in _batches(key) for row in batch]


def reissue(key: IssuerKey, actor: Actor, at: datetime) -> Iterator[Reissued]:
    """Replace everything affected that can be, each in a transaction of its own; yield what has been replaced."""
    with unit_of_work():
        keys.ensure_keys(at)
        signing = keys.signing_key(KeyPurpose.CREDENTIALS, at)
    for found in affected(key):
        if found.obstacle is not None:
            continue
        with unit_of_work():
            done = _reissue_one(found.public_id, signing, actor, at)
        if done is not None:
            yield done


def count_lost(key_id: str, since: datetime) -> int:
    """Count the valid certificates that would count no more if the key were revoked since a time."""
    return db.session.scalar(select(func.count()).select_from(_lost(key_id, since).subquery())) or 0


def _batches(key: IssuerKey) -> Iterator[Sequence[Certificate]]:
    being_corrected = exists().where(
        Issuance.replaces == Certificate.public_id, Issuance.state == IssuanceState.WAITING.value
    )
    lost = _lost(key.key_id, key.revoked_at).where(~being_corrected)
    rows = select(Certificate).where(Certificate.id.in_(lost)).order_by(Certificate.id).limit(256)
    last = 0
    while batch := db.session.scalars(rows.where(Certificate.id > last)).all():
        last = batch[-1].id
        yield batch


def _lost(key_id: str, since: datetime | None) -> Select[int]:
    entry = and_(LogEntry.digest == Certificate.sha256, LogEntry.kind == LogKind.ISSUED.value)
    return (
        select(Certificate.id)
        .outerjoin(LogEntry, entry)
        .where(
            Certificate.key_id == key_id,
            Certificate.status == CertificateStatus.VALID.value,
            or_(LogEntry.at.is_(None), LogEntry.at >= since),
        )
    )


def _obstacle(certificate: Certificate) -> Obstacle | None:
    entry = log_queries.issue_of(certificate.sha256)
    if entry is None or entry.subject != certificate.public_id:
        return Obstacle.NOT_LOGGED
    is_untouched = log_queries.is_as_issued(certificate)
    return None if is_untouched and _claims(certificate) is not None else Obstacle.CHANGED


def _claims(certificate: Certificate) -> CertificateClaims | None:
    """Answer what was signed; None when the key never signed these bytes, or they are another certificate's."""
    if hashlib.sha256(certificate.credential).hexdigest() != certificate.sha256:
        return None
    known = keys.before_revocation(keys.verification_keys().credentials, certificate.key_id)
    found = examine(
        certificate.credential, issuer_keys=known, status_lists={}, at=certificate.issued_at, exact=True
    ).certificate
    is_this = found is not None and found.claims.credential_id == urn(certificate.public_id)
    return found.claims if found is not None and is_this else None


def _reissue_one(public_id: str, signing: SigningKey, actor: Actor, at: datetime) -> Reissued | None:
    old = db.session.scalars(select(Certificate).where(Certificate.public_id == public_id)).one()
    old = status_changes.lock(old)
    if old.status != CertificateStatus.VALID or _obstacle(old) is not None or not keys.is_in_use(signing):
        # Somebody else was faster; or the present key was given up as well, and the next run takes its successor.
        return None
    claims = _claims(old)
    if claims is None:
        return None
    new = _sign_again(old, claims, signing, at)
    db.session.add(new)
    db.session.flush()
    log_intents.note_issued([lasting_columns(new)])
    told = {"serial": new.serial, "sha256": new.sha256}
    audit.record(actor, "certificate.issue", new, at=at, after=told, why=str(_WORDS))
    status_changes.mark(
        old,
        CertificateStatus.REPLACED,
        StatusReason.KEY,
        actor,
        at,
        words=str(_WORDS),
        replaced_by=new.public_id,
    )
    return Reissued(old.serial, new.serial, new.public_id)


def _sign_again(old: Certificate, claims: CertificateClaims, signing: SigningKey, at: datetime) -> Certificate:
    authority = this_authority()
    year = seoul_date(at).year
    number = serial(year, old.course_kind, take_numbers(year, old.course_kind, 1)[0])
    status_changes.hold_lists([old])
    [(status_list, index)] = status_service.allot_places(authority, 1, at)
    public_id = new_public_id()
    new_claims = replace(
        claims,
        credential_id=urn(public_id),
        issuer=Issuer(authority.did, authority.name, authority.url),
        serial=number,
        valid_from=at.astimezone(SEOUL),
        status=StatusEntry(status_list.url, index),
    )
    credential = sign_certificate(new_claims, signing, at)
    return Certificate(
        **{column: getattr(old, column) for column in _SAID_AGAIN},
        public_id=public_id,
        serial=number,
        document_number=_unused_document_number(),
        issuer_name=new_claims.issuer.name,
        issued_at=new_claims.valid_from,
        key_id=signing.public.id,
        credential=credential,
        slip=sign_slip(new_claims, credential, signing),
        token=sign_jwt(new_claims, signing, at),
        sha256=hashlib.sha256(credential).hexdigest(),
        status_list_id=status_list.id,
        status_index=index,
        is_trial=authority.is_trial,
    )


def _unused_document_number() -> str:
    while True:
        number = new_document_number()
        if by_document_number(number) is None:
            return number
