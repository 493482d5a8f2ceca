"""The issuance log: what is issued, revoked and corrected, and what becomes of keys, in an append-only Merkle tree.

A fact waits in `log_intents`, stored with its cause; the worker gives the waiting facts their places, all in one
transaction with tiles, head and signed checkpoint. No entry holds personal data: certificates are named by digest.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Row, delete, func, select, update

from app.certificates import keys
from app.certificates.authority import this_authority
from app.certificates.log_models import LogEntry, LogHead, LogIntent, LogTile
from app.certificates.models import KeyPurpose
from app.core.clock import iso_utc
from app.core.db import db, insert_rows, unit_of_work
from app.core.jobs import job
from credentials.log import EMPTY_ROOT, Appended, Checkpoint, append, sign_checkpoint

_BATCH = 256
_HEAD = 1
# Columns instead of objects, which take several times as long.
_WAITING = (
    select(LogIntent.id, LogIntent.kind, LogIntent.subject, LogIntent.digest, LogIntent.facts)
    .order_by(LogIntent.id)
    .limit(_BATCH)
)
_Intent = Row[int, str, str, str, str]
_write = json.JSONEncoder(separators=(",", ":")).encode
_SEQUENCER_LOCK = 0x6C6F67  # "log": any number nobody else locks with


class HeadMoved(RuntimeError):
    """Somebody else has appended meanwhile; nothing was written and the work is tried again."""


@job("log")
def sequence(at: datetime) -> None:
    """Give every waiting fact its place, 256 in a transaction; whoever is killed leaves them waiting."""
    while _sequence_some(at):
        pass


def _sequence_some(at: datetime) -> bool:
    with unit_of_work():
        if db.session.scalar(select(LogIntent.id).limit(1)) is None:
            return False
        keys.ensure_keys(at)
        _wait_for_other_sequencers()
        intents = db.session.execute(_WAITING).all()
        if intents:
            _append(intents, at)
        return len(intents) == _BATCH


def _wait_for_other_sequencers() -> None:
    # On SQLite the transaction itself lets nobody else write.
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_SEQUENCER_LOCK)))


def _append(intents: Sequence[_Intent], at: datetime) -> None:
    head = _head(at)
    # The clocks of two workers may differ; the log's time never goes back.
    at = max(at, head.signed_at)
    told = iso_utc(at)
    entries = [_entry(intent, told) for intent in intents]
    appended = append(head.size, entries, stored_tile)
    rows = [
        {
            "position": position,
            "kind": intent.kind,
            "subject": intent.subject,
            "digest": intent.digest,
            "entry": entry,
            "at": at,
        }
        for position, (intent, entry) in enumerate(zip(intents, entries, strict=True), start=head.size)
    ]
    insert_rows(LogEntry, rows)
    for (level, place), hashes in appended.tiles.items():
        db.session.merge(LogTile(level=level, place=place, hashes=hashes))
    _move(head, appended, at)
    db.session.execute(delete(LogIntent).where(LogIntent.id.in_([intent.id for intent in intents])))


def _entry(intent: _Intent, told: str) -> bytes:
    return _write({"at": told, **json.loads(intent.facts)}).encode()


def _head(at: datetime) -> LogHead:
    head = db.session.get(LogHead, _HEAD, populate_existing=True)
    if head is None:
        origin = f"{urlsplit(this_authority().url).netloc}/log"
        head = LogHead(id=_HEAD, origin=origin, size=0, root=EMPTY_ROOT, checkpoint="", signed_at=at)
        db.session.add(head)
        db.session.flush()
    return head


def _move(head: LogHead, appended: Appended, at: datetime) -> None:
    """Sign the new head and put it in place of the one that was read: two trees must never both be signed."""
    key = keys.signing_key(KeyPurpose.LOG, at)
    signed = sign_checkpoint(Checkpoint(head.origin, appended.size, appended.root), key)
    moved = db.session.execute(
        update(LogHead)
        .where(LogHead.id == _HEAD, _stands_as_read(head))
        .values(size=appended.size, root=appended.root, checkpoint=signed, signed_at=at)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise HeadMoved


def _stands_as_read(head: LogHead) -> ColumnElement[bool]:
    return LogHead.size == head.size


def stored_tile(level: int, place: int) -> bytes:
    """Answer the stored hashes of a tile; none for one that is not there."""
    found = db.session.scalar(select(LogTile.hashes).where(LogTile.level == level, LogTile.place == place))
    return found or b""
