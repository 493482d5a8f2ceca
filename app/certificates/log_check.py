"""Recomputing the issuance log from the database, and comparing every certificate with it.

Whoever can write to the database past its triggers can change a row; the log, whose heads others have seen, tells.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.certificates import keys
from app.certificates.log_models import LogEntry, LogHead, LogIntent, LogKind, LogTile
from app.certificates.log_record import record_seal
from app.certificates.models import Certificate, CertificateStatus
from app.core.clock import iso_utc
from app.core.db import db
from credentials import CredentialError
from credentials.log import EMPTY_ROOT, Appended, append, open_checkpoint

# The worker gives places within seconds; a day allows for one that stood still.
_LATEST = timedelta(days=1)
_BATCH = 256
_MARKS: dict[CertificateStatus, set[str]] = {
    CertificateStatus.REVOKED: {LogKind.REVOKED.value},
    CertificateStatus.REPLACED: {LogKind.REPLACED.value},
    CertificateStatus.VALID: set(),
}


@dataclass(frozen=True)
class Finding:
    """Something that is not as the log tells. `subject` is the public id of the certificate, or what else it is."""

    subject: str
    message: str


@dataclass(frozen=True)
class Report:
    """What `check` found, and how much it looked at."""

    findings: tuple[Finding, ...]
    entries: int
    certificates: int


@dataclass
class _Story:
    """What the log tells of one certificate."""

    sha256: str
    at: datetime
    record: str | None
    marks: set[str]


def check() -> Report:
    """Recompute the log and compare all certificates with it, in batches; memory grows by a line a certificate."""
    findings: list[Finding] = []
    stories: dict[str, _Story] = {}
    size = _read_entries(findings, stories)
    waiting = set(db.session.scalars(select(LogIntent.subject)))
    seen: set[str] = set()
    for certificate in _certificates():
        seen.add(certificate.public_id)
        findings += _compare(certificate, stories.get(certificate.public_id), certificate.public_id in waiting)
    findings += [
        Finding(public_id, f"deleted: the log tells of its issue at {iso_utc(story.at)}, and it is not there")
        for public_id, story in stories.items()
        if public_id not in seen
    ]
    return Report(tuple(findings), size, len(seen))


def _read_entries(findings: list[Finding], stories: dict[str, _Story]) -> int:
    """Rebuild the tree from its entries and compare it with the stored tiles and the signed head."""
    tiles: dict[tuple[int, int], bytes] = {}
    tree = Appended(0, EMPTY_ROOT, {})
    last: datetime | None = None

    def read_tile(level: int, index: int) -> bytes:
        return tiles[level, index]

    for batch in _entries():
        for place, row in enumerate(batch, start=tree.size):
            if row.position != place:
                findings.append(Finding(f"entry {place}", f"missing: entry {row.position} follows"))
                return place
            if last is not None and row.at < last:
                findings.append(Finding(row.subject, f"entry {place} is older than the one before it"))
            last = row.at
            findings += _tell(row, stories)
        tree = append(tree.size, [row.entry for row in batch], read_tile)
        tiles |= tree.tiles
    findings += _compare_tree(tree, tiles)
    return tree.size


def _entries() -> Iterator[list[LogEntry]]:
    position = -1
    while True:
        rows = select(LogEntry).where(LogEntry.position > position).order_by(LogEntry.position).limit(_BATCH)
        batch = list(db.session.scalars(rows))
        if not batch:
            return
        yield batch
        position = batch[-1].position
        db.session.expunge_all()


def _compare_tree(tree: Appended, tiles: dict[tuple[int, int], bytes]) -> Iterator[Finding]:
    missing = dict(tiles)
    for tile in db.session.scalars(select(LogTile).order_by(LogTile.level, LogTile.place)):
        if missing.pop((tile.level, tile.place), b"") != tile.hashes:
            yield Finding(f"tile {tile.level}/{tile.place}", "differs from what the entries give")
    yield from (Finding(f"tile {level}/{place}", "missing") for level, place in sorted(missing))
    head = db.session.scalars(select(LogHead)).one_or_none()
    if head is None:
        if tree.size:
            yield Finding("head", f"missing: there are {tree.size} entries")
        return
    if (head.size, head.root) != (tree.size, tree.root):
        yield Finding("head", f"names {head.size} entries and a root; the entries give {tree.size} and another")
    try:
        signed = open_checkpoint(head.checkpoint, head.origin, keys.log_keys())
    except CredentialError as error:
        yield Finding("checkpoint", f"not soundly signed: {error}")
        return
    if (signed.size, signed.root) != (head.size, head.root):
        yield Finding("checkpoint", "signs another tree than the head names")


def _tell(row: LogEntry, stories: dict[str, _Story]) -> Iterator[Finding]:
    """Take one entry into the stories; what is hashed counts, the columns beside it must agree."""
    try:
        told = json.loads(row.entry)
        kind, digest, at = told["type"], told.get("sha256", ""), told["at"]
    except (ValueError, KeyError, TypeError):
        yield Finding(f"entry {row.position}", "cannot be read")
        return
    if (kind, digest, at) != (row.kind, row.digest, iso_utc(row.at)):
        yield Finding(row.subject, f"entry {row.position} stands under other columns than it tells")
    story = stories.get(row.subject)
    if kind == LogKind.ISSUED:
        if story is not None:
            yield Finding(row.subject, f"issued twice: again in entry {row.position}")
        stories[row.subject] = _Story(digest, row.at, told.get("record"), set())
    elif kind in (LogKind.REVOKED, LogKind.REPLACED):
        if story is None or story.sha256 != digest:
            yield Finding(row.subject, f"entry {row.position} marks a certificate whose issue is not told")
        else:
            story.marks.add(kind)


def _certificates() -> Iterator[Certificate]:
    last = 0
    while True:
        rows = select(Certificate).where(Certificate.id > last).order_by(Certificate.id).limit(_BATCH)
        batch = list(db.session.scalars(rows))
        if not batch:
            return
        yield from batch
        last = batch[-1].id
        db.session.expunge_all()


def _compare(certificate: Certificate, story: _Story | None, waits: bool) -> Iterator[Finding]:
    name = certificate.public_id
    if hashlib.sha256(certificate.credential).hexdigest() != certificate.sha256:
        yield Finding(name, "changed: the stored credential has another digest than its row says")
    if story is None:
        if not waits:
            yield Finding(name, "inserted: the log does not tell of its issue")
        return
    if story.sha256 != certificate.sha256:
        yield Finding(name, "changed: the log tells of another credential under this id")
    elif story.record is not None and story.record != record_seal(certificate):
        yield Finding(name, "changed: its row says something else than when it was issued")
    # Issuing is told in whole seconds.
    if not timedelta(seconds=-1) <= story.at - certificate.issued_at <= _LATEST:
        issued, logged = iso_utc(certificate.issued_at), iso_utc(story.at)
        yield Finding(name, f"back-dated: issued at {issued}, logged at {logged}")
    if story.marks != _MARKS[CertificateStatus(certificate.status)] and not waits:
        told = ", ".join(sorted(story.marks)) or CertificateStatus.VALID.value
        yield Finding(name, f"changed: its row says {certificate.status}, the log {told}")
