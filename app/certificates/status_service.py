"""Status lists: a place on one for each certificate, and their publication.

Revoked and replaced certificates are set on the list that they name; a second list beside it, with the same places,
tells which of them have been replaced.
A place is allotted in the transaction that issues the certificate. A list is signed when it is begun, when it has
become stale, and before it is an hour old; everybody reads the stored bytes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, or_, select

from app.certificates import keys
from app.certificates.authority import Authority
from app.certificates.claims import urn
from app.certificates.models import Certificate, CertificateStatus, StatusChange, StatusList
from app.core.db import db, new_public_id, unit_of_work
from app.core.jobs import job
from credentials import allot_index, replaced_list_url, sign_status_list
from credentials.status import VALID_FOR

# Six bytes of a digest: among ten thousand of them one that is not there is found once in 28 thousand million times.
NAME_BYTES = 6
_CHANGED = "ieum_changed_states"
REVOCATION, REFRESH = "revocation", "refresh"
SIZE = 131_072
_REVOKED, _REPLACED = CertificateStatus.REVOKED, CertificateStatus.REPLACED
_SET_ON = {REVOCATION: (_REVOKED.value, _REPLACED.value), REFRESH: (_REPLACED.value,)}
_FULL_AT = SIZE * 3 // 4
# A list must be signed at least once an hour; the sweep looks each minute and may be late by several.
_SIGN_AFTER = timedelta(minutes=50)


@dataclass(frozen=True)
class ChangedStates:
    """Which certificates no longer hold, in as few bytes as can be: how many are revoked (four bytes, the most
    significant first), their names, then the names of those that were replaced, both in order. `etag` names exactly
    these bytes."""

    data: bytes
    etag: str

    @classmethod
    def of(cls, names: Mapping[str, Sequence[bytes]]) -> ChangedStates:
        """Write the names of revoked and of replaced certificates."""
        revoked, replaced = (sorted(names[status.value]) for status in (_REVOKED, _REPLACED))
        data = len(revoked).to_bytes(4, "big") + b"".join(revoked) + b"".join(replaced)
        return cls(data, hashlib.sha256(data).hexdigest()[:32])


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


# The newest line is not enough: of two transactions the one with the lower id may be stored last. Counting a stretch
# that is longer than what is ever being stored at once tells that as well, and takes as long however many there are.
_STRETCH = 2_000
_newest = select(func.max(StatusChange.id)).scalar_subquery()
_MARK = select(func.max(StatusChange.id), func.count(StatusChange.id)).where(StatusChange.id > _newest - _STRETCH)


def changed_states() -> ChangedStates:
    """Answer the state of every certificate that no longer holds, each named by the beginning of a digest of its URN.

    A paper names its certificate but not its place on a status list; without the service this is where to look. It is
    put together anew only when a state has changed: every change adds a line of its own that is never deleted.
    """
    mark = db.session.execute(_MARK).one()
    known: tuple[object, ChangedStates] | None = current_app.extensions.get(_CHANGED)
    if known is not None and known[0] == mark:
        return known[1]
    found = ChangedStates.of(_changed_names())
    current_app.extensions[_CHANGED] = mark, found
    return found


def _changed_names() -> dict[str, list[bytes]]:
    rows = db.session.execute(
        select(Certificate.public_id, Certificate.status).where(
            Certificate.status_list_id.in_(select(StatusList.id)), Certificate.status.in_(_SET_ON[REVOCATION])
        )
    )
    names: dict[str, list[bytes]] = {status: [] for status in _SET_ON[REVOCATION]}
    for public_id, status in rows:
        names[status].append(hashlib.sha256(urn(public_id).encode()).digest()[:NAME_BYTES])
    return names


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
