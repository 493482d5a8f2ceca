"""Fills a database (SQLite) with certificates: some signed for their own row, the others copies of a signed one.

Those that are signed for their row are in the issuance log, too, as if they had been issued.
The genuine ones lie evenly among the copies, so that asking for them walks the whole table and its indexes.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from sqlalchemy import func, insert, select, text

from app.certificates import keys, log_intents, log_service
from app.certificates.claims import urn
from app.certificates.models import Certificate, KeyPurpose, StatusList
from app.core.db import db, unit_of_work
from credentials import SigningKey, StatusEntry, allot_index, examine, sign_certificate

GENUINE = 500

_RANDOM_ID = "lower(hex(randomblob(16)))"
# What differs from row to row, as SQLite makes it from the row's number `n`. Everything else is copied.
_MADE = {
    "id": "NULL",
    "public_id": _RANDOM_ID,
    "serial": "printf('제 1999-양성-%07d호', n)",
    "document_number": "printf('%016d', n)",
    "person_public_id": _RANDOM_ID,
    "cohort_public_id": "printf('%032x', n / 30)",
    "enrolment_public_id": _RANDOM_ID,
    "sha256": "lower(hex(randomblob(32)))",
    "status_list_id": "1000000 + n / 100000",
    "status_index": "n % 100000",
}
_COLUMNS = [column.name for column in Certificate.__table__.columns]
_COPY = text(
    "WITH RECURSIVE numbers(n) AS (SELECT :begin UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :end) "
    f"INSERT INTO certificates ({', '.join(_COLUMNS)}) "
    f"SELECT {', '.join(_MADE.get(name, name) for name in _COLUMNS)} FROM numbers, "
    f"(SELECT {', '.join(name for name in _COLUMNS if name not in _MADE)} FROM certificates WHERE id = :pattern) "
    "WHERE n < :end"
)


def fill(rows: int) -> list[str]:
    """Add certificates until there are `rows`; answer the public ids of those that are signed for their own row."""
    at = datetime.now(UTC)
    genuine: list[str] = []
    with unit_of_work():
        pattern = db.session.scalars(select(Certificate).order_by(Certificate.id).limit(1)).one()
        status_list = db.session.get_one(StatusList, pattern.status_list_id)
        own = _own(pattern, status_list, keys.signing_key(KeyPurpose.CREDENTIALS, at), at)
        copied = {c.name: getattr(pattern, c.name) for c in Certificate.__table__.columns if c.name != "id"}
        first, pattern_id = db.session.scalar(select(func.max(Certificate.id))) or 0, pattern.id
    shares = min(GENUINE, rows - first)
    bounds = [first + (rows - first) * share // shares for share in range(shares + 1)]
    for begin, end in pairwise(bounds):
        with unit_of_work():
            # By the database itself, which takes a tenth of the time of inserting rows from here.
            db.session.execute(_COPY, {"pattern": pattern_id, "begin": begin, "end": end - 1})
            public_id = uuid.uuid4().hex
            row = copied | _names(end - 1) | own(public_id) | {"public_id": public_id}
            db.session.execute(insert(Certificate), [row])
            log_intents.note_issued([row])
            genuine.append(public_id)
    log_service.sequence(at)
    return genuine


def _names(number: int) -> dict[str, object]:
    return {
        "serial": f"제 1999-양성-{number:07d}호",
        "document_number": f"{number:016d}",
        "person_public_id": uuid.uuid4().hex,
        "cohort_public_id": f"{number // 30:032x}",
        "enrolment_public_id": uuid.uuid4().hex,
    }


def _own(
    pattern: Certificate, status_list: StatusList, key: SigningKey, at: datetime
) -> Callable[[str], dict[str, object]]:
    known = keys.verification_keys().credentials
    found = examine(pattern.credential, issuer_keys=known, status_lists={}, at=at).certificate
    assert found is not None
    claims = found.claims

    def own(public_id: str) -> dict[str, object]:
        place = allot_index(status_list.next_place, status_list.size, status_list.permutation_key)
        status_list.next_place += 1
        said = replace(claims, credential_id=urn(public_id), status=StatusEntry(status_list.url, place))
        return {
            "credential": (signed := sign_certificate(said, key, at)),
            "sha256": hashlib.sha256(signed).hexdigest(),
            "status_list_id": status_list.id,
            "status_index": place,
        }

    return own
