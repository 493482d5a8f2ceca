"""Status lists: a place on one for each certificate, and their publication.

Revoked and replaced certificates are set on the list that they name; a second list beside it, with the same places,
tells which of them have been replaced.
A place is allotted in the transaction that issues the certificate. A list is signed when it is begun, when it has
become stale, and before it is an hour old; everybody reads the stored bytes.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.certificates import keys
from app.certificates.authority import Authority
from app.certificates.claims import urn
from app.certificates.models import Certificate, CertificateStatus, StatusList
from app.core.db import db, new_public_id, unit_of_work
from app.core.jobs import job
from credentials import allot_index, replaced_list_url, sign_status_list
from credentials.status import VALID_FOR

REVOCATION, REFRESH = "revocation", "refresh"
SIZE = 131_072
_SET_ON = {
    REVOCATION: (CertificateStatus.REVOKED.value, CertificateStatus.REPLACED.value),
    REFRESH: (CertificateStatus.REPLACED.value,),
}
_FULL_AT = SIZE * 3 // 4
# A list must be signed at least once an hour; the sweep looks each minute and may be late by several.
_SIGN_AFTER = timedelta(minutes=50)


def allot_places(authority: Authority, count: int, at: datetime) -> list[tuple[StatusList, int]]:
    """Take the next places on the current list, going on to a new list where it is three quarters full.

    Places follow a keyed permutation of a counter, so that neighbours on the list tell nothing about each other.
    """
    places: list[tuple[StatusList, int]] = []
    while len(places) < count:
        row = _current(authority) or _begin(authority, at)
        end = min(row.next_place + count - len(places), _FULL_AT)
        places += [(row, allot_index(place, row.size, row.permutation_key)) for place in range(row.next_place, end)]
        row.next_place = end
        db.session.flush()
    return places


def _current(authority: Authority) -> StatusList | None:
    """Hold the list that places are allotted on until the transaction ends."""
    current = (
        select(StatusList)
        .where(
            StatusList.purpose == REVOCATION,
            StatusList.url.startswith(f"{authority.url}/", autoescape=True),
            StatusList.next_place < _FULL_AT,
        )
        .order_by(StatusList.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(current).one_or_none()


def changed_states() -> dict[str, str]:
    """Answer the state of every certificate that no longer holds, named by the first half of SHA-256 over its URN.

    A paper names its certificate but not its place on a status list; without the service this is where to look.
    """
    rows = db.session.execute(
        select(Certificate.public_id, Certificate.status)
        .where(
            Certificate.status_list_id.in_(select(StatusList.id)),
            Certificate.status.in_(_SET_ON[REVOCATION]),
        )
        .order_by(Certificate.id)
    )
    return {hashlib.sha256(urn(public_id).encode()).hexdigest()[:32]: status for public_id, status in rows}


@job("status")
def publish_lists(at: datetime) -> None:
    """Sign and store every list that is stale or about to be an hour old, each in a transaction of its own."""
    last = 0
    while True:
        with unit_of_work():
            keys.ensure_keys(at)
            row = db.session.scalars(
                select(StatusList)
                .where(
                    StatusList.id > last,
                    or_(
                        StatusList.is_stale.is_(True),
                        StatusList.published_at.is_(None),
                        StatusList.published_at <= at - _SIGN_AFTER,
                    ),
                )
                .order_by(StatusList.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            if row is None:
                return
            last = row.id
            _sign(row, at)


def _begin(authority: Authority, at: datetime) -> StatusList:
    public_id = new_public_id()
    row = StatusList(
        public_id=public_id,
        url=authority.status_list_url(public_id),
        purpose=REVOCATION,
        size=SIZE,
        next_place=0,
        permutation_key=secrets.token_bytes(32),
    )
    db.session.add(row)
    db.session.flush()
    beside = StatusList(
        public_id=new_public_id(),
        url=replaced_list_url(row.url),
        purpose=REFRESH,
        beside_id=row.id,
        size=SIZE,
        next_place=0,
        permutation_key=row.permutation_key,
    )
    db.session.add(beside)
    _sign(row, at)
    _sign(beside, at)
    return row


def _sign(row: StatusList, at: datetime) -> None:
    row.document = signed(row, at)
    row.published_at, row.is_stale = at, False
    db.session.flush()


def signed(row: StatusList, at: datetime, valid_for: timedelta = VALID_FOR) -> bytes:
    """Sign a list as it stands now, without storing it, and read it back."""
    set_places = db.session.scalars(
        select(Certificate.status_index).where(
            Certificate.status_list_id == (row.beside_id or row.id), Certificate.status.in_(_SET_ON[row.purpose])
        )
    ).all()
    key = keys.list_signing_key(row.url, at)
    return sign_status_list(row.url, row.purpose, set_places, key, at, size=row.size, valid_for=valid_for)
