"""Questions to the issuance log: the signed head, tiles and entries as they are served, and proofs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from app.certificates.log_models import LogEntry, LogHead, LogKind
from app.certificates.log_service import stored_tile
from app.core.clock import iso_utc
from app.core.db import db
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


def logged(sha256: str) -> Logged | None:
    """Prove that a credential's issue is in the log; None while it waits for its place."""
    entry, current = issue_of(sha256), head()
    if entry is None or current is None or entry.position >= current.size:
        return None
    path = inclusion_proof(entry.position, current.size, hash_reader(_remembering()))
    proof = OfflineProof(entry.position, tuple(path), current.checkpoint)
    return Logged(entry.position, entry.at, entry.entry, proof.text)


def _remembering() -> Callable[[int, int], bytes]:
    # A proof asks for several hashes of one tile.
    return lru_cache(maxsize=None)(stored_tile)


def _bundle(wanted: Bundle) -> bytes | None:
    start = wanted.index * WIDTH
    entries = db.session.scalars(
        select(LogEntry.entry)
        .where(LogEntry.position >= start, LogEntry.position < start + wanted.width)
        .order_by(LogEntry.position)
    ).all()
    return encode_entries(entries) if len(entries) == wanted.width else None
