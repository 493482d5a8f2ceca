"""Verification of several documents of ours at once, for a page that shows many: one query for all of them.

The answers are those of `verification_service.verify_document`. Left to it is what only a look into the issuance log
can decide (a document by a key that was revoked since), and what does not name its record where it is looked for.
Files of any form are verified by `bulk_verification_service.verify_documents`, which asks here for those in JSON.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.certificates import keys
from app.certificates import models as stored
from app.certificates.models import Certificate, CertificateStatus
from app.certificates.verdict import Verdict, judge, not_this_one, with_list_failure, with_record
from app.certificates.verification_service import StoredLists, same_signature, verify_document
from app.core.db import db
from credentials import State, Step, examine

_HINT = re.compile(rb'"id"\s*:\s*"urn:uuid:([0-9a-f-]{36})"')


@dataclass(frozen=True)
class _Record:
    credential: bytes
    status: CertificateStatus


def verify_credentials(documents: Sequence[bytes], at: datetime) -> list[Verdict]:
    """Verify credentials (JSON) as somebody holds them; the answers are in the order of the documents."""
    if not documents:
        return []
    records, lists, known = _read(documents)
    status_lists = StoredLists(known.status, at, lists)
    return [_verify(data, records, known, status_lists, at) for data in documents]


def _read(
    documents: Sequence[bytes],
) -> tuple[dict[str, _Record], dict[str, bytes | None], keys.VerificationKeys]:
    hints = {found[1].decode().replace("-", "") for data in documents if (found := _HINT.search(data)) is not None}
    row, status_list = Certificate.__table__.c, stored.StatusList.__table__.c
    rows = db.session.execute(
        select(row.public_id, row.credential, row.status, status_list.url, status_list.document, keys.keys_state())
        .outerjoin(stored.StatusList.__table__, row.status_list_id == status_list.id)
        .where(row.public_id.in_(sorted(hints)))
    ).all()
    records = {r.public_id: _Record(r.credential, CertificateStatus(r.status)) for r in rows}
    known = keys.known_keys(rows[0][-1]) if rows else keys.verification_keys()
    return records, {r.url: r.document for r in rows if r.url is not None}, known


def _verify(
    data: bytes,
    records: Mapping[str, _Record],
    known: keys.VerificationKeys,
    status_lists: StoredLists,
    at: datetime,
) -> Verdict:
    examination = examine(data, issuer_keys=known.credentials, status_lists=status_lists, at=at, exact=False)
    verdict = judge(examination, at)
    if verdict.is_by_revoked_key:
        return verify_document(data, at)
    if verdict.certificate is None:
        return verdict
    claims = verdict.certificate.claims
    failure = status_lists.failures.get(claims.status.list_url)
    if failure is not None and any(
        c.step is Step.STATUS and c.state is State.COULD_NOT_CHECK for c in verdict.checks
    ):
        verdict = with_list_failure(verdict, failure)
    record = records.get(uuid.UUID(claims.credential_id).hex)
    if record is None:
        return verify_document(data, at)  # Written so that nothing told beforehand which record to read.
    if not same_signature(data, record.credential):
        # Signed with our key, but nothing that we have on record: whoever stole the key made it.
        return not_this_one(verdict)
    return with_record(verdict, record.status)
