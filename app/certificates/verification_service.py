"""Verification for everybody: by the address in the QR code, by document number, by the document itself.

The stored bytes are verified anew each time; what is shown comes from what was signed. No private key is opened.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import bindparam, select

from app.accounts import throttle
from app.accounts.birth_dates import parse_birth_date
from app.accounts.normal import normal_name
from app.accounts.throttle import EVERYBODY, Limit
from app.certificates import keys, log_queries, queries
from app.certificates import models as stored
from app.certificates.claims import urn
from app.certificates.models import Certificate, CertificateStatus
from app.certificates.numbers import parse_document_number
from app.certificates.verdict import Verdict, judge, not_this_one, with_list_failure, with_record
from app.core.db import db
from app.core.errors import Invalid
from app.core.i18n import _l
from app.core.lookup import Lookup
from credentials import Code, CouldNotCheck, Keys, State, StatusList, Step, examine

_PUBLIC_ID = re.compile(r"[0-9a-f]{32}")
_NO_ID = "0" * 32
_LISTS = "ieum_status_lists_read"
_HOUR, _DAY, _MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
_BUSY = _l(
    "지금 맞지 않는 조회가 아주 많아서 모든 조회를 잠시 멈췄어요. "
    "한 시간쯤 뒤에 다시 시도하거나 QR 코드로 확인해 주세요."
)
_CLOSED = _l(
    "이 수료증에는 틀린 생년월일이 여러 번 입력되어 한동안 더 물어볼 수 없어요. "
    "종이의 생년월일은 신분증과 비교하거나 교육기관에 물어봐 주세요."
)

# The year of birth is on the page, so a date is one of 366: at twenty wrong answers a month, trying them all takes a
# year and a half. The limits on everybody are against those who list certificates from many networks.
LIMITS = {
    "lookup": (Limit(10, _HOUR), Limit(30, _DAY)),
    "lookup_from": (Limit(60, _HOUR),),
    "lookup_all": (Limit(1000, _HOUR, _BUSY),),
    "birth_date": (Limit(5, _HOUR), Limit(10, _DAY)),
    "birth_date_from": (Limit(20, _HOUR),),
    "birth_date_wrong": (Limit(20, _MONTH, _CLOSED),),
    "birth_date_all": (Limit(1000, _HOUR, _BUSY),),
}


@dataclass(frozen=True)
class StoredCertificate:
    """What verification reads of a stored certificate."""

    public_id: str
    document_number: str
    birth_date: date
    credential: bytes
    sha256: str
    is_trial: bool
    status: str
    status_at: datetime | None
    replaced_by: str | None


@dataclass(frozen=True)
class Verification:
    """A stored certificate and the verdict on it. Only `verdict.certificate` has been signed."""

    certificate: StoredCertificate
    verdict: Verdict


# One query for everything.
_row, _list = Certificate.__table__.c, stored.StatusList.__table__.c
_FOUND = Lookup(
    select(*(_row[f.name] for f in fields(StoredCertificate)), _list.url, _list.document, keys.keys_state())
    .outerjoin(stored.StatusList.__table__, _row.status_list_id == _list.id)
    .where(_row.public_id == bindparam("public_id"))
)
_HINT = re.compile(rb'"id"\s*:\s*"urn:uuid:([0-9a-f-]{36})"')


def verify_stored(public_id: str, at: datetime) -> Verification | None:
    """Verify a certificate by its public id, in one query; None when there is none.

    A malformed id is looked up like an unknown one, so that the two cannot be told apart.
    """
    found = _find(public_id if _PUBLIC_ID.fullmatch(public_id) else _NO_ID)
    if found is None:
        return None
    certificate, known, lists_known = found
    lists = StoredLists(known.status, at, lists_known)
    verdict = _examine(certificate.credential, known.credentials, lists, at, exact=True)
    if verdict.is_by_revoked_key:
        digest = hashlib.sha256(certificate.credential).hexdigest()
        verdict = _examine_logged(certificate.credential, digest, known.credentials, lists, at, verdict, exact=True)
    signed = verdict.certificate
    if signed is not None and signed.claims.credential_id != urn(public_id):
        verdict = not_this_one(verdict)
    return Verification(certificate, with_record(verdict, CertificateStatus(certificate.status)))


def has_lost_its_key(certificate: Certificate, at: datetime) -> bool:
    """Tell whether verification refuses what its row calls valid: its key was revoked and the log had it too late."""
    found = verify_stored(certificate.public_id, at)
    return found is not None and found.verdict.is_by_revoked_key


def without_their_key(certificates: Iterable[Certificate], at: datetime) -> set[str]:
    """Answer the public ids of those among them that `has_lost_its_key` holds for; they are asked only if a key of
    theirs was revoked at all."""
    revoked = {key.id for key in keys.verification_keys().credentials.values() if key.revoked is not None}
    suspects = (c for c in certificates if c.key_id in revoked and c.status == CertificateStatus.VALID)
    return {certificate.public_id for certificate in suspects if has_lost_its_key(certificate, at)}


def verify_document(data: bytes, at: datetime) -> Verdict:
    """Verify a credential as somebody holds it; white space and key order may differ from what was issued."""
    # Which record it seems to be about only says what to read at once; what counts is the id that has been signed.
    hint = _HINT.search(data)
    found = _find(hint[1].decode().replace("-", "")) if hint is not None else None
    verification_keys = found[1] if found is not None else keys.verification_keys()
    lists = StoredLists(verification_keys.status, at, found[2] if found is not None else {})
    verdict = _examine(data, verification_keys.credentials, lists, at, exact=False)
    if verdict.is_by_revoked_key:
        digest = _digest_on_record(data)
        verdict = _examine_logged(data, digest, verification_keys.credentials, lists, at, verdict, exact=False)
    if verdict.certificate is None:
        return verdict
    public_id = uuid.UUID(verdict.certificate.claims.credential_id).hex
    if found is None or found[0].public_id != public_id:
        found = _find(public_id)
    record = found[0] if found is not None else None
    if record is None or not same_signature(data, record.credential):
        # Signed with our key, but nothing that we have on record: whoever stole the key made it.
        return not_this_one(verdict)
    return replace(with_record(verdict, CertificateStatus(record.status)), logged=log_queries.logged(record.sha256))


def same_signature(data: bytes, recorded: bytes) -> bool:
    """Tell whether a document carries the signature of the recorded one, whatever the spaces."""
    return data == recorded or _proof_value(data) == _proof_value(recorded)


def _find(public_id: str) -> tuple[StoredCertificate, keys.VerificationKeys, dict[str, bytes | None]] | None:
    """Answer a certificate, every verification key and the status list that it stands on."""
    rows = _FOUND.rows(public_id=public_id)
    if not rows:
        return None
    *columns, url, document, state = rows[0]
    certificate = StoredCertificate(*columns)
    stored_as: object = certificate.credential
    if isinstance(stored_as, str):
        # Whoever changes a row by hand may make text of it, which SQLite stores: it is looked at like any other.
        certificate = replace(certificate, credential=stored_as.encode())
    return certificate, keys.known_keys(state), {url: document} if url is not None else {}


def find_by_number(number: str, name_or_birth_date: str, network: str, at: datetime) -> Certificate | None:
    """Find a certificate by its document number and a second thing that is on the paper.

    None whichever of the two is wrong. Raises `TooMany` after too many tries from a network or at a number.
    """
    parsed = parse_document_number(number)
    tries = [("lookup_all", EVERYBODY), ("lookup_from", network)] + ([("lookup", parsed)] if parsed else [])
    for purpose, subject in tries:
        throttle.check(purpose, subject, at)
    certificate = queries.by_document_number(parsed or "")
    if certificate is not None and _matches(certificate, name_or_birth_date):
        # Who knows both is not guessing, and must not use up the tries of the next employer.
        return certificate
    for purpose, subject in tries:
        throttle.record(purpose, subject, at)
    return None


def birth_date_matches(verification: Verification, typed: str, network: str, at: datetime) -> bool:
    """Say whether a date typed by a visitor is the holder's date of birth: yes or no, nothing else.

    Raises `Invalid` for what is no date (not counted as a try), `TooMany` after too many tries.
    """
    day = parse_birth_date(typed)
    if day is None:
        raise Invalid(_l("생년월일을 1990-03-09처럼 연도 네 자리부터 입력해 주세요."))
    certificate, signed = verification.certificate, verification.verdict.certificate
    wrong = (("birth_date_wrong", certificate.public_id), ("birth_date_all", EVERYBODY))
    for purpose, subject in wrong:
        throttle.check(purpose, subject, at)
    throttle.spend((("birth_date_from", network), ("birth_date", certificate.public_id)), at)
    same_year = signed is not None and signed.claims.birth_year == certificate.birth_date.year
    if same_year and certificate.birth_date == day:
        return True
    for purpose, subject in wrong:
        throttle.record(purpose, subject, at)
    return False


class StoredLists(Mapping[str, StatusList]):
    """Our published status lists by address, each verified when it is asked for. `failures` says why one was not."""

    def __init__(self, issuer_keys: Keys, at: datetime, known: Mapping[str, bytes | None]) -> None:
        self._keys = issuer_keys
        self._at = at
        self._known = known
        self.failures: dict[str, Code] = {}

    def __getitem__(self, url: str) -> StatusList:
        document = self._known[url] if url in self._known else self._read(url)
        if document is None:
            raise KeyError(url)
        read: dict[str, tuple[bytes, Keys, StatusList]] = current_app.extensions.setdefault(_LISTS, {})
        if url in read and read[url][0] == document and read[url][1] is self._keys:
            # The very bytes that these keys have proven. Whether its time has passed is asked for each certificate.
            return read[url][2]
        try:
            verified = StatusList.from_bytes(document, self._keys, self._at)
        except CouldNotCheck as failure:
            self.failures[url] = Code(failure.code)
            raise KeyError(url) from failure
        read[url] = document, self._keys, verified
        return verified

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def _read(self, url: str) -> bytes | None:
        return db.session.scalar(select(stored.StatusList.document).where(stored.StatusList.url == url))


def _examine(data: bytes, issuer_keys: Keys, lists: StoredLists, at: datetime, *, exact: bool) -> Verdict:
    verdict = judge(examine(data, issuer_keys=issuer_keys, status_lists=lists, at=at, exact=exact), at)
    if verdict.certificate is None:
        return verdict
    failure = lists.failures.get(verdict.certificate.claims.status.list_url)
    could_not = any(c.step is Step.STATUS and c.state is State.COULD_NOT_CHECK for c in verdict.checks)
    return with_list_failure(verdict, failure) if failure is not None and could_not else verdict


def _examine_logged(
    data: bytes, sha256: str, issuer_keys: Keys, lists: StoredLists, at: datetime, verdict: Verdict, *, exact: bool
) -> Verdict:
    """Look again at what a revoked key has signed: it counts if the log had it before the key was lost.

    The time in a proof is the word of whoever holds the key; the log's time is ours.
    """
    key_id = _signed_by(data)
    key = issuer_keys.get(key_id) if verdict.is_by_revoked_key else None
    if key is None or key.revoked is None:
        return verdict
    entry = log_queries.issue_of(sha256)
    if entry is None or entry.at >= key.revoked:
        return verdict
    return _examine(data, keys.before_revocation(issuer_keys, key.id), lists, at, exact=exact)


def _digest_on_record(data: bytes) -> str:
    """Answer the digest of the recorded credential that has the same signature, whatever the spaces; of the bytes
    themselves when there is none. That the signature is one of this content is for the examination to say."""
    try:
        named = _find(uuid.UUID(str(json.loads(data)["id"]).removeprefix("urn:uuid:")).hex)
    except (ValueError, KeyError, TypeError, RecursionError):
        named = None
    same = named is not None and _proof_value(data) == _proof_value(named[0].credential)
    return hashlib.sha256(named[0].credential if named is not None and same else data).hexdigest()


def _signed_by(data: bytes) -> str:
    return _of_proof(data, "verificationMethod")


def _proof_value(data: bytes) -> str:
    """Answer the signature: the same for the same content by the same key (RFC 8032 §5.1.6), whatever the spaces."""
    return _of_proof(data, "proofValue")


def _of_proof(data: bytes, term: str) -> str:
    try:
        return str(json.loads(data)["proof"][term])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def _matches(certificate: Certificate, name_or_birth_date: str) -> bool:
    typed = normal_name(name_or_birth_date)
    day = parse_birth_date(name_or_birth_date)
    return hmac.compare_digest(typed.encode(), normal_name(certificate.name).encode()) or (
        day == certificate.birth_date
    )
