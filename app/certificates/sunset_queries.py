"""What a sunset kit is made of, read in small steps: other work need not wait for a long export.

What is read grows and never changes, and it is read up to one head of the log: so a kit is of one piece although it
is not read in one transaction.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.certificates import keys, log_queries
from app.certificates.log_models import LogEntry, LogKind
from app.certificates.models import Certificate, StatusList
from app.core.db import db
from credentials import ProofRefused
from credentials.log import EMPTY_ROOT, Appended, Bundle, Checkpoint, Tile, append, decode_entries, open_checkpoint
from credentials.log.tiles import WIDTH
from credentials.log.tree import HASH_BYTES

_BATCH = 1_000
_ROW = struct.Struct(">16s16s16sII")
_PLACE_BITS = 20
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


def issued(size: int, order: Mapping[int, int]) -> Iterator[tuple[int, bytes]]:
    """Answer a row of the kit's table for each issue in the first `size` entries of the log, after its position.

    A row is the first half of the digests of the certificate, of its JWT and of its slip (zeros without), when the
    log had it (in seconds), and its place: 12 bits for the list, counted in `order` by the list's id, and 20 bits for
    the index. It names nobody.
    """
    last = -1
    columns = (LogEntry.position, LogEntry.digest, LogEntry.at)
    beside = (Certificate.status_list_id, Certificate.status_index, Certificate.token, Certificate.slip)
    while True:
        rows = db.session.execute(
            select(*columns, *beside)
            .outerjoin(Certificate, Certificate.sha256 == LogEntry.digest)
            .where(LogEntry.kind == LogKind.ISSUED.value, LogEntry.position > last, LogEntry.position < size)
            .order_by(LogEntry.position)
            .limit(_BATCH)
        ).all()
        db.session.rollback()
        for row in rows:
            number = min(order.get(row.status_list_id, _NO_LIST), _NO_LIST)
            names = (bytes.fromhex(row.digest), _name(row.token), _name(row.slip))
            place = number << _PLACE_BITS | (row.status_index or 0)
            yield row.position, _ROW.pack(*names, int(row.at.timestamp()), place)
        if len(rows) < _BATCH:
            return
        last = rows[-1].position


def _name(body: bytes | str | None) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    return hashlib.sha256(data).digest() if data is not None else b""


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
