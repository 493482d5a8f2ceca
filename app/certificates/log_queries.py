"""Questions to the issuance log: the signed head, tiles and entries as they are served, and proofs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Integer, and_, bindparam, or_, select, true

from app.certificates.log_models import LogEntry, LogHead, LogIntent, LogKind, LogTile
from app.certificates.log_record import record_seal
from app.certificates.log_service import stored_tile
from app.certificates.models import Certificate
from app.core.clock import iso_utc
from app.core.db import db
from app.core.lookup import Lookup
from credentials.log import Bundle, OfflineProof, Tile, encode_entries, hash_reader, inclusion_proof, parse_path
from credentials.log.tiles import WIDTH

_HASH_BYTES = 32


@dataclass(frozen=True)
class Logged:
    """Where a certificate's issue stands in the log, and the proof that it does (C2SP tlog-proof)."""

    position: int
    at: datetime
    entry: bytes
    proof: str

    def as_json(self) -> dict[str, object]:
        """Answer it as programs get it; `entry` is the leaf to be hashed, `proof` is a tlog-proof."""
        return {
            "index": self.position,
            "logged_at": iso_utc(self.at),
            "entry": self.entry.decode(),
            "proof": self.proof,
        }


def head() -> LogHead | None:
    """Answer the head of the log; None before anything was logged."""
    return db.session.scalars(select(LogHead)).one_or_none()


def served(path: str) -> bytes | None:
    """Answer the bytes of a tile or an entry bundle by its path under the log; None when there is no such one."""
    try:
        wanted = parse_path(path)
    except ValueError:
        return None
    current = head()
    if current is None or wanted.index > current.size:
        # Far beyond the log the numbers do not even fit a database.
        return None
    if isinstance(wanted, Tile):
        hashes = stored_tile(wanted.level, wanted.index)[: wanted.width * _HASH_BYTES]
        return hashes if len(hashes) == wanted.width * _HASH_BYTES else None
    return _bundle(wanted)


def issue_of(sha256: str) -> LogEntry | None:
    """Find the entry that tells of the issue of the credential with this digest."""
    return db.session.scalars(
        select(LogEntry).where(LogEntry.digest == sha256, LogEntry.kind == LogKind.ISSUED.value)
    ).first()


def is_as_issued(certificate: Certificate) -> bool:
    """Tell whether a row still says what it said when it was issued: by the log, or by the fact that waits for its
    place there."""
    entry = issue_of(certificate.sha256)
    waiting = select(LogIntent.facts).where(
        LogIntent.subject == certificate.public_id, LogIntent.kind == LogKind.ISSUED.value
    )
    told = entry.entry if entry is not None else db.session.scalar(waiting)
    return told is not None and json.loads(told).get("record") == record_seal(certificate)


def logged(sha256: str) -> Logged | None:
    """Prove that a credential's issue is in the log; None while it waits for its place. Two queries."""
    found = _ISSUE.rows(digest=sha256)
    if not found:
        return None
    position, at, entry, size, checkpoint = found[0]
    if position >= size:
        return None
    wanted = sorted(tiles_of_proof(position, size))
    named = {f"{part}{n}": number for n, tile in enumerate(wanted) for part, number in zip(_NAMES, tile, strict=True)}
    tiles = {(level, place): hashes for level, place, hashes in _tiles(len(wanted)).rows(**named)}
    path = inclusion_proof(position, size, hash_reader(lambda *tile: tiles.get(tile, b"")))
    return Logged(position, at, entry, OfflineProof(position, tuple(path), checkpoint).text)


_entry, _head, _tile = LogEntry.__table__.c, LogHead.__table__.c, LogTile.__table__.c
_ISSUE = Lookup(
    select(_entry.position, _entry.at, _entry.entry, _head.size, _head.checkpoint)
    .join_from(LogEntry.__table__, LogHead.__table__, true())
    .where(_entry.digest == bindparam("digest"), _entry.kind == LogKind.ISSUED.value)
)
_NAMES = ("level", "place")


@cache
def _tiles(count: int) -> Lookup:
    """Compose the query for so many tiles; a proof needs two on each level of the log at most."""
    named = ([bindparam(f"{part}{n}", type_=Integer) for part in _NAMES] for n in range(count))
    each = (and_(_tile.level == level, _tile.place == place) for level, place in named)
    return Lookup(select(_tile.level, _tile.place, _tile.hashes).where(or_(*each)))


def tiles_of_proof(position: int, size: int) -> set[tuple[int, int]]:
    """Name the tiles (level, place) that an inclusion proof needs: above the leaf, and the last on each level."""
    wanted: set[tuple[int, int]] = set()
    level, last = 0, size - 1
    while level == 0 or last:
        position, last = position // WIDTH, last // WIDTH
        wanted |= {(level, position), (level, last)}
        level += 1
    return wanted


def _bundle(wanted: Bundle) -> bytes | None:
    start = wanted.index * WIDTH
    entries = db.session.scalars(
        select(LogEntry.entry)
        .where(LogEntry.position >= start, LogEntry.position < start + wanted.width)
        .order_by(LogEntry.position)
    ).all()
    return encode_entries(entries) if len(entries) == wanted.width else None
