"""What a sunset kit is made of, read in small steps: other work need not wait for a long export.

What is read grows and never changes, and it is read up to one head of the log: so a kit is of one piece although it
is not read in one transaction.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.certificates import keys, log_queries
from app.certificates.log_models import LogEntry, LogKind
from app.certificates.models import Certificate, CertificateStatus, StatusList
from app.core.db import db
from credentials import (
    CertificateClaims,
    Examination,
    Keys,
    NotValid,
    ProofRefused,
    Slip,
    examine,
    examine_jwt,
    read_qr,
)
from credentials.log import EMPTY_ROOT, Appended, Bundle, Checkpoint, Tile, append, decode_entries, open_checkpoint
from credentials.log.tiles import WIDTH
from credentials.log.tree import HASH_BYTES

_BATCH = 256
_ROW = struct.Struct(">16s16s16sII")
_PLACE_BITS = 20
_MARKS = (LogKind.REVOKED, LogKind.REPLACED)
# More lists than this, of a hundred thousand certificates each, do not fit the number; their places read as unknown.
_NO_LIST = 0xFFF


@dataclass(frozen=True)
class Head:
    """The head of the log that a kit is about: what it signs, and the note that signs it."""

    signed: Checkpoint
    note: str


def head() -> Head | None:
    """Answer the head of the log, None before anything was logged; ProofRefused unless its signature holds."""
    row = log_queries.head()
    if row is None or not row.size:
        return None
    return Head(open_checkpoint(row.checkpoint, row.origin, keys.log_keys()), row.checkpoint)


def lists() -> list[StatusList]:
    """Answer the status lists for revocation, the oldest first."""
    return list(db.session.scalars(select(StatusList).where(StatusList.beside_id.is_(None)).order_by(StatusList.id)))


def list_beside(row: StatusList) -> StatusList:
    """Answer the list that says which of the certificates revoked on another have been replaced."""
    return db.session.scalars(select(StatusList).where(StatusList.beside_id == row.id)).one()


def issued(size: int, order: Mapping[str, int]) -> Iterator[tuple[int, bytes]]:
    """Answer a row of the kit's table for each issue in the first `size` entries of the log, after its position.

    A row is the first half of the digests of the certificate, of its JWT and of its slip (zeros without), when the
    log had it (in seconds), and its place: 12 bits for the list, counted in `order` by its address, and 20 bits for
    the index. It names nobody. Digest and time are those of the entry itself; JWT, slip and place count only if they
    agree with a certificate that has this digest, since whoever could change the database could change the others.
    Raises ProofRefused where the log tells that a certificate was revoked or replaced and its row does not.
    """
    issuer_keys = {key.id: replace(key, revoked=None) for key in keys.verification_keys().credentials.values()}
    last = -1
    while True:
        rows = db.session.execute(
            select(
                LogEntry.position,
                LogEntry.entry,
                LogEntry.digest,
                Certificate.status,
                Certificate.credential,
                Certificate.token,
                Certificate.slip,
            )
            .outerjoin(Certificate, Certificate.sha256 == LogEntry.digest)
            .where(LogEntry.position > last, LogEntry.position < size)
            .order_by(LogEntry.position)
            .limit(_BATCH)
        ).all()
        db.session.rollback()
        for position, entry, digest, status, credential, token, slip in rows:
            told = json.loads(entry)
            if told.get("sha256", "") != digest or (told["type"] in _MARKS and status == CertificateStatus.VALID):
                raise ProofRefused(f"entry {position} tells something else than the rows beside it")
            if told["type"] == LogKind.ISSUED:
                yield position, _row(told, _Bodies(credential, token, slip), issuer_keys, order)
        if len(rows) < _BATCH:
            return
        last = rows[-1].position


class _Bodies(NamedTuple):
    """What is stored of a certificate, if anything is."""

    credential: bytes | None
    token: bytes | None
    slip: str | None


def _row(told: Mapping[str, str], stored: _Bodies, issuer_keys: Keys, order: Mapping[str, int]) -> bytes:
    credential, token, slip = stored
    digest, at = bytes.fromhex(told["sha256"]), datetime.fromisoformat(told["at"])
    claims = None
    if credential is not None and hashlib.sha256(credential).digest() == digest:
        claims = _signed(examine(credential, issuer_keys=issuer_keys, status_lists={}, at=at))
    if claims is None:
        return _ROW.pack(digest, b"", b"", int(at.timestamp()), _NO_LIST << _PLACE_BITS)
    jwt_name = slip_name = b""
    if token is not None and claims == _signed(examine_jwt(token, issuer_keys=issuer_keys, status_lists={}, at=at)):
        jwt_name = hashlib.sha256(token).digest()
    if slip is not None and _is_slip_of(slip, claims, digest, issuer_keys):
        slip_name = hashlib.sha256(slip.encode()).digest()
    number = min(order.get(claims.status.list_url, _NO_LIST), _NO_LIST)
    place = number << _PLACE_BITS | claims.status.index
    return _ROW.pack(digest, jwt_name, slip_name, int(at.timestamp()), place)


def _signed(examination: Examination) -> CertificateClaims | None:
    return examination.certificate.claims if examination.certificate is not None else None


def _is_slip_of(slip: str, claims: CertificateClaims, digest: bytes, issuer_keys: Keys) -> bool:
    try:
        read = read_qr(slip, issuer_keys)
    except NotValid:
        return False
    return read.slip == Slip.of(claims) and read.digest == digest


def log_files(signed: Checkpoint) -> Iterator[tuple[int, str, bytes]]:
    """Answer entry bundles and tiles of the log up to a checkpoint, each after the number of entries before it and
    its path under the log.

    The tiles are computed again from the entries; ProofRefused when these do not lead to the root that is signed.
    """
    tree = Appended(0, EMPTY_ROOT, {})
    partial: dict[tuple[int, int], bytes] = {}
    for number in range(-(-signed.size // WIDTH)):
        bundle = Bundle(number, min(WIDTH, signed.size - tree.size))
        data = log_queries.served(bundle.path)
        db.session.rollback()
        if data is None:
            raise ProofRefused(f"{bundle.path} is missing")
        yield tree.size, bundle.path, data
        tree = append(tree.size, decode_entries(data), lambda level, index: partial[level, index])
        for (level, index), hashes in tree.tiles.items():
            partial[level, index] = hashes
            if len(hashes) == WIDTH * HASH_BYTES:
                yield tree.size, Tile(level, index).path, partial.pop((level, index))
    if tree.root != signed.root:
        raise ProofRefused("the entries lead to another root than the one that is signed")
    for (level, index), hashes in partial.items():
        yield tree.size, Tile(level, index, len(hashes) // HASH_BYTES).path, hashes
