"""Recomputing the issuance log from the database, and comparing every certificate and every key with it.

Whoever can write to the database past its triggers can change a row; the log, whose heads others have seen, tells.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.certificates import keys
from app.certificates.log_check_keys import KeyStory, compare_keys, tell_key
from app.certificates.log_models import LogEntry, LogHead, LogIntent, LogKind, LogTile
from app.certificates.log_record import record_seal
from app.certificates.models import Certificate, CertificateStatus
from app.core.clock import iso_utc
from app.core.db import db, one_snapshot
from credentials import CredentialError
from credentials.log import EMPTY_ROOT, Appended, append, hash_reader, open_checkpoint, root_of
from credentials.log.tree import ReadHash

# The worker gives places within seconds; a day allows for one that stood still.
_LATEST = timedelta(days=1)
_BATCH = 256
_MARKS: dict[str, set[str]] = {
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


@dataclass(frozen=True)
class _Mark:
    """When the log was told that a certificate no longer holds, and the digest of the one that replaces it."""

    at: datetime
    by: str | None


@dataclass
class _Story:
    """What the log tells of one certificate."""

    sha256: str
    at: datetime
    record: str
    marks: dict[str, _Mark] = field(default_factory=dict)


@dataclass(frozen=True)
class _Stories:
    """What the log tells, by public id of a certificate and by id of a key."""

    certificates: dict[str, _Story] = field(default_factory=dict)
    keys: dict[str, KeyStory] = field(default_factory=dict)


def check(kept: Sequence[str] = ()) -> Report:
    """Recompute the log and compare all certificates and keys with it, in batches, as they stood at one moment.

    `kept` are checkpoints that somebody kept: the log must still begin with what they signed. Without one nobody can
    tell when the whole database was taken back to an earlier day. Nobody who writes meanwhile waits for it. Memory
    grows by a line a certificate.
    """
    with one_snapshot():
        return _check(kept)


def _check(kept: Sequence[str]) -> Report:
    findings: list[Finding] = []
    stories = _Stories()
    size = _read_entries(findings, stories, kept)
    waiting = set(db.session.scalars(select(LogIntent.subject)))
    seen: set[str] = set()
    for name, certificate in _certificates():
        seen.add(name)
        if certificate is None:
            findings.append(Finding(name, "changed: its row cannot be read"))
            continue
        findings += _compare(certificate, stories.certificates, name in waiting)
    findings += [
        Finding(public_id, f"deleted: the log tells of its issue at {iso_utc(story.at)}, and it is not there")
        for public_id, story in stories.certificates.items()
        if public_id not in seen
    ]
    findings += [Finding(*found) for found in compare_keys(stories.keys, waiting, _LATEST)]
    return Report(tuple(findings), size, len(seen))


def _read_entries(findings: list[Finding], stories: _Stories, kept: Sequence[str]) -> int:
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
        tree = append(tree.size, [_bytes(row.entry) for row in batch], read_tile)
        tiles |= tree.tiles
    findings += _compare_tree(tree, tiles)
    findings += _compare_kept(kept, tree.size, hash_reader(read_tile))
    return tree.size


def _compare_kept(kept: Sequence[str], size: int, read: ReadHash) -> Iterator[Finding]:
    head = db.session.scalars(select(LogHead)).one_or_none()
    for text in kept:
        try:
            # A key that has been revoked since had not been when somebody kept what it signed.
            signers = [replace(key, revoked=None) for key in keys.log_keys()]
            before = open_checkpoint(text, head.origin if head is not None else "", signers)
        except CredentialError as error:
            yield Finding("kept checkpoint", f"not one of this log: {error}")
            continue
        if before.size > size:
            yield Finding("kept checkpoint", f"signs {before.size} entries; there are {size}: some were taken away")
        elif root_of(before.size, read) != before.root:
            yield Finding("kept checkpoint", f"signs other {before.size} entries than the log begins with")


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


def _tell(row: LogEntry, stories: _Stories) -> Iterator[Finding]:
    """Take one entry into the stories; what is hashed counts, the columns beside it must agree."""
    try:
        told = json.loads(row.entry)
        kind, digest, at = told["type"], told.get("sha256", ""), told["at"]
        if (kind, digest, at) != (row.kind, row.digest, iso_utc(row.at)):
            yield Finding(row.subject, f"entry {row.position} stands under other columns than it tells")
        if kind == LogKind.KEY:
            for message in tell_key(told, row.position, row.at, stories.keys):
                yield Finding(told["key"], message)
        else:
            yield from _tell_certificate(row, told, stories.certificates)
    except (ValueError, KeyError, TypeError, AttributeError):
        yield Finding(f"entry {row.position}", "cannot be read")


def _tell_certificate(row: LogEntry, told: dict[str, str], stories: dict[str, _Story]) -> Iterator[Finding]:
    kind, digest = told["type"], told["sha256"]
    story = stories.get(row.subject)
    if kind == LogKind.ISSUED:
        if story is not None:
            yield Finding(row.subject, f"issued twice: again in entry {row.position}")
        stories[row.subject] = _Story(digest, row.at, told["record"])
    elif kind in (LogKind.REVOKED, LogKind.REPLACED):
        if story is None or story.sha256 != digest:
            yield Finding(row.subject, f"entry {row.position} marks a certificate whose issue is not told")
        else:
            story.marks[kind] = _Mark(row.at, told.get("by"))
    else:
        yield Finding(row.subject, f"entry {row.position} tells of the unknown {kind!r}")


def _certificates() -> Iterator[tuple[str, Certificate | None]]:
    """Read every certificate; None in the place of one whose row holds what its columns cannot."""
    last = 0
    while True:
        ids = select(Certificate.id, Certificate.public_id).where(Certificate.id > last).order_by(Certificate.id)
        names = {row.id: row.public_id for row in db.session.execute(ids.limit(_BATCH))}
        if not names:
            return
        yield from _read(list(names), names)
        last = max(names)
        db.session.expunge_all()


def _read(rows: Sequence[int], names: dict[int, str]) -> Iterator[tuple[str, Certificate | None]]:
    wanted = select(Certificate).where(Certificate.id.in_(rows)).order_by(Certificate.id)
    try:
        found = list(db.session.scalars(wanted.options(undefer(Certificate.token))))
    except (ValueError, TypeError):
        if len(rows) == 1:
            yield names[rows[0]], None
            return
        for row in rows:
            yield from _read([row], names)
        return
    for certificate in found:
        yield certificate.public_id, certificate


def _bytes(value: bytes | str) -> bytes:
    """Answer bytes as they are, and as bytes what somebody's SQL has made text of: SQLite keeps either."""
    return value.encode() if isinstance(value, str) else value


def _compare(certificate: Certificate, stories: dict[str, _Story], waits: bool) -> Iterator[Finding]:
    name = certificate.public_id
    story = stories.get(name)
    signed = _bytes(certificate.credential)
    if signed != certificate.credential:
        yield Finding(name, "changed: the stored credential has become text")
    if hashlib.sha256(signed).hexdigest() != certificate.sha256:
        yield Finding(name, "changed: the stored credential has another digest than its row says")
    if story is None:
        if not waits:
            yield Finding(name, "inserted: the log does not tell of its issue")
        return
    if story.sha256 != certificate.sha256:
        yield Finding(name, "changed: the log tells of another credential under this id")
    elif story.record != record_seal(certificate):
        yield Finding(name, "changed: its row says something else than when it was issued")
    if not _is_told_in_time(certificate.issued_at, story.at):
        issued, logged = iso_utc(certificate.issued_at), iso_utc(story.at)
        yield Finding(name, f"back-dated: issued at {issued}, logged at {logged}")
    if not waits:
        yield from _compare_marks(certificate, story, stories)


def _compare_marks(certificate: Certificate, story: _Story, stories: dict[str, _Story]) -> Iterator[Finding]:
    name, at = certificate.public_id, certificate.status_at
    if story.marks.keys() != _MARKS.get(certificate.status):
        told = ", ".join(sorted(story.marks)) or CertificateStatus.VALID.value
        yield Finding(name, f"changed: its row says {certificate.status}, the log {told}")
        return
    new = stories.get(certificate.replaced_by or "")
    successor = new.sha256 if new is not None else certificate.replaced_by
    for mark in story.marks.values():
        if mark.by != successor:
            yield Finding(name, "changed: its row names another successor than the log")
        if at is None or not _is_told_in_time(at, mark.at):
            told = iso_utc(at) if at is not None else "never"
            yield Finding(name, f"back-dated: {certificate.status} at {told}, logged at {iso_utc(mark.at)}")


def _is_told_in_time(happened: datetime, logged: datetime) -> bool:
    # Issuing is told in whole seconds.
    return timedelta(seconds=-1) <= logged - happened <= _LATEST
