"""Fills a database with certificates: some signed for their own row, the others copies of a signed one.

Those that are signed for their row are in the issuance log, too, as if they had been issued.
The genuine ones lie evenly among the copies, so that asking for them walks the whole table and its indexes.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import func, insert, select

from app.certificates import keys, log_intents, log_service
from app.certificates.claims import urn
from app.certificates.models import Certificate, KeyPurpose, StatusList
from app.core.db import db, unit_of_work
from credentials import SigningKey, StatusEntry, allot_index, examine, sign_certificate

GENUINE = 500
_AT_ONCE = 2_000
_PLACES = 100_000


def fill(rows: int) -> list[str]:
    """Add certificates until there are `rows`; answer the public ids of those that are signed for their own row."""
    at = datetime.now(UTC)
    genuine: list[str] = []
    with unit_of_work():
        pattern = db.session.scalars(select(Certificate).order_by(Certificate.id).limit(1)).one()
        status_list = db.session.get_one(StatusList, pattern.status_list_id)
        own = _own(pattern, status_list, keys.signing_key(KeyPurpose.CREDENTIALS, at), at)
        columns = {c.name: getattr(pattern, c.name) for c in Certificate.__table__.columns if c.name != "id"}
        there = db.session.scalar(select(func.count()).select_from(Certificate)) or 0
        made = _rows(columns, own, range(there, rows), genuine)
        while batch := list(islice(made, _AT_ONCE)):
            db.session.execute(insert(Certificate), batch)
            own_rows = [row for row in batch if row["public_id"] in genuine[-_AT_ONCE:]]
            if own_rows:
                log_intents.note_issued(own_rows)
    log_service.sequence(at)
    return genuine


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


def _rows(
    columns: dict[str, object], own: Callable[[str], dict[str, object]], numbers: range, genuine: list[str]
) -> Iterator[dict[str, object]]:
    every = max(1, len(numbers) // GENUINE)
    for number in numbers:
        public_id = uuid.uuid4().hex
        row = columns | {
            "public_id": public_id,
            "serial": f"제 1999-양성-{number:07d}호",
            "document_number": f"{number:016d}",
            "person_public_id": uuid.uuid4().hex,
            "cohort_public_id": f"{number // 30:032x}",
            "enrolment_public_id": uuid.uuid4().hex,
            "sha256": hashlib.sha256(public_id.encode()).hexdigest(),
            "status_list_id": 1_000_000 + number // _PLACES,
            "status_index": number % _PLACES,
        }
        if number % every == 0 and len(genuine) < GENUINE:
            row |= own(public_id)
            genuine.append(public_id)
        yield row
